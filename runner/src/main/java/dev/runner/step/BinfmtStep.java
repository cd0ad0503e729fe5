package dev.runner.step;

import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.util.List;

/** Registers the emulators that platforms need, and prints how each stands. */
final class BinfmtStep {
    private final EmulatorSetup setup;

    BinfmtStep(Tools.Emulation emulation) {
        this.setup = new EmulatorSetup(emulation);
    }

    StepResult execute(Step.Binfmt step, StepContext context) throws InterruptedException {
        boolean reset = step.reset().isTrue(context.scope());
        boolean install = step.install().isTrue(context.scope());
        try {
            EmulatorSetup.Outcome outcome =
                    setup.set(new EmulatorSetup.Wish(Platforms.of(step.platforms(), context), reset, install, false));
            String warning = outcome.warning();
            if (warning != null) {
                context.output().annotate(Annotation.Level.WARNING, warning, null);
            }
            print(outcome.rows(), context);
            return StepResult.success();
        } catch (BinfmtException e) {
            return StepResult.failed(Failures.of(e));
        } catch (EmulatorMissingException e) {
            return StepResult.failed(Failures.of(e));
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(
                    StepFailure.Kind.MACHINE_LACKS, "cannot register emulators: " + e.getMessage(), null));
        }
    }

    private static void print(List<EmulatorSetup.Row> rows, StepContext context) {
        int platform = width(rows.stream().map(row -> row.platform().toString()).toList(), "PLATFORM");
        int how = width(rows.stream().map(EmulatorSetup.Row::how).toList(), "EMULATOR");
        String format = "%-" + platform + "s  %-" + how + "s  %s";
        context.output().line(Stream.INFO, format.formatted("PLATFORM", "EMULATOR", "STATE"));
        for (EmulatorSetup.Row row : rows) {
            context.output().line(Stream.INFO, format.formatted(row.platform(), row.how(), row.state()));
        }
        if (rows.stream().anyMatch(row -> !row.works())) {
            throw new BadStepException(
                    "an emulator is registered and does not run a foreign program", "write 'reset: true'");
        }
    }

    private static int width(List<String> texts, String head) {
        return Math.max(
                head.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }
}
