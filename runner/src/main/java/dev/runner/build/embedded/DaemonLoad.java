package dev.runner.build.embedded;

import dev.runner.build.ImageTransferException;
import dev.runner.host.process.Command;
import dev.runner.host.process.ProcessResult;
import dev.runner.oci.Descriptor;
import dev.runner.oci.DockerArchive;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives an image to the daemon of this machine: Docker, or containerd where there is no Docker. */
final class DaemonLoad {
    private final Workshop shop;

    DaemonLoad(Workshop shop) {
        this.shop = shop;
    }

    /** @param only the one platform's manifest; null when there are several */
    void load(Descriptor image, List<Reference> names, @Nullable Descriptor only)
            throws IOException, InterruptedException {
        boolean docker = isThere("docker");
        if (!docker && !isThere("ctr")) {
            throw failure("there is neither docker nor ctr on the PATH to load the image with", null);
        }
        if (docker && only == null && !keepsPlatforms()) {
            throw failure(
                    "this Docker keeps one platform of an image, and this one has several: build one with --platform, or"
                            + " turn on Docker's containerd image store",
                    null);
        }
        Path archive = Files.createTempFile(shop.store().newTemporaryFolder(), "load", ".tar");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16)) {
                write(image, names, only, docker, out);
            }
            hand(
                    docker
                            ? Command.of("docker", "load", "--quiet", "--input", archive.toString())
                            : Command.of("ctr", "images", "import", "--all-platforms", archive.toString()));
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private void write(
            Descriptor image, List<Reference> names, @Nullable Descriptor only, boolean docker, OutputStream out)
            throws IOException {
        if (docker && only != null) {
            DockerArchive.write(out, List.of(new DockerArchive.Image(only, names)), shop.layers()::open);
        } else {
            OciLayout.writeTar(out, Exports.index(image, names), shop.layers()::open);
        }
    }

    private void hand(Command command) throws IOException, InterruptedException {
        ProcessResult result = shop.processes().run(command.inheritingEnvironment());
        if (!result.succeeded()) {
            String text = result.stderrText().strip();
            throw failure(
                    command.name() + " does not take the image: " + text.substring(0, Math.min(text.length(), 500)),
                    null);
        }
    }

    private static boolean isThere(String program) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** Whether Docker's images are kept by containerd, with all their platforms. */
    private boolean keepsPlatforms() throws IOException, InterruptedException {
        ProcessResult result = shop.processes()
                .run(Command.of("docker", "info", "--format", "{{json .DriverStatus}}")
                        .inheritingEnvironment());
        if (!result.succeeded()) {
            throw failure("docker info failed: " + result.stderrText().strip(), null);
        }
        return result.stdoutText().contains("io.containerd.snapshotter");
    }

    private static ImageTransferException failure(String message, @Nullable Throwable cause) {
        return new ImageTransferException(message, "daemon", false, cause);
    }
}
