package dev.runner.expression;

import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.List;
import java.util.Set;

/** Text with <code>${{ }}</code> parts; immutable. */
public final class Template {
    private final String source;
    private final Span span;

    private Template(String source, Span span) {
        this.source = source;
        this.span = span;
    }

    /** Parses text that was decoded from YAML and stands at this span. Errors add positioned diagnostics. */
    public static Template parse(String text, Span span, Diagnostics diagnostics) {
        return parse(text, span, AllowedNames.ANY, diagnostics);
    }

    /** The same, where only some names are allowed. */
    public static Template parse(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        return new Template(text, span);
    }

    /** Text taken as it is, braces and all. */
    public static Template literal(String text, Span span) {
        return new Template(text, span);
    }

    /** Whether it has no expression. */
    public boolean isLiteral() {
        return true;
    }

    /**
     * The text with each expression replaced by its value's {@link Value#text}.
     *
     * @throws EvaluationException as {@link Expression#evaluate} does
     */
    public String text(Scope scope) {
        throw new UnsupportedOperationException();
    }

    /** The value: a template that is exactly one expression keeps its type, all else is a string. */
    public Value value(Scope scope) {
        throw new UnsupportedOperationException();
    }

    /** As written. */
    public String source() {
        return source;
    }

    /** Where it stands. */
    public Span span() {
        return span;
    }

    /** The names of the contexts it reads, in lower case, in the order of the text. */
    public Set<String> contexts() {
        return Set.of();
    }

    /** Its expressions, in the order of the text. */
    public List<Expression> expressions() {
        return List.of();
    }

    /** Adds a diagnostic for each context or function that a place does not allow. */
    public void check(AllowedNames allowed, Diagnostics diagnostics) {}
}
