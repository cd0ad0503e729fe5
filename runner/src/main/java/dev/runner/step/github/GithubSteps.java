package dev.runner.step.github;

import dev.runner.build.Containers;
import dev.runner.build.container.JobContainers;
import dev.runner.pipeline.Step;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepResult;
import dev.runner.step.Steps;
import dev.runner.step.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Executes the steps of GitHub workflows: each job by a {@link GithubJob} of its own. */
public final class GithubSteps implements StepExecutor {
    /** What the run has been given for itself and not for a workflow. */
    private static final List<String> PRIVATE = List.of("GITHUB_", "ACTIONS_", "INPUT_", "STATE_", "RUNNER_");

    private final Services services;
    private final Steps others;

    /**
     * What steps are executed with.
     *
     * @param builtins the actions that need no fetching
     * @param actions where other actions come from
     * @param containers runs images; asked for when first needed
     * @param jobContainers starts containers that live as long as a job; asked for when first needed
     * @param data the program's data folder
     * @param app issues the tokens of jobs; null when there is none
     * @param turns of jobs in their concurrency groups, among all runs
     * @param failureShell null to go on when a step fails
     */
    public record Services(
            Tools tools,
            BuiltinActions builtins,
            ActionSource actions,
            Supplier<Containers> containers,
            Supplier<JobContainers> jobContainers,
            Summaries summaries,
            Path data,
            @Nullable GithubApp app,
            TurnTaker turns,
            @Nullable FailureShell failureShell) {}

    /** Gives jobs their turns. */
    public interface TurnTaker {
        /** As {@link StepExecutor#takeTurn}. */
        AutoCloseable take(Turn turn, Waits waits) throws IOException, InterruptedException;
    }

    public GithubSteps(Services services) {
        this.services = services;
        this.others = new Steps(services.tools());
    }

    /**
     * The environment of this machine as a workflow's processes inherit it: without what another runner, in which this one
     * may run, has set for itself.
     */
    public static Map<String, String> machine(Map<String, String> environment) {
        Map<String, String> rest = new LinkedHashMap<>(environment);
        rest.keySet().removeIf(name -> PRIVATE.stream().anyMatch(name::startsWith));
        return rest;
    }

    @Override
    public JobOpening open(JobOpening.Site site) throws IOException {
        return new GithubJob(services, others, site).opening();
    }

    @Override
    public AutoCloseable takeTurn(Turn turn, Waits waits) throws IOException, InterruptedException {
        return services.turns().take(turn, waits);
    }

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        throw new IllegalStateException("a job's steps are executed by what opens the job");
    }
}
