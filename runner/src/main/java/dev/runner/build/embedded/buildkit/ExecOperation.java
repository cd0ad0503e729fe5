package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A RUN without mounts.
 *
 * @param environment as {@code NAME=value}, in the order in which they were last set
 * @param user empty for none
 */
public record ExecOperation(
        List<String> arguments,
        List<String> environment,
        String directory,
        String user,
        Network network,
        boolean insecure,
        Platform platform) {
    /** The whole root filesystem, which is what a RUN reads of its only input. */
    public static final Digest SELECTOR = Digest.of("/".getBytes(StandardCharsets.US_ASCII));

    public ExecOperation {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }

    /** As BuildKit numbers them. */
    public enum Network {
        SANDBOX,
        HOST,
        NONE
    }

    /** The digest of the operation, apart from what it runs on. */
    public Digest digest() {
        GoJson meta = new GoJson()
                .texts("args", arguments)
                .texts("env", environment)
                .text("cwd", directory)
                .text("user", user)
                .flag("removeMountStubsRecursive", true);
        GoJson exec = new GoJson()
                .struct("meta", meta)
                .number("network", network.ordinal())
                .number("security", insecure ? 1 : 0);
        return Digest.of(new GoJson()
                .always("Type", "buildkit.exec.v0")
                .struct("Exec", exec)
                .always("OS", platform.os())
                .always("Arch", platform.architecture())
                .text("Variant", platform.variant())
                .text("OSVersion", platform.osVersion())
                .toBytes());
    }
}
