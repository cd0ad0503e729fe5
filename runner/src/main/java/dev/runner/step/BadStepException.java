package dev.runner.step;

import org.jspecify.annotations.Nullable;

/** What a step asks for makes no sense; told to people as a failure of kind BAD_INPUT. A retry does not help. */
final class BadStepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String remedy;

    BadStepException(String message, @Nullable String remedy) {
        super(message);
        this.remedy = remedy;
    }

    @Nullable
    String remedy() {
        return remedy;
    }
}
