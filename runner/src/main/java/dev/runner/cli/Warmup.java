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
import java.util.logging.Logger;

/**
 * Makes ready, on a second core, what a build will need, while the first still reads the command line: linking native
 * calls and setting up JSON and HTTP takes a quarter of a warm build. Does nothing that anyone can see.
 */
final class Warmup {
    private static final Set<String> COMMANDS = Set.of("build", "exec", "run");

    private final boolean wanted;

    private Warmup(boolean wanted) {
        this.wanted = wanted;
    }

    static Warmup of(List<String> arguments) {
        int at = !arguments.isEmpty() && arguments.getFirst().equals("docker") ? 1 : 0;
        at += at == 1 && arguments.size() > 1 && arguments.get(1).equals("buildx") ? 1 : 0;
        return new Warmup(at < arguments.size() && COMMANDS.contains(arguments.get(at)));
    }

    /** What every build needs, even one where nothing changed. */
    void askRegistries() {
        // The HTTP client comes to its logger when it has looked through the security providers, which takes as long.
        start(() -> Logger.getLogger(""));
        start(() -> RegistryClient.of(
                        RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT)
                .close());
    }

    /** What one needs that has something to do. */
    void build() {
        start(() -> {
            ImageConfig.scratch(Platform.host()).toJson();
            Digest.sha256();
            PosixFiles.lstatIfPresent(Path.of("/"));
        });
    }

    /** Work that may fail as files do. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        if (wanted) {
            Thread.ofPlatform().daemon().name("warm-up").start(() -> {
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    return; // Whoever really needs it says what is wrong.
                }
            });
        }
    }
}
