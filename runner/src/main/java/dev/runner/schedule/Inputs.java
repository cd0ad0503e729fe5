package dev.runner.schedule;

import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is started with.
 *
 * @param plan variables, platforms, contexts and the job filter
 * @param environment the machine's, which child processes inherit
 * @param kept outputs by the keys of jobs that have succeeded before and are not run again, unless a job that they need is
 * @param elsewhere what runs on other machines; null when everything runs here
 */
public record Inputs(
        PlanInputs plan,
        Secrets secrets,
        Map<String, String> environment,
        Map<String, Map<String, String>> kept,
        @Nullable Elsewhere elsewhere) {
    /** How a job has ended that ran elsewhere, and what it handed on. */
    public record Ended(Result result, Map<String, String> outputs) {
        public Ended {
            outputs = Map.copyOf(outputs);
        }
    }

    /**
     * What other machines have done of the run.
     *
     * @param here ids, keys or names of the jobs that run here; all others have ended, or will never
     * @param ended by the keys of jobs
     */
    public record Elsewhere(Set<String> here, Map<String, Ended> ended) {
        public Elsewhere {
            here = Set.copyOf(here);
            ended = Map.copyOf(ended);
        }

        /** Whether a job runs on another machine. */
        public boolean has(JobRef job) {
            return !here.contains(job.id()) && !here.contains(job.key()) && !here.contains(job.name());
        }
    }

    public Inputs {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        kept = Map.copyOf(kept);
    }

    /** For a run of all jobs. */
    public Inputs(PlanInputs plan, Secrets secrets, Map<String, String> environment) {
        this(plan, secrets, environment, Map.of(), null);
    }

    public Inputs withKept(Map<String, Map<String, String>> value) {
        return new Inputs(plan, secrets, environment, value, elsewhere);
    }

    public Inputs withElsewhere(@Nullable Elsewhere value) {
        return new Inputs(plan, secrets, environment, kept, value);
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
