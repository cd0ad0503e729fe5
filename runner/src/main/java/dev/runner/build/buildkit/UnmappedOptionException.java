package dev.runner.build.buildkit;

/** A build asks for what BuildKit, or this builder, does not have. */
public final class UnmappedOptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnmappedOptionException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
