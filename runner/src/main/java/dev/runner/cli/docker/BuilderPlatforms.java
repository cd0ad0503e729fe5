package dev.runner.cli.docker;

import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.emulator.Registration;
import dev.runner.host.process.Executables;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What this machine builds for: its own platform, and those that an emulator runs. */
final class BuilderPlatforms {
    private static final List<EmulatedArchitecture> ORDER = List.of(
            EmulatedArchitecture.AMD64,
            EmulatedArchitecture.ARM64,
            EmulatedArchitecture.RISCV64,
            EmulatedArchitecture.PPC64LE,
            EmulatedArchitecture.S390X,
            EmulatedArchitecture.I386,
            EmulatedArchitecture.MIPS64LE,
            EmulatedArchitecture.MIPS64,
            EmulatedArchitecture.LOONG64,
            EmulatedArchitecture.ARM);

    private BuilderPlatforms() {}

    /** The names, those that the node's user gave with a star before the others, as Buildx lists them. */
    static List<String> of(Surroundings around, Builder.Node node) throws IOException {
        List<String> names = new ArrayList<>();
        node.platforms().forEach(platform -> names.add(platform + "*"));
        for (String name : all(around)) {
            if (!node.platforms().contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    static List<String> all(Surroundings around) throws IOException {
        BinfmtStatus status = around.binfmt().status();
        String host = Platform.host().toString();
        List<String> names = new ArrayList<>(List.of(host));
        for (EmulatedArchitecture architecture : ORDER) {
            if (!runs(status.of(architecture), architecture)) {
                continue;
            }
            List<String> its = architecture == EmulatedArchitecture.ARM
                    ? List.of("linux/arm/v7", "linux/arm/v6")
                    : List.of("linux/" + architecture.platformName());
            its.stream().filter(name -> !name.equals(host)).forEach(names::add);
        }
        return names;
    }

    static boolean isNative(EmulatedArchitecture architecture) {
        return Emulators.runsNatively(Platform.linux(architecture.platformName(), ""));
    }

    /** By the kernel, or by an emulator that is handed to the sandbox. */
    private static boolean runs(Registration registration, EmulatedArchitecture architecture) {
        return registration.natively()
                || registration.usable()
                || Executables.find("qemu-" + architecture.qemuName() + "-static") != null;
    }
}
