package dev.runner.build;

import org.jspecify.annotations.Nullable;

/** What network a RUN step or a container sees. */
public enum NetworkMode {
    /** The machine's. */
    HOST,
    /** Only a loopback of its own. */
    NONE;

    /**
     * Reads what {@code --network} takes.
     *
     * @param word null for the default
     * @throws IllegalArgumentException with a message for people
     */
    public static NetworkMode parse(@Nullable String word) {
        return switch (word == null ? "default" : word) {
            case "default", "host" -> HOST;
            case "none" -> NONE;
            default -> throw new IllegalArgumentException("the network is default, host or none, not '" + word + "'");
        };
    }
}
