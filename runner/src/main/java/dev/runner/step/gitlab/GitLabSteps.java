package dev.runner.step.gitlab;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepResult;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Executes the steps of GitLab's jobs. One instance serves one run. */
public final class GitLabSteps implements StepExecutor {
    /** What the line begins with that tells a job's coverage. */
    public static final String COVERAGE = "Coverage: ";

    /** What the line begins with that tells where a job has deployed to. */
    public static final String ENVIRONMENT = "Environment ";

    /** What the line begins with that tells where artifacts are that a job exposes. */
    public static final String EXPOSED = "Exposed artifacts ";

    private final GitLabTools tools;

    public GitLabSteps(GitLabTools tools) {
        this.tools = tools;
    }

    /** Whether a job has an engine as its service, so that its {@code docker} is ours. */
    public static boolean needsEngine(Job job) {
        return JobContainer.needsEngine(job.place());
    }

    /** Before a job's own steps its variables are worked out; behind them its files are put away. */
    @Override
    public JobOpening open(JobOpening.Site site) throws IOException {
        GitLabJob job = new GitLabJob(tools, site);
        ExtraStep prepare = new ExtraStep("prepare", "prepare", null, context -> {
            if (job.keepsFiles()) {
                context.addAfter(new ExtraStep("keep artifacts and caches", "keep", always(), job::keep));
            }
            return job.prepare(context);
        });
        StepExecutor executor = (step, context) -> switch (step) {
            case Step.Script script -> job.script(script, context);
            case Step.Function function -> job.function(function, context);
            case Step.Downstream downstream -> job.downstream(downstream, context);
            default -> tools.others().execute(step, context);
        };
        return new JobOpening(Map.of(), List.of(prepare), executor);
    }

    @Override
    public AutoCloseable take(String resource, Runnable waiting) throws IOException, InterruptedException {
        return ResourceLock.take(tools.keep().locks(), tools.keep().of().project(), resource, waiting);
    }

    private static Expression always() {
        String text = "always()";
        return Expression.parse(text, Source.of("when", text).all(), AllowedNames.ANY, new Diagnostics());
    }

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        return tools.others().execute(step, context);
    }
}
