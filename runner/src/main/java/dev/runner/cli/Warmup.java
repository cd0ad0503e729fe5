package dev.runner.cli;

import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Platform;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes ready, on a second core, what a build will need, while the first still reads the command line: linking native
 * calls and setting up JSON and HTTP takes a quarter of a warm build. Does nothing that anyone can see.
 */
final class Warmup {
    private static final Set<String> COMMANDS = Set.of("build", "exec", "run");

    private Warmup() {}

    static void startFor(List<String> arguments) {
        if (!arguments.isEmpty() && COMMANDS.contains(arguments.getFirst())) {
            Thread.ofPlatform().daemon().name("warm-up").start(Warmup::run);
        }
    }

    private static void run() {
        try {
            RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT)
                    .close();
            Digest.of(ImageConfig.scratch(Platform.host()).toJson());
            PosixFiles.lstatIfPresent(Path.of("/"));
        } catch (IOException | RuntimeException e) {
            return; // Whoever really needs it says what is wrong.
        }
    }
}
