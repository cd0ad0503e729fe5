package dev.runner.step;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.oci.Platform;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Registers the emulators that platforms need, and prints how each stands. */
final class BinfmtStep {
    /** Two jobs that register at once would undo each other's work. */
    private final ReentrantLock registering = new ReentrantLock();

    private final Tools.Emulation emulation;

    BinfmtStep(Tools.Emulation emulation) {
        this.emulation = emulation;
    }

    /** A line of the table. */
    private record Row(Platform platform, String how, String state) {}

    StepResult execute(Step.Binfmt step, StepContext context) throws InterruptedException {
        List<Platform> platforms = Platforms.of(step.platforms(), context);
        for (Platform platform : platforms) {
            if (!platform.os().equals("linux")) {
                throw new BadStepException("no emulator runs " + platform, "only Linux platforms can be emulated");
            }
        }
        registering.lockInterruptibly();
        try {
            List<Row> rows = register(step, platforms, context);
            print(rows, context);
            return StepResult.success();
        } catch (BinfmtException e) {
            return StepResult.failed(Failures.of(e));
        } catch (EmulatorMissingException e) {
            return StepResult.failed(Failures.of(e));
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(
                    StepFailure.Kind.MACHINE_LACKS, "cannot register emulators: " + e.getMessage(), null));
        } finally {
            registering.unlock();
        }
    }

    private List<Row> register(Step.Binfmt step, List<Platform> platforms, StepContext context)
            throws IOException, InterruptedException {
        Binfmt binfmt = emulation.binfmt();
        boolean reset = step.reset().isTrue(context.scope());
        EmulatorFinder finder = emulation.finders().finder(step.install().isTrue(context.scope()));
        BinfmtStatus before = binfmt.status();
        Map<Platform, EmulatorFinder.Found> found = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        for (Platform platform : platforms) {
            if (!Emulators.runsNatively(platform)) {
                EmulatedArchitecture architecture = architecture(platform);
                if (reset || !before.of(architecture).usable()) {
                    found.put(platform, finder.find(architecture));
                }
            }
        }
        String refused = apply(binfmt, reset, found);
        for (Platform platform : platforms) {
            rows.add(row(platform, found.get(platform), before, refused, binfmt));
        }
        if (!refused.isEmpty()) {
            context.output()
                    .annotate(
                            Annotation.Level.WARNING,
                            "emulators cannot be registered with the kernel here (" + refused
                                    + "); builds and 'runner run' pass them to the sandbox instead, other programs of a"
                                    + " foreign architecture will not start",
                            null);
        }
        return rows;
    }

    private static EmulatedArchitecture architecture(Platform platform) {
        try {
            return Emulators.forPlatform(platform);
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    /** Registers; the text says why this user may not, and is empty otherwise. */
    private static String apply(Binfmt binfmt, boolean reset, Map<Platform, EmulatorFinder.Found> found)
            throws IOException {
        List<Emulator> emulators = found.values().stream()
                .map(EmulatorFinder.Found::emulator)
                .distinct()
                .toList();
        try {
            if (reset) {
                binfmt.reset(emulators);
            } else {
                for (Emulator emulator : emulators) {
                    binfmt.register(emulator);
                }
            }
            return "";
        } catch (BinfmtException e) {
            if (e.reason() == BinfmtException.Reason.NOT_PERMITTED
                    || e.reason() == BinfmtException.Reason.NOT_MOUNTED) {
                return String.valueOf(e.getMessage());
            }
            throw e;
        }
    }

    private static Row row(
            Platform platform,
            EmulatorFinder.@org.jspecify.annotations.Nullable Found found,
            BinfmtStatus before,
            String refused,
            Binfmt binfmt)
            throws IOException, InterruptedException {
        if (Emulators.runsNatively(platform)) {
            return new Row(platform, "-", "runs natively");
        }
        EmulatedArchitecture architecture = architecture(platform);
        if (found != null && !refused.isEmpty()) {
            return new Row(platform, found.emulator().interpreter().toString(), "not registered, for sandboxes only");
        }
        if (!binfmt.verify(architecture)) {
            return new Row(platform, "qemu-" + architecture.qemuName(), "registered, but does not work");
        }
        if (found != null) {
            return new Row(platform, found.emulator().interpreter().toString(), "registered now");
        }
        var entry = before.of(architecture).entry();
        return new Row(platform, entry == null ? "-" : entry.interpreter().toString(), "was registered");
    }

    private static void print(List<Row> rows, StepContext context) {
        int platform = width(rows.stream().map(row -> row.platform().toString()).toList(), "PLATFORM");
        int how = width(rows.stream().map(Row::how).toList(), "EMULATOR");
        String format = "%-" + platform + "s  %-" + how + "s  %s";
        context.output().line(Stream.INFO, format.formatted("PLATFORM", "EMULATOR", "STATE"));
        for (Row row : rows) {
            context.output().line(Stream.INFO, format.formatted(row.platform(), row.how(), row.state()));
        }
        if (rows.stream().anyMatch(row -> row.state().endsWith("does not work"))) {
            throw new BadStepException(
                    "an emulator is registered and does not run a foreign program", "write 'reset: true'");
        }
    }

    private static int width(List<String> texts, String head) {
        return Math.max(
                head.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }
}
