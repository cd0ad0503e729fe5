package dev.runner.host.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An emulator from the distribution's package, with nothing changed on the machine. */
class PackageDownloadTests {
    @Test
    void the_emulator_is_unpacked_from_the_package_and_works(@TempDir Path folder) throws Exception {
        assumeTrue(Executables.find("apt-get") != null, "only apt fetches a package without installing it");
        try (ProcessRunner processes = new ProcessRunner()) {
            PackageManager manager = PackageManager.find(processes);
            assumeTrue(manager != null && manager.canDownload(), "another package manager comes first here");
            Path into = Files.createDirectory(folder.resolve("package"));
            Path deb = manager == null ? null : manager.download(EmulatedArchitecture.S390X, into);
            assumeTrue(deb != null, "the package cannot be had here");
            if (deb != null) {
                StateFolder state = new StateFolder(folder.resolve("state"));
                Path emulator = Objects.requireNonNull(state.unpack(EmulatedArchitecture.S390X, deb));
                assertThat(emulator)
                        .isEqualTo(state.path(EmulatedArchitecture.S390X))
                        .isExecutable();
                assertThat(StateFolder.isStatic(emulator)).isTrue();
                Path program = folder.resolve("program");
                Probe.write(EmulatedArchitecture.S390X, program);
                assertThat(processes
                                .run(Command.of(emulator.toString(), program.toString()))
                                .exitCode())
                        .isEqualTo(Probe.EXIT_CODE);
            }
        }
    }
}
