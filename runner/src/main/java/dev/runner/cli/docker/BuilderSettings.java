package dev.runner.cli.docker;

import java.util.List;

/**
 * What a builder's user has set.
 *
 * @param flags of the daemon, split into words
 * @param options of the driver, {@code NAME=VALUE}
 * @param config the text of {@code buildkitd.toml}; empty for none
 * @param isElsewhere whether it is no name for our engine: the real Buildx keeps it, and knows the rest
 */
record BuilderSettings(List<String> flags, List<String> options, String config, boolean isElsewhere) {
    static final BuilderSettings NONE = new BuilderSettings(List.of(), List.of(), "");

    /** Of our engine. */
    BuilderSettings(List<String> flags, List<String> options, String config) {
        this(flags, options, config, false);
    }

    /** Of a builder of the real Buildx. */
    BuilderSettings elsewhere() {
        return new BuilderSettings(flags, options, config, true);
    }

    BuilderSettings {
        flags = List.copyOf(flags);
        options = List.copyOf(options);
    }
}
