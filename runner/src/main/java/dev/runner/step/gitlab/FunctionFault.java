package dev.runner.step.gitlab;

import org.jspecify.annotations.Nullable;

/** What is wrong with a function, its call or an expression in it. */
final class FunctionFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether something is not there that an expression reads; {@code ||} then takes its other side. */
    private final boolean missing;

    private final @Nullable String remedy;

    private FunctionFault(String message, boolean missing, @Nullable String remedy) {
        super(message);
        this.missing = missing;
        this.remedy = remedy;
    }

    static FunctionFault of(String message, @Nullable String remedy) {
        return new FunctionFault(message, false, remedy);
    }

    static FunctionFault missing(String message) {
        return new FunctionFault(message, true, null);
    }

    boolean isMissing() {
        return missing;
    }

    @Nullable
    String remedy() {
        return remedy;
    }
}
