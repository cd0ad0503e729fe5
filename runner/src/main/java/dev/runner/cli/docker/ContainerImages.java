package dev.runner.cli.docker;

import dev.runner.build.container.RunningContainer;
import java.util.List;

/** Which images containers use, and how many of those there are. */
final class ContainerImages {
    private ContainerImages() {}

    /** The digests of manifests. */
    static List<String> used(Call call) {
        return call.around().jobContainers().list().stream()
                .map(container -> container.details().image().toString())
                .toList();
    }

    static int count(Call call, boolean running) {
        return (int) call.around().jobContainers().list().stream()
                .filter(container -> !running || container.state().running())
                .count();
    }

    /** Removes those that have ended; tells which. */
    static void prune(Call call) throws InterruptedException {
        boolean first = true;
        for (RunningContainer container : call.around().jobContainers().list()) {
            if (container.state().lasting()) {
                continue;
            }
            if (first) {
                call.say("Deleted Containers:");
                first = false;
            }
            container.remove();
            call.say(container.id());
        }
        if (!first) {
            call.say("");
        }
    }
}
