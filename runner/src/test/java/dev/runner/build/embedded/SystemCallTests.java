package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildRequest.RunOptions;
import dev.runner.build.Entitlement;
import dev.runner.build.NetworkMode;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.Sandboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step may make the system calls that BuildKit lets it make. */
class SystemCallTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void a_step_makes_no_namespaces_but_an_insecure_one_does(String kind) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            new Sandboxes(processes, folder.resolve("trial")).choose(kind);
        } catch (SandboxException e) {
            Assumptions.abort(String.valueOf(e.getMessage()));
        }
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        String base = "FROM scratch\nCOPY busybox /bin/\nCOPY busybox /bin/sh\n";
        String attempts = "busybox unshare -U busybox true && echo namespace; (busybox echo pipes | busybox cat)";
        try (Machine machine = Machine.at(folder.resolve("state"), kind)) {
            machine.build(context, base + "RUN " + attempts + "\n");
            assertThat(machine.output()).contains("pipes").doesNotContain("namespace");
            assertThat(machine.output()).anyMatch(line -> line.endsWith("Operation not permitted"));
            machine.build(
                    context,
                    base + "RUN --security=insecure " + attempts + "\n",
                    request -> request.run(
                            new RunOptions(NetworkMode.HOST, Map.of(), Set.of(Entitlement.SECURITY_INSECURE))));
            assertThat(machine.output()).containsExactly("namespace", "pipes");
        }
    }
}
