package dev.runner.step.action.docker;

import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.oci.Platform;
import dev.runner.step.EmulatorSetup;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which platforms' programs run on this machine, and setting that up. */
final class EmulatedPlatforms {
    /** Those that people build for come first: who lacks one of them need not be asked for the rest. */
    private static final List<Platform> COMMON = List.of(
            Platform.parse("linux/arm64"),
            Platform.parse("linux/arm/v7"),
            Platform.parse("linux/arm/v6"),
            Platform.parse("linux/riscv64"),
            Platform.parse("linux/ppc64le"),
            Platform.parse("linux/s390x"),
            Platform.parse("linux/386"));

    private EmulatedPlatforms() {}

    /** This machine's, and each that has an emulator or could have one. */
    static List<Platform> all() {
        Set<Platform> all = new LinkedHashSet<>();
        all.add(Platform.host().normalized());
        all.addAll(COMMON);
        for (EmulatedArchitecture each : EmulatedArchitecture.values()) {
            if (!each.platformName().equals("arm")) {
                all.add(Platform.linux(each.platformName(), "").normalized());
            }
        }
        return List.copyOf(all);
    }

    /**
     * Registers emulators.
     *
     * @param wanted as {@code arm64,linux/arm/v7}; empty or {@code all} for all that can be had
     * @return the platforms whose programs run, this machine's first
     */
    static List<String> register(List<String> wanted, boolean reset, ActionContext context)
            throws IOException, InterruptedException {
        boolean all = wanted.isEmpty() || wanted.contains("all");
        EmulatorSetup setup = new EmulatorSetup(context.tools().emulation());
        try {
            EmulatorSetup.Outcome outcome =
                    setup.set(new EmulatorSetup.Wish(all ? all() : platforms(wanted), reset, false, all));
            String warning = outcome.warning();
            if (warning != null) {
                context.warning(warning);
            }
            for (EmulatorSetup.Row row : outcome.rows()) {
                context.info("%-16s %-32s %s".formatted(row.platform(), row.how(), row.state()));
            }
            Set<String> running = new LinkedHashSet<>();
            running.add(Platform.host().normalized().toString());
            outcome.rows().stream()
                    .filter(EmulatorSetup.Row::works)
                    .forEach(row -> running.add(row.platform().toString()));
            return List.copyOf(running);
        } catch (EmulatorMissingException e) {
            throw ActionFailedException.lacking(String.valueOf(e.getMessage()), "install the package qemu-user-static");
        } catch (BinfmtException e) {
            throw ActionFailedException.lacking(String.valueOf(e.getMessage()), "see 'runner binfmt status'");
        }
    }

    private static List<Platform> platforms(List<String> words) {
        List<Platform> platforms = new ArrayList<>();
        for (String word : words) {
            try {
                platforms.add(Platform.parse(word.contains("/") ? word : "linux/" + word)
                        .normalized());
            } catch (IllegalArgumentException e) {
                throw ActionFailedException.badInput(
                        String.valueOf(e.getMessage()), "write platforms as arm64, riscv64 or linux/arm/v7");
            }
        }
        return platforms;
    }
}
