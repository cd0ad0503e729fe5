package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A RUN.
 *
 * @param mounts besides the root filesystem, sorted by target
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
        List<ExecMount> mounts,
        Platform platform) {
    /** The whole root filesystem, which is what a RUN reads of its first input. */
    public static final Digest ROOT = selector(List.of("/"));

    public ExecOperation {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        mounts = List.copyOf(mounts);
    }

    /** As BuildKit numbers them. */
    public enum Network {
        SANDBOX,
        HOST,
        NONE
    }

    /** Tells apart what mounts show of one input: absolute paths, in the order of the mounts. */
    public static Digest selector(List<String> paths) {
        return Digest.of(String.join("\0", paths).getBytes(StandardCharsets.UTF_8));
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
                .structs("mounts", mountsJson())
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

    /** Where there is but the root, nothing is said of it: older digests were made without mounts. */
    private List<GoJson> mountsJson() {
        List<GoJson> all = new ArrayList<>();
        if (!mounts.isEmpty()) {
            all.add(new GoJson().text("dest", "/"));
            mounts.forEach(mount -> all.add(mount.json()));
        }
        return all;
    }
}
