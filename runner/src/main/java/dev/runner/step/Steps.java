package dev.runner.step;

import dev.runner.build.BuildFailedException;
import dev.runner.pipeline.Step;
import dev.runner.registry.RegistryException;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepResult;

/** Executes every kind of step. */
public final class Steps implements StepExecutor {
    private final RunStep run;
    private final CheckoutStep checkout;
    private final BinfmtStep binfmt;
    private final LoginStep login;
    private final BuildStep build;
    private final PublishStep publish;

    public Steps(Tools tools) {
        run = new RunStep(tools.processes(), tools.services());
        checkout = new CheckoutStep(tools.checkout(), tools.services());
        binfmt = new BinfmtStep(tools.emulation());
        login = new LoginStep(tools.registry(), tools.services());
        build = new BuildStep(tools.building(), tools.checkout(), tools.images());
        publish = new PublishStep(tools.images());
    }

    /**
     * What people are told of a fault of the rooms that steps work with.
     *
     * @throws InterruptedException when it means that the step was cancelled
     * @throws RuntimeException the fault itself when the scheduler knows better what to make of it
     */
    public static StepFailure failure(RuntimeException fault) throws InterruptedException {
        if (fault instanceof RegistryException registry && registry.kind() == RegistryException.Kind.CANCELLED) {
            throw (InterruptedException) new InterruptedException("cancelled at a registry").initCause(fault);
        }
        return Failures.of(fault);
    }

    /** What people are told of a build that failed. */
    public static StepFailure failure(BuildFailedException fault) {
        return Failures.of(fault);
    }

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        try {
            return switch (step) {
                case Step.Run script -> run.execute(script, context);
                case Step.Checkout source -> checkout.execute(source, context);
                case Step.Binfmt platforms -> binfmt.execute(platforms, context);
                case Step.Login credentials -> login.execute(credentials, context);
                case Step.Build image -> build.execute(image, context);
                case Step.Publish image -> publish.execute(image, context);
                case Step.Script _, Step.Function _, Step.Downstream _ ->
                    StepResult.failed(StepFailure.of(
                            StepFailure.Kind.BAD_INPUT,
                            "a script of GitLab's stands in a pipeline of another dialect",
                            null));
                case Step.Uses action ->
                    StepResult.failed(StepFailure.of(
                            StepFailure.Kind.BAD_INPUT, "no action can be run here: " + action.action(), null));
            };
        } catch (RuntimeException e) {
            return StepResult.failed(failure(e));
        }
    }
}
