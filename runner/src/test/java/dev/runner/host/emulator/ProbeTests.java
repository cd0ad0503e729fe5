package dev.runner.host.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeTests {
    @ParameterizedTest
    @EnumSource
    void the_program_exits_with_42_under_its_emulator(EmulatedArchitecture architecture, @TempDir Path folder)
            throws Exception {
        Path emulator = Executables.find("qemu-" + architecture.qemuName() + "-static");
        assumeTrue(emulator != null, "qemu-user-static is not installed");
        Path program = folder.resolve("program");
        Probe.write(architecture, program);
        try (ProcessRunner processes = new ProcessRunner()) {
            assertThat(processes.run(Command.of(String.valueOf(emulator), program.toString())))
                    .satisfies(result -> assertThat(result.stderrText()).isEmpty())
                    .satisfies(result -> assertThat(result.exitCode()).isEqualTo(42));
        }
    }

    @Test
    void magic_and_mask_are_those_that_qemu_and_distributions_use() {
        assertThat(HexFormat.of().formatHex(Probe.magic(EmulatedArchitecture.ARM64)))
                .isEqualTo("7f454c460201010000000000000000000200b700");
        assertThat(HexFormat.of().formatHex(Probe.mask(EmulatedArchitecture.ARM64)))
                .isEqualTo("ffffffffffffff00fffffffffffffffffeffffff");
        assertThat(HexFormat.of().formatHex(Probe.magic(EmulatedArchitecture.S390X)))
                .isEqualTo("7f454c4602020100000000000000000000020016");
        assertThat(HexFormat.of().formatHex(Probe.mask(EmulatedArchitecture.S390X)))
                .isEqualTo("ffffffffffffff00fffffffffffffffffffeffff");
        assertThat(HexFormat.of().formatHex(Probe.magic(EmulatedArchitecture.LOONG64)))
                .isEqualTo("7f454c4602010100000000000000000002000201");
    }

    @Test
    void platforms_map_to_architectures() {
        assertThat(Emulators.forPlatform(Platform.parse("linux/arm/v5"))).isEqualTo(EmulatedArchitecture.ARM);
        assertThat(Emulators.forPlatform(Platform.parse("linux/arm64/v8"))).isEqualTo(EmulatedArchitecture.ARM64);
        assertThat(Emulators.forPlatform(Platform.parse("linux/386"))).isEqualTo(EmulatedArchitecture.I386);
        assertThat(Emulators.runsNatively(Platform.host())).isTrue();
        assertThat(Emulators.runsNatively(Platform.parse("linux/s390x"))).isFalse();
    }
}
