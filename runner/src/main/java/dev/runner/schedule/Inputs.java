package dev.runner.schedule;

import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run is started with.
 *
 * @param plan variables, platforms, contexts and the job filter
 * @param environment the machine's, which child processes inherit
 * @param kept outputs by the keys of jobs that have succeeded before and are not run again, unless a job that they need is
 */
public record Inputs(
        PlanInputs plan, Secrets secrets, Map<String, String> environment, Map<String, Map<String, String>> kept) {
    public Inputs {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        kept = Map.copyOf(kept);
    }

    /** For a run of all jobs. */
    public Inputs(PlanInputs plan, Secrets secrets, Map<String, String> environment) {
        this(plan, secrets, environment, Map.of());
    }

    public Inputs withKept(Map<String, Map<String, String>> value) {
        return new Inputs(plan, secrets, environment, value);
    }

    /** What the pipeline asks for and these inputs lack, each where it is written. */
    public static Diagnostics check(Pipeline pipeline, Inputs inputs) {
        Diagnostics diagnostics = new Diagnostics();
        inputs.plan().check(pipeline, diagnostics);
        for (Pipeline.SecretName secret : pipeline.secrets()) {
            if (secret.absence() == Pipeline.SecretName.Absence.FAULT
                    && !inputs.secrets().has(secret.name())) {
                diagnostics.error(
                        secret.span(),
                        "the secret '" + secret.name() + "' is missing",
                        "set the environment variable " + secret.name() + ", or give --secret " + secret.name()
                                + "=@FILE or --secret-file FILE");
            }
        }
        return diagnostics;
    }
}
