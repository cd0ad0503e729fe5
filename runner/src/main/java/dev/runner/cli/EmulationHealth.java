package dev.runner.cli;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.emulator.Registration;
import dev.runner.host.process.Executables;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Other architectures: what the kernel starts, and what PRoot can hand over to an emulator. */
final class EmulationHealth {
    private static final List<EmulatedArchitecture> COMMON = List.of(
            EmulatedArchitecture.AMD64,
            EmulatedArchitecture.ARM64,
            EmulatedArchitecture.ARM,
            EmulatedArchitecture.I386,
            EmulatedArchitecture.RISCV64,
            EmulatedArchitecture.PPC64LE,
            EmulatedArchitecture.S390X);

    private final HealthReport report;
    private final Binfmt binfmt;
    private final EmulatorFinder finder;
    private final boolean proot = Executables.find("proot") != null;

    EmulationHealth(HealthReport report, Binfmt binfmt, EmulatorFinder finder) {
        this.report = report;
        this.binfmt = binfmt;
        this.finder = finder;
    }

    void check() throws IOException, InterruptedException {
        report.part("other architectures");
        BinfmtStatus status = binfmt.status();
        boolean acts = status.mounted() && status.enabled();
        String state = !status.mounted()
                ? "not mounted"
                : !status.enabled()
                        ? "switched off"
                        : "mounted" + (status.writable() ? "" : ", and may not be changed from here");
        report.say(
                acts,
                "binfmt_misc",
                state,
                status.mounted()
                        ? "echo 1 > " + Binfmt.ROOT + "/status, as root"
                        : "runner binfmt, as root (mount -t binfmt_misc binfmt_misc " + Binfmt.ROOT
                                + "); without it PRoot hands emulators over");
        for (EmulatedArchitecture architecture : COMMON) {
            architecture(architecture, status.of(architecture));
        }
    }

    private void architecture(EmulatedArchitecture architecture, Registration registration)
            throws IOException, InterruptedException {
        String name = "linux/" + architecture.platformName();
        Registration.Entry entry = registration.entry();
        if (Emulators.runsNatively(Platform.linux(architecture.platformName(), ""))) {
            report.ok(name, "runs here by itself");
        } else if (binfmt.verify(architecture)) {
            report.ok(
                    name,
                    "registered with the kernel"
                            + (entry == null ? "" : ": " + entry.interpreter() + ", flags " + entry.flags()));
        } else if (entry != null) {
            report.say(false, name, fault(entry), "runner binfmt --reset " + architecture.platformName() + ", as root");
        } else {
            String found = found(architecture);
            report.say(
                    found != null && proot,
                    name,
                    found == null
                            ? "no emulator"
                            : found + (proot ? ", handed over by PRoot" : ", not registered, and no PRoot"),
                    "runner binfmt " + architecture.platformName()
                            + " as root, or apt-get install qemu-user-static proot");
        }
    }

    /** Why an entry that is registered does not start programs in containers. */
    private static String fault(Registration.Entry entry) {
        if (!entry.enabled()) {
            return "registered as " + entry.name() + " and switched off";
        }
        if (!entry.flags().contains("F")) {
            return "registered as " + entry.name() + " without flag F: containers do not find " + entry.interpreter();
        }
        if (!entry.preservesArguments()) {
            return "registered as " + entry.name() + " without flag P: programs lose their own name";
        }
        return "registered as " + entry.name() + ", and " + entry.interpreter()
                + (entry.interpreterExists() ? " does not run a program" : " is gone");
    }

    private @Nullable String found(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        try {
            return finder.find(architecture).emulator().interpreter().toString();
        } catch (EmulatorMissingException e) {
            return null;
        }
    }
}
