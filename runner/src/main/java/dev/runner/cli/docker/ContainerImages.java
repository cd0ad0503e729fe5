package dev.runner.cli.docker;

import java.util.List;

/** Which images containers use, and how many of those there are: none outlives its {@code docker run}. */
final class ContainerImages {
    private ContainerImages() {}

    /** The digests of manifests. */
    static List<String> used(Call call) {
        return List.of();
    }

    static int count(Call call, boolean running) {
        return 0;
    }

    /** Removes those that have ended; tells which. */
    static void prune(Call call) throws InterruptedException {}
}
