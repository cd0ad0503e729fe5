package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.Reference;
import dev.runner.registry.server.RegistryServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of cache mounts on another machine, by way of a registry. */
class CacheMountTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path folder;

    @Test
    void a_cache_mount_goes_to_the_registry_and_fills_the_one_of_another_machine() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            List<SandboxKind> kinds = new Sandboxes(processes, folder.resolve("probe")).available();
            Assumptions.assumeTrue(
                    kinds.stream().anyMatch(SandboxKind::available), () -> "no sandbox works here: " + kinds);
        }
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        String run = "FROM scratch\nCOPY busybox /bin/\n"
                + "RUN --mount=type=cache,target=/c --mount=type=cache,id=other,target=/o [\"/bin/busybox\", \"sh\", \"-c\","
                + " \"echo %s >> /c/log; /bin/busybox mkdir -p /c/d; /bin/busybox cat /c/log\"]\n";
        try (RegistryServer server = server()) {
            Reference place = Reference.parse("127.0.0.1:" + server.address().getPort() + "/caches:mounts");
            for (String machine : List.of("one", "two", "three")) {
                try (Machine here = Machine.at(folder.resolve(machine))) {
                    here.build(
                            context,
                            run.formatted(machine),
                            request -> request.cache(
                                    new CacheOptions(List.of(), List.of(), false, List.of(), false, place)));
                    List<String> seen = List.of("one", "two", "three");
                    assertThat(here.output()).isEqualTo(seen.subList(0, seen.indexOf(machine) + 1));
                }
            }
        }
    }

    @Test
    void arguments_keep_cache_mounts_apart_and_name_the_host() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        String run = "FROM scratch\nCOPY busybox /bin/\nRUN --mount=type=cache,target=/c"
                + " [\"/bin/busybox\", \"sh\", \"-c\", \"echo %1$s >> /c/log; /bin/busybox cat /c/log\"]\n";
        try (Machine here = Machine.at(folder.resolve("state"))) {
            here.build(context, run.formatted("plain"));
            here.build(context, run.formatted("mine"), request -> request.argument("BUILDKIT_CACHE_MOUNT_NS", "mine"));
            assertThat(here.output()).containsExactly("mine");
            here.build(context, run.formatted("again"));
            assertThat(here.output()).containsExactly("plain", "again");
        }
        try (Machine here = Machine.at(folder.resolve("other"))) {
            here.build(
                    context,
                    "FROM scratch\nCOPY busybox /bin/\nRUN [\"/bin/busybox\", \"hostname\"]\n",
                    request -> request.argument("BUILDKIT_SANDBOX_HOSTNAME", "builder.test"));
            assertThat(here.output()).containsExactly("builder.test");
        }
    }

    private RegistryServer server() throws Exception {
        return RegistryServer.start(
                folder.resolve("registry"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RegistryServer.Options.OPEN);
    }
}
