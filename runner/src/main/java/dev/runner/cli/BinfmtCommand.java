package dev.runner.cli;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.emulator.Registration;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code runner binfmt}: emulation of other architectures, registered with the kernel. */
final class BinfmtCommand implements Flags.Declaring, Callable<Integer> {
    private static final Set<String> VERBS = Set.of("install", "status", "uninstall", "reset");

    private final RunnerCommand parent;

    RegistryOptions registry = new RegistryOptions();
    boolean reset;
    boolean installEmulators;
    List<String> words = new ArrayList<>();

    @Override
    public void declare(Flags flags) {
        flags.command(
                "binfmt",
                "Register emulation of other architectures with the kernel (binfmt_misc), and check that it works.",
                "runner binfmt [install] [all | arm64 linux/arm/v7 …]   runner binfmt status   runner binfmt uninstall");
        registry.declare(flags);
        flags.option("--reset")
                .says("Remove every qemu entry first, as multiarch/qemu-user-static --reset -p yes.")
                .on(value -> reset = value);
        flags.option("--install-emulators")
                .says("Let the system's package manager install QEMU (root may without being told).")
                .on(value -> installEmulators = value);
        flags.positional("0..*", "0..*")
                .label("VERB OR PLATFORM")
                .says("all when left out.")
                .values(String.class, values -> words = values);
    }

    BinfmtCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String verb = words.isEmpty() || !VERBS.contains(words.getFirst()) ? "install" : words.removeFirst();
        try (Toolbox toolbox = parent.toolbox(registry)) {
            Binfmt binfmt = toolbox.binfmt();
            return switch (verb) {
                case "status" -> status(binfmt);
                case "uninstall" -> uninstall(binfmt);
                case "reset" -> install(toolbox, binfmt, true);
                default -> install(toolbox, binfmt, reset);
            };
        }
    }

    private int status(Binfmt binfmt) throws IOException, InterruptedException {
        BinfmtStatus status = binfmt.status();
        if (!status.mounted()) {
            parent.out().println("binfmt_misc is not mounted; `runner binfmt` mounts it, as root");
        } else if (!status.enabled()) {
            parent.out().println("binfmt_misc is switched off: echo 1 > " + Binfmt.ROOT.resolve("status"));
        }
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            print(binfmt, status.of(architecture));
        }
        parent.out().flush();
        return ExitCode.PASSED;
    }

    private void print(Binfmt binfmt, Registration registration) throws IOException, InterruptedException {
        Registration.Entry entry = registration.entry();
        String how = registration.natively()
                ? "runs here by itself"
                : entry == null
                        ? "not registered"
                        : entry.interpreter() + " flags " + entry.flags() + (entry.enabled() ? "" : ", disabled");
        String works = registration.natively() || entry != null
                ? binfmt.verify(registration.architecture()) ? "works" : "DOES NOT WORK"
                : "-";
        parent.out().printf("%-10s %-14s %s%n", registration.architecture().platformName(), works, how);
    }

    private int uninstall(Binfmt binfmt) throws IOException {
        List<String> removed = binfmt.uninstall();
        parent.out().println(removed.isEmpty() ? "nothing was registered" : "removed " + String.join(", ", removed));
        parent.out().flush();
        return ExitCode.PASSED;
    }

    private int install(Toolbox toolbox, Binfmt binfmt, boolean afresh) throws IOException, InterruptedException {
        EmulatorFinder finder = toolbox.emulatorFinder(installEmulators);
        List<Emulator> found = new ArrayList<>();
        int missing = 0;
        for (EmulatedArchitecture architecture : architectures()) {
            try {
                found.add(finder.find(architecture).emulator());
            } catch (EmulatorMissingException e) {
                missing++;
                parent.err().println(e.getMessage());
            }
        }
        if (afresh) {
            binfmt.reset(found);
        } else {
            for (Emulator emulator : found) {
                binfmt.register(emulator);
            }
        }
        parent.err().flush();
        status(binfmt);
        return missing == 0 ? ExitCode.PASSED : ExitCode.MACHINE_LACKS;
    }

    private Set<EmulatedArchitecture> architectures() {
        Set<EmulatedArchitecture> wanted = EnumSet.noneOf(EmulatedArchitecture.class);
        List<String> names = words.isEmpty() ? List.of("all") : words;
        for (String name : names) {
            if (name.equals("all")) {
                wanted.addAll(EnumSet.allOf(EmulatedArchitecture.class));
                continue;
            }
            for (Platform platform : Arguments.platforms(List.of(name))) {
                try {
                    wanted.add(Emulators.forPlatform(platform));
                } catch (IllegalArgumentException e) {
                    throw new UsageException(String.valueOf(e.getMessage()));
                }
            }
        }
        wanted.removeIf(architecture -> Emulators.runsNatively(Platform.linux(architecture.platformName(), "")));
        return wanted;
    }
}
