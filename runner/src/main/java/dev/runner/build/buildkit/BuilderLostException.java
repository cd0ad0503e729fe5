package dev.runner.build.buildkit;

import org.jspecify.annotations.Nullable;

/** A builder does not answer: nothing is said about the build, which another builder may well finish. */
public final class BuilderLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String builder;
    private final Reason reason;

    /** How it was lost. */
    public enum Reason {
        /** It did not answer when the build was to begin. */
        UNREACHABLE("cannot be reached"),
        /** It answered, and ended during the build. */
        GONE("is gone"),
        /** It is there, and answers no more. */
        STUCK("is stuck");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    BuilderLostException(String builder, Reason reason, String said, @Nullable Throwable cause) {
        super("the builder '" + builder + "' " + reason.words + (said.isBlank() ? "" : ": " + said.strip()), cause);
        this.builder = builder;
        this.reason = reason;
    }

    /** Its name. */
    public String builder() {
        return builder;
    }

    public Reason reason() {
        return reason;
    }

    /** What people can do. */
    public String remedy() {
        String look = "see 'docker buildx inspect --bootstrap " + builder + "'";
        return switch (reason) {
            case UNREACHABLE -> look + ", choose another with --builder, or build with '--engine embedded'";
            case GONE ->
                look
                        + " and the logs of its daemon (a daemon that was killed lacked memory most often), then build again";
            case STUCK ->
                "start it anew ('docker buildx stop " + builder + "' and 'docker buildx inspect --bootstrap " + builder
                        + "'), then build again";
        };
    }
}
