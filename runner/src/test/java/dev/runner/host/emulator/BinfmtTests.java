package dev.runner.host.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinfmtTests {
    @Test
    void what_has_worked_is_not_tried_again_before_the_registration_changes(@TempDir Path folder) throws Exception {
        Path registered = Binfmt.ROOT.resolve("qemu-aarch64");
        assumeTrue(Files.exists(registered), "no emulator of arm64 is registered here");
        Path root = Files.createDirectories(folder.resolve("binfmt_misc"));
        Files.writeString(root.resolve("register"), "");
        Path entry = root.resolve("qemu-aarch64");
        Files.writeString(entry, Files.readString(registered));
        Path memory = folder.resolve("memory");
        ProcessRunner processes = new ProcessRunner();
        Binfmt binfmt = new Binfmt(root, processes);
        try (processes) {
            assertThat(binfmt.works(EmulatedArchitecture.ARM64, memory)).isTrue();
        }
        assertThat(binfmt.works(EmulatedArchitecture.ARM64, memory)).isTrue();
        Files.writeString(entry, Files.readString(registered).replace("/qemu-", "/other/qemu-"));
        assertThatThrownBy(() -> binfmt.works(EmulatedArchitecture.ARM64, memory))
                .as("no process can be started any more")
                .isInstanceOf(Exception.class);
    }

    @Test
    void registers_verifies_replaces_resets_and_uninstalls_in_a_kernel_of_its_own() throws Exception {
        Path unshare = Executables.find("unshare");
        assumeTrue(unshare != null, "util-linux is not installed");
        assumeTrue(
                Executables.find("qemu-s390x-static") != null && Executables.find("qemu-aarch64-static") != null,
                "qemu-user-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            // Since Linux 6.7 each user namespace has registrations of its own.
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            ProcessResult result = processes.run(Command.of(
                    String.valueOf(unshare),
                    "--user",
                    "--map-root-user",
                    "--mount",
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Walk.class.getName()));
            assumeTrue(
                    !result.stderrText().contains("cannot be mounted")
                            && !result.stderrText().contains("unshare:"),
                    "no binfmt_misc in user namespaces here");
            assertThat(result.stderrText()).isEmpty();
            assertThat(result.stdoutText().lines())
                    .containsExactly(
                            "before: null",
                            "register: true",
                            "again: false",
                            "works: true POF true",
                            "broken replaced: true true",
                            "reset: true true",
                            "uninstalled: [qemu-aarch64, qemu-s390x]",
                            "after: null false");
        }
    }

    /** What the test does, as root of a user namespace. */
    static final class Walk {
        private Walk() {}

        public static void main(String[] arguments) throws Exception {
            try (ProcessRunner processes = new ProcessRunner()) {
                Path root = Files.createTempDirectory("binfmt");
                processes.run(Command.of("mount", "-t", "tmpfs", "tmpfs", root.toString()));
                Binfmt binfmt = new Binfmt(root, processes);
                EmulatedArchitecture s390x = EmulatedArchitecture.S390X;
                Emulator emulator = new Emulator(s390x, Path.of("/usr/bin/qemu-s390x-static"));
                Emulator other = new Emulator(EmulatedArchitecture.ARM64, Path.of("/usr/bin/qemu-aarch64-static"));
                System.out.println("before: " + binfmt.status().of(s390x).entry());
                System.out.println("register: " + binfmt.register(emulator));
                System.out.println("again: " + binfmt.register(emulator));
                Registration.Entry entry = binfmt.status().of(s390x).entry();
                System.out.println("works: " + binfmt.verify(s390x) + " " + (entry == null ? "" : entry.flags()) + " "
                        + binfmt.status().of(s390x).usable());
                Files.writeString(root.resolve("qemu-s390x"), "-1");
                Files.writeString(
                        root.resolve("register"),
                        Binfmt.registration(emulator).replace(":OPF", ":F"),
                        java.nio.charset.StandardCharsets.ISO_8859_1);
                System.out.println("broken replaced: " + binfmt.register(emulator) + " " + binfmt.verify(s390x));
                binfmt.reset(List.of(emulator, other));
                System.out.println("reset: " + binfmt.verify(s390x) + " " + binfmt.verify(other.architecture()));
                System.out.println(
                        "uninstalled: " + binfmt.uninstall().stream().sorted().toList());
                System.out.println("after: " + binfmt.status().of(s390x).entry() + " " + binfmt.verify(s390x));
            }
        }
    }

    @Test
    void without_the_file_system_and_the_right_it_says_what_works_instead(@TempDir Path folder) throws Exception {
        try (ProcessRunner processes = new ProcessRunner()) {
            Binfmt binfmt = new Binfmt(folder.resolve("absent"), processes);
            assertThat(binfmt.status().mounted()).isFalse();
            assertThatThrownBy(() -> binfmt.register(
                            new Emulator(EmulatedArchitecture.ARM64, Path.of("/usr/bin/qemu-aarch64-static"))))
                    .isInstanceOfSatisfying(
                            BinfmtException.class,
                            e -> assertThat(e.reason()).isEqualTo(BinfmtException.Reason.NOT_MOUNTED))
                    .hasMessageContaining("runner binfmt");
        }
    }

    @Test
    void only_static_programs_count(@TempDir Path folder) throws Exception {
        assertThat(StateFolder.isStatic(Path.of("/bin/sh"))).isFalse();
        Probe.write(EmulatedArchitecture.S390X, folder.resolve("x"));
        assertThat(StateFolder.isStatic(folder.resolve("x"))).isTrue();
        assertThat(StateFolder.isStatic(Files.writeString(folder.resolve("text"), "#!/bin/sh\n")))
                .isFalse();
    }

    @Test
    void the_machines_emulator_is_found_and_what_was_tried_is_told(@TempDir Path folder) throws Exception {
        assumeTrue(Executables.find("qemu-riscv64-static") != null, "qemu-user-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            Binfmt binfmt = new Binfmt(folder.resolve("absent"), processes);
            EmulatorFinder finder =
                    new EmulatorFinder(binfmt, processes, folder.resolve("state"), EmulatorFinder.Policy.OFFLINE);
            EmulatorFinder.Found found = finder.find(EmulatedArchitecture.RISCV64);
            assertThat(found.origin()).isEqualTo(EmulatorFinder.Origin.MACHINE);
            assertThat(found.emulator().interpreter().toString()).endsWith("qemu-riscv64-static");
        }
    }
}
