package dev.runner.expression;

import dev.runner.source.Diagnostic;
import dev.runner.source.Span;
import org.jspecify.annotations.Nullable;

/** An expression that parsed could not be evaluated. A retry does not help, unless the cause is a failed read. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Span span;
    private final @Nullable String remedy;

    EvaluationException(Span span, String message, @Nullable String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.span = span;
        this.remedy = remedy;
    }

    /** The part of the expression that failed. */
    public Span span() {
        return span;
    }

    public @Nullable String remedy() {
        return remedy;
    }

    public Diagnostic diagnostic() {
        return Diagnostic.error(span, String.valueOf(getMessage()), remedy);
    }
}
