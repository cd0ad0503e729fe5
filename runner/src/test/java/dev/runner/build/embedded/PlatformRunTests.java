package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.Output;
import dev.runner.host.ForeignBusybox;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN steps of foreign architectures, by the emulators that the kernel has registered. */
class PlatformRunTests {
    private static final List<Platform> PLATFORMS = Machine.platforms(
            "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/riscv64", "linux/s390x", "linux/ppc64le");
    private static final List<String> MACHINES = List.of("x86_64", "aarch64", "armv7l", "riscv64", "s390x", "ppc64le");

    @TempDir
    Path folder;

    @Test
    void each_platform_runs_its_own_programs_and_another_machine_runs_none() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        try (ProcessRunner processes = new ProcessRunner()) {
            Binfmt binfmt = new Binfmt(Binfmt.ROOT, processes);
            EmulatorFinder finder =
                    new EmulatorFinder(binfmt, processes, folder.resolve("emulators"), EmulatorFinder.Policy.OFFLINE);
            for (Platform platform : PLATFORMS) {
                if (!Emulators.runsNatively(platform)) {
                    register(binfmt, finder, platform);
                }
                ForeignBusybox.install(platform, context.resolve(platform.toString()));
            }
        }
        String dockerfile = """
                FROM --platform=$BUILDPLATFORM scratch AS shared
                COPY common /common
                FROM scratch
                ARG TARGETPLATFORM
                COPY $TARGETPLATFORM /
                COPY --from=shared /common /common
                RUN uname -m > /machine && cat /machine
                CMD ["uname", "-m"]
                """;
        Machine.write(context.resolve("common/file"), "same");
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"));
                Machine machine = Machine.at(folder.resolve("state"));
                Machine other = Machine.at(folder.resolve("other"))) {
            Reference name = Reference.parse(registry.domain() + "/acme/hello:1");
            CacheReference inline = new CacheReference.Inline();
            BuildResult first = machine.build(
                    context,
                    dockerfile,
                    request -> request.platforms(PLATFORMS)
                            .cache(new CacheOptions(List.of(), List.of(inline), false, List.of(), false))
                            .output(new Output.Push(List.of(name))));
            assertThat(machine.output()).containsExactlyInAnyOrderElementsOf(MACHINES);
            CacheReference from = CacheReference.parse(name.toString());
            BuildResult second = other.build(
                    context,
                    dockerfile,
                    request -> request.platforms(PLATFORMS)
                            .cache(new CacheOptions(List.of(from), List.of(inline), false, List.of(), false)));
            assertThat(other.ran()).isZero();
            assertThat(second.image()).isEqualTo(first.image());
            for (int i = 0; i < PLATFORMS.size(); i++) {
                assertThat(run(other, name, PLATFORMS.get(i))).isEqualTo(MACHINES.get(i) + "\n");
            }
        }
    }

    /** As the binfmt step would: a fresh machine has QEMU installed and nothing registered. */
    private static void register(Binfmt binfmt, EmulatorFinder finder, Platform platform) throws Exception {
        if (binfmt.status().of(Emulators.forPlatform(platform)).usable()) {
            return;
        }
        try {
            binfmt.register(finder.find(Emulators.forPlatform(platform)).emulator());
        } catch (EmulatorMissingException | BinfmtException e) {
            Assumptions.abort("no emulation of " + platform + ": " + e.getMessage());
        }
    }

    private static String run(Machine machine, Reference name, Platform platform) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int exitCode = machine.builder
                .containers()
                .run(
                        ContainerRun.of(name, platform, List.of()),
                        new Containers.Streams(InputStream.nullInputStream(), output, output),
                        machine.listener());
        String text = output.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(text).isZero();
        return text;
    }
}
