package dev.runner.schedule;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.plan.JobRun;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dialect adds to a job before its first step.
 *
 * @param contexts contexts for the whole job, by name in lower case; they replace those of the plan
 * @param before steps before the job's own
 * @param executor of the job's steps; null for the one that opened it
 * @param end closed when the job ends, however it does; null for nothing
 */
public record JobOpening(
        Map<String, Value> contexts,
        List<ExtraStep> before,
        @Nullable StepExecutor executor,
        @Nullable AutoCloseable end) {
    /** Nothing. */
    public static final JobOpening NONE = new JobOpening(Map.of(), List.of(), null);

    /** One that needs no closing. */
    public JobOpening(Map<String, Value> contexts, List<ExtraStep> before, @Nullable StepExecutor executor) {
        this(contexts, before, executor, null);
    }

    public JobOpening {
        contexts = Map.copyOf(contexts);
        before = List.copyOf(before);
    }

    /**
     * The job that is opened.
     *
     * @param known every context that is known before it starts
     * @param environment the machine's
     */
    public record Site(JobRun job, Scope known, Map<String, String> environment, Path workspace, Path temporary) {
        public Site {
            environment = Map.copyOf(new LinkedHashMap<>(environment));
        }
    }
}
