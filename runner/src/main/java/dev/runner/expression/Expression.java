package dev.runner.expression;

import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.List;
import java.util.Set;

/** One expression of GitHub's language, parsed and ready to be evaluated many times; immutable. */
public final class Expression {
    private final String text;
    private final Span span;

    private Expression(String text, Span span) {
        this.text = text;
        this.span = span;
    }

    /** Parses a range of a source as it stands there: what is between the braces, or a bare {@code if:}. */
    public static Expression parse(Span span, Diagnostics diagnostics) {
        return parse(span.text(), span, diagnostics);
    }

    /**
     * Parses text that was decoded from YAML. An error adds positioned diagnostics; the expression then evaluates to
     * null. Blank text is null, too.
     *
     * @param span where the text stands; positions are exact when the span's raw text contains the text, else the span's
     *     start
     */
    public static Expression parse(String text, Span span, Diagnostics diagnostics) {
        return parse(text, span, AllowedNames.ANY, diagnostics);
    }

    /** The same, where only some names are allowed. */
    public static Expression parse(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        return new Expression(text, span);
    }

    /**
     * Parses an {@code if:}, which may be written with or without <code>${{ }}</code>. When only a part of it stands in
     * braces, the whole is text and thus always true, as on GitHub; that is a warning.
     */
    public static Expression parseCondition(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        return new Expression(text, span);
    }

    /** Adds a diagnostic for each context or function that a place does not allow. */
    public void check(AllowedNames allowed, Diagnostics diagnostics) {}

    /**
     * Evaluates it.
     *
     * @throws EvaluationException when a function refuses its arguments or the result grows too large
     */
    public Value evaluate(Scope scope) {
        throw new UnsupportedOperationException();
    }

    /** The names of the contexts it reads, in lower case, in the order of the text. */
    public Set<String> contexts() {
        return Set.of();
    }

    /** Whether {@code success}, {@code failure}, {@code always} or {@code cancelled} is called anywhere in it. */
    public boolean usesStatusFunction() {
        return false;
    }

    /** The context paths it reads, in the order of the text. */
    public List<NamedReference> references() {
        return List.of();
    }

    /** Where it stands. */
    public Span span() {
        return span;
    }

    /** As written, without braces. */
    public String text() {
        return text;
    }
}
