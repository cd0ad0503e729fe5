package dev.runner.schedule;

import dev.runner.plan.Plan;
import dev.runner.secret.Masker;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Runs plans. */
public final class Scheduler {
    private final StepExecutor executor;
    private final Workspaces workspaces;
    private final List<RunListener> listeners;
    private final int jobs;

    /** @param jobs how many job runs may run at once, at least 1 */
    public Scheduler(StepExecutor executor, Workspaces workspaces, List<RunListener> listeners, int jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException("at least one job must run at once, not " + jobs);
        }
        this.executor = executor;
        this.workspaces = workspaces;
        this.listeners = List.copyOf(listeners);
        this.jobs = jobs;
    }

    /** Starts a plan; what happens is told to the listeners. The secrets of the inputs are masked everywhere. */
    public Run start(Plan plan, Inputs inputs) {
        Masker masker = new Masker();
        masker.addAll(inputs.secrets());
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("run-timer").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        var services =
                new RunServices(executor, workspaces, new EventQueue(listeners), masker, timer, inputs.environment());
        PlanRun run = new PlanRun(plan, inputs, services, jobs);
        run.start();
        return run;
    }
}
