package dev.runner.cli.docker;

import java.util.List;

/**
 * What a builder's user has set.
 *
 * @param flags of the daemon, split into words
 * @param options of the driver, {@code NAME=VALUE}
 * @param config the text of {@code buildkitd.toml}; empty for none
 */
record BuilderSettings(List<String> flags, List<String> options, String config) {
    static final BuilderSettings NONE = new BuilderSettings(List.of(), List.of(), "");

    BuilderSettings {
        flags = List.copyOf(flags);
        options = List.copyOf(options);
    }
}
