package dev.runner.step.github;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A job's folders on this machine, laid out as GitHub's runner does.
 *
 * @param workspace {@code GITHUB_WORKSPACE}
 * @param temporary {@code RUNNER_TEMP}
 * @param tools {@code RUNNER_TOOL_CACHE}, kept between runs
 */
record Layout(Path workspace, Path temporary, Path tools) {
    static Layout create(Path workspace, Path temporary, Path tools) throws IOException {
        Layout layout = new Layout(workspace, temporary, tools);
        Files.createDirectories(layout.commands());
        Files.createDirectories(layout.workflow());
        Files.createDirectories(layout.home());
        return layout;
    }

    /** Where the files are that hand values on. */
    Path commands() {
        return temporary.resolve("_runner_file_commands");
    }

    /** Where the event's payload is. */
    Path workflow() {
        return temporary.resolve("_github_workflow");
    }

    /** The home folder of containers. */
    Path home() {
        return temporary.resolve("_github_home");
    }

    Path event() {
        return workflow().resolve("event.json");
    }
}
