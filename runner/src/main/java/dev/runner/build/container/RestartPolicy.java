package dev.runner.build.container;

import java.util.Locale;

/**
 * When a detached container that ended by itself is started again. One that somebody stopped stays so.
 *
 * @param attempts how often at most after failures; 0 for as often as it takes
 * @see <a href="https://docs.docker.com/engine/containers/start-containers-automatically/">restart policies</a>
 */
public record RestartPolicy(Kind kind, int attempts) {
    /** By Docker's words. */
    public enum Kind {
        NO,
        ON_FAILURE,
        /** Without a daemon that starts with the machine the same as the next. */
        ALWAYS,
        UNLESS_STOPPED;

        /** Such as {@code on-failure}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final RestartPolicy NEVER = new RestartPolicy(Kind.NO, 0);

    /**
     * Reads {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure[:ATTEMPTS]}.
     *
     * @throws IllegalArgumentException with what Docker's engine says
     */
    public static RestartPolicy parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        for (Kind kind : Kind.values()) {
            if (!kind.word().equals(word)) {
                continue;
            }
            if (colon < 0) {
                return new RestartPolicy(kind, 0);
            }
            if (kind != Kind.ON_FAILURE) {
                throw new IllegalArgumentException(
                        "invalid restart policy: maximum retry count can only be used with 'on-failure'");
            }
            String count = text.substring(colon + 1);
            if (!count.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(
                        "invalid restart policy format: maximum retry count must be an integer");
            }
            return new RestartPolicy(kind, Integer.parseInt(count));
        }
        throw new IllegalArgumentException("invalid restart policy: unknown policy '" + word
                + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    }

    /**
     * Whether it is started once more.
     *
     * @param restarts how often it was already
     */
    public boolean again(int exitCode, int restarts) {
        return switch (kind) {
            case NO -> false;
            case ON_FAILURE -> exitCode != 0 && (attempts == 0 || restarts < attempts);
            case ALWAYS, UNLESS_STOPPED -> true;
        };
    }
}
