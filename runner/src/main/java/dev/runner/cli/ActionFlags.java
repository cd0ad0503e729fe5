package dev.runner.cli;

import dev.runner.step.github.ActionSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags of {@code runner exec} that are about a GitHub workflow's steps. */
final class ActionFlags implements Flags.Declaring {
    List<String> withoutBuiltin = new ArrayList<>();

    @Nullable
    String from;

    boolean offline;
    boolean shellOnFailure;

    @Nullable
    Path summary;

    @Override
    public void declare(Flags flags) {
        flags.option("--no-builtin")
                .label("NAME")
                .says("Run the published action of this name, such as actions/cache, in place of the built-in one;"
                        + " 'all' for every one.")
                .values(String.class, values -> withoutBuiltin = values);
        flags.option("--actions-from")
                .label("URL|FOLDER")
                .says("Where actions that are not built in come from (default: github.com); a folder holds their"
                        + " repositories at owner/name.")
                .value(String.class, value -> from = value);
        flags.option("--offline")
                .says("Take actions only from what earlier runs have fetched.")
                .on(value -> offline = value);
        flags.option("--shell-on-failure")
                .says("Open a shell in the environment of a step that fails.")
                .on(value -> shellOnFailure = value);
        flags.option("--summary")
                .label("FILE")
                .says("Write the steps' summaries to this file, as Markdown.")
                .value(Path.class, value -> summary = value);
    }

    /** Where actions and called workflows come from, as flags and the environment say. */
    ActionSource source(Map<String, String> environment, Path data) {
        String place = from == null ? environment.getOrDefault("RUNNER_ACTIONS_FROM", "") : from;
        return new ActionSource(place.isEmpty() ? ActionSource.GITHUB : place, offline, data.resolve("actions"));
    }
}
