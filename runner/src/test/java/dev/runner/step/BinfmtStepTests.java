package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Platform;
import dev.runner.schedule.StepFailure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real kernel. */
class BinfmtStepTests {
    @TempDir
    Path parent;

    private PipelineFixture run;

    @BeforeEach
    void fixture() throws Exception {
        run = new PipelineFixture(Files.createDirectory(parent.resolve("source")));
    }

    @AfterEach
    void close() {
        run.close();
    }

    @Test
    void this_machines_own_platform_needs_nothing() throws Exception {
        Platform host = Platform.host();
        run.steps("- binfmt: {platforms: [" + host + "]}\n");
        assertThat(run.result()).as(run.output()).isEqualTo("success");
        assertThat(run.output())
                .startsWith("PLATFORM")
                .contains(host.toString())
                .contains("runs natively");
    }

    @Test
    void a_foreign_platform_is_registered_once_and_then_left_alone() throws Exception {
        Assumptions.assumeTrue(
                Files.isWritable(Path.of("/proc/sys/fs/binfmt_misc/register")), "binfmt_misc cannot be written here");
        Assumptions.assumeTrue(
                Files.exists(Path.of("/usr/bin/qemu-riscv64-static"))
                        && !Platform.host().architecture().equals("riscv64"),
                "qemu-user-static is not installed");
        run.steps("- binfmt: {platforms: [linux/riscv64]}\n- binfmt: {platforms: [linux/riscv64]}\n");
        assertThat(run.result()).as(run.output()).isEqualTo("success");
        assertThat(run.output()).contains("linux/riscv64").endsWith("was registered");
    }

    @Test
    void a_platform_that_nobody_emulates_is_named() throws Exception {
        run.steps("- binfmt: {platforms: [plan9/amd64]}\n");
        assertThat(run.failure().kind()).isIn(Kind.BAD_INPUT, Kind.MACHINE_LACKS);
        assertThat(run.failure().message()).contains("plan9");
    }
}
