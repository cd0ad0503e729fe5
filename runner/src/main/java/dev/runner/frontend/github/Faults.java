package dev.runner.frontend.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a workflow, in GitHub's words and at GitHub's places, with remedies of our own. */
final class Faults {
    /**
     * One of them.
     *
     * @param at where GitHub says it is, which for an expression is the scalar that it stands in
     * @param bare whether GitHub names no file
     * @param words GitHub's message
     * @param shown what people see
     */
    record Fault(@Nullable Span at, boolean bare, String words, Diagnostic shown) {}

    private final List<Fault> all = new ArrayList<>();

    void add(Token at, String words) {
        add(at.span(), words, null);
    }

    void add(Token at, String words, @Nullable String remedy) {
        add(at.span(), words, remedy);
    }

    void add(Span at, String words, @Nullable String remedy) {
        all.add(new Fault(at, false, words, Diagnostic.error(at, words, remedy)));
    }

    /** Of the file as a whole; GitHub gives no line. */
    void addWhole(Span at, String words, @Nullable String remedy) {
        all.add(new Fault(null, false, words, Diagnostic.error(at, words, remedy)));
    }

    /** Of the run as a whole; GitHub names no file. */
    void addBare(Span at, String words) {
        all.add(new Fault(null, true, words, Diagnostic.error(at, words, null)));
    }

    /** What another reader has found. */
    void addForeign(Diagnostic diagnostic) {
        all.add(new Fault(diagnostic.span(), false, diagnostic.message(), diagnostic));
    }

    /** The faults of text with expressions, with our more exact places. */
    void addAll(Template template, Span at) {
        template.diagnosticsInGitHubsWords().forEach(exact -> all.add(new Fault(at, false, exact.message(), exact)));
    }

    /** The fault of a condition that is written without braces. */
    void addCondition(Expression condition, Span at) {
        Diagnostic exact = condition.diagnosticInGitHubsWords();
        if (exact != null) {
            all.add(new Fault(at, false, exact.message(), exact));
        }
    }

    void warn(Span at, String words, @Nullable String remedy) {
        all.add(new Fault(at, false, words, Diagnostic.warning(at, words, remedy)));
    }

    List<Fault> all() {
        return all;
    }

    /** Whether nothing is wrong in a part of the text so far. */
    boolean noneIn(Span span) {
        return all.stream()
                .noneMatch(fault -> fault.shown().span().source() == span.source()
                        && fault.shown().span().start() >= span.start()
                        && fault.shown().span().end() <= span.end());
    }

    boolean none() {
        return all.stream().noneMatch(fault -> fault.shown().isError());
    }

    Diagnostics diagnostics() {
        Diagnostics diagnostics = new Diagnostics();
        all.forEach(fault -> diagnostics.add(fault.shown()));
        return diagnostics;
    }
}
