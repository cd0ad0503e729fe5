package dev.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.emulator.Emulators;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignBusyboxTests {
    @ParameterizedTest
    @CsvSource({"linux/arm64, aarch64", "linux/arm/v7, armv7l", "linux/s390x, s390x"})
    void runs_under_its_emulator(String platform, String machine) throws Exception {
        Platform wanted = Platform.parse(platform);
        Path binary = ForeignBusybox.binary(wanted);
        Path qemu = Executables.find("qemu-" + Emulators.forPlatform(wanted).qemuName() + "-static");
        assumeTrue(qemu != null, "qemu-user-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            assertThat(processes.runChecked(Command.of(String.valueOf(qemu), binary.toString(), "uname", "-m")))
                    .isEqualTo(machine + "\n");
        }
    }

    @org.junit.jupiter.api.Test
    void the_machine_is_described() {
        Machine machine = Machine.inspect();
        assertThat(machine.cores()).isPositive();
        assertThat(machine.memoryBytes()).isGreaterThan(1L << 28);
        assertThat(machine.system().kernel()).matches("\\d+\\.\\d+.*");
    }
}
