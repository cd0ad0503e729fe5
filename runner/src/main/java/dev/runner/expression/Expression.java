package dev.runner.expression;

import dev.runner.expression.SyntaxFault.Problem;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One expression of GitHub's language, parsed and ready to be evaluated many times; immutable. */
public final class Expression {
    /** The most characters an expression may have, as on GitHub. */
    public static final int MAX_LENGTH = 21_000;

    /** The most levels of its syntax tree, as on GitHub. */
    public static final int MAX_DEPTH = 50;

    private static final Set<String> STATUS_FUNCTIONS = Set.of("success", "failure", "always", "cancelled");

    private final String text;
    private final Placement placement;
    private final @Nullable Node node;
    private final List<SyntaxFault> faults;

    private Expression(String text, Placement placement, @Nullable Node node, List<SyntaxFault> faults) {
        this.text = text;
        this.placement = placement;
        this.node = node;
        this.faults = List.copyOf(faults);
    }

    /** Parses a range of a source as it stands there: what is between the braces, or a bare {@code if:}. */
    public static Expression parse(Span span, Diagnostics diagnostics) {
        return parse(span.text(), span, diagnostics);
    }

    /**
     * Parses text that was decoded from YAML. An error adds positioned diagnostics; the expression then evaluates to
     * null. Blank text is null, too.
     *
     * @param span where the text stands; positions are exact when the span's raw text contains the text or differs from it
     *     by quotes, escapes and folding only, else they are the span's start
     */
    public static Expression parse(String text, Span span, Diagnostics diagnostics) {
        return parse(text, span, AllowedNames.ANY, diagnostics);
    }

    /** The same, where only some names are allowed. */
    public static Expression parse(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        return parse(text, Placement.of(text, span), allowed, diagnostics);
    }

    static Expression parse(String text, Placement placement, AllowedNames allowed, Diagnostics diagnostics) {
        Parser.Result result = Parser.parse(text, placement, new NameRules(allowed));
        Expression expression = new Expression(text, placement, result.node(), result.faults());
        result.faults().forEach(fault -> expression.report(fault, diagnostics));
        return expression;
    }

    /**
     * Parses an {@code if:}, which may be written with or without <code>${{ }}</code>. When only a part of it stands in
     * braces, the whole is text and thus always true, as on GitHub; that is a warning.
     */
    public static Expression parseCondition(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        if (!text.contains(Template.OPEN)) {
            Placement placement = Placement.of(text, span);
            int from = text.length() - text.stripLeading().length();
            int to = Math.max(from, text.stripTrailing().length());
            return parse(text.substring(from, to), placement.part(from, to), allowed, diagnostics);
        }
        Template template = Template.parse(text.strip(), span, allowed, diagnostics);
        List<Expression> parts = template.expressions();
        if (template.isOneExpression()) {
            return parts.getFirst();
        }
        if (!parts.isEmpty() && parts.stream().allMatch(part -> part.faults.isEmpty())) {
            diagnostics.warning(
                    template.span(),
                    "this condition is always true, because a part of it stands outside of ${{ }} and makes it text",
                    "put all of it inside of ${{ }}, or leave the braces out");
        }
        return new Expression(text, Placement.of(text, span), template.asFormat(), template.faults());
    }

    /** Adds a diagnostic for each context or function that a place does not allow. */
    public void check(AllowedNames allowed, Diagnostics diagnostics) {
        NameRules rules = new NameRules(allowed);
        Placed.walk(node, part -> {
            switch (part) {
                case Node.Name name -> report(rules.context(name.name(), 0), name.span(), diagnostics);
                case Node.Call call -> {
                    SyntaxFault unknown = rules.function(call.name(), 0);
                    int count = call.arguments().size();
                    SyntaxFault fault = unknown != null ? unknown : rules.arity(call.name(), 0, count);
                    report(fault, call.nameSpan(), diagnostics);
                }
                case Node.Literal _, Node.Index _, Node.Filter _, Node.Not _, Node.Compare _, Node.Logic _ -> {}
            }
        });
    }

    private static void report(@Nullable SyntaxFault fault, Span span, Diagnostics diagnostics) {
        if (fault != null) {
            diagnostics.error(span, fault.message(), fault.remedy());
        }
    }

    private void report(SyntaxFault fault, Diagnostics diagnostics) {
        diagnostics.error(placed(fault), fault.message(), fault.remedy());
    }

    private Span placed(SyntaxFault fault) {
        return fault.problem() == Problem.UNEXPECTED_END
                ? placement.at(fault.end(), fault.end())
                : fault.problem() == Problem.TOO_LONG ? placement.all() : placement.at(fault.start(), fault.end());
    }

    /** The first fault in GitHub's words at its place, or null. */
    public @Nullable Diagnostic diagnosticInGitHubsWords() {
        if (faults.isEmpty()) {
            return null;
        }
        SyntaxFault first = faults.getFirst();
        return Diagnostic.error(placed(first), first.inGitHubsWords(text), first.remedy());
    }

    /**
     * Evaluates it.
     *
     * @throws EvaluationException when a function refuses its arguments or the result grows too large
     */
    public Value evaluate(Scope scope) {
        return node == null || !faults.isEmpty() ? Value.NULL : new Evaluation(scope).evaluate(node);
    }

    /** Whether it parsed without a fault. */
    public boolean isValid() {
        return faults.isEmpty();
    }

    /** The first fault in GitHub's words, by which people search for it, or null: {@code Unexpected symbol: …}. */
    public @Nullable String faultInGitHubsWords() {
        return faults.isEmpty() ? null : faults.getFirst().inGitHubsWords(text);
    }

    List<SyntaxFault> faults() {
        return faults;
    }

    @Nullable
    Node node() {
        return node;
    }

    /** The names of the contexts it reads, in lower case, in the order of the text. */
    public Set<String> contexts() {
        Set<String> names = new LinkedHashSet<>();
        references().forEach(reference -> names.add(reference.root()));
        return names;
    }

    /** Whether {@code success}, {@code failure}, {@code always} or {@code cancelled} is called anywhere in it. */
    public boolean usesStatusFunction() {
        return functions().stream().anyMatch(STATUS_FUNCTIONS::contains);
    }

    /** The names of the functions it calls, in lower case, in the order of the text. */
    public Set<String> functions() {
        Set<String> names = new LinkedHashSet<>();
        Placed.walk(node, part -> {
            if (part instanceof Node.Call call) {
                names.add(call.name().toLowerCase(Locale.ROOT));
            }
        });
        return names;
    }

    /** The context paths it reads, in the order of the text. */
    public List<NamedReference> references() {
        List<NamedReference> found = new ArrayList<>();
        Placed.references(node, found::add);
        return found;
    }

    /** How an expression is said in another language; null where that has no words for it. */
    public interface Words {
        /** @param path as written, such as {@code commit} and {@code branch} */
        @Nullable
        String path(List<String> path);

        @Nullable
        String literal(Value value);

        @Nullable
        String call(String name, List<String> arguments);

        @Nullable
        String not(String operand);

        /** @param sign such as {@code ==} */
        @Nullable
        String compare(String sign, String left, String right);

        /** @param all whether it is {@code &&} */
        @Nullable
        String logic(boolean all, List<String> operands);
    }

    /** The expression in another language, or null where that has no words for it. */
    public @Nullable String write(Words words) {
        return node == null ? null : Placed.write(node, words);
    }

    /** Where it stands. */
    public Span span() {
        return placement.all();
    }

    /** As written, without braces. */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }

    /** Walks of the tree; recursion is bound by {@link #MAX_DEPTH}. */
    private static final class Placed {
        static void walk(@Nullable Node node, Consumer<Node> visitor) {
            if (node != null) {
                visitor.accept(node);
                node.children().forEach(child -> walk(child, visitor));
            }
        }

        static void references(@Nullable Node node, Consumer<NamedReference> visitor) {
            if (node == null) {
                return;
            }
            NamedReference path = path(node);
            if (path != null) {
                visitor.accept(path);
                return;
            }
            node.children().forEach(child -> references(child, visitor));
        }

        static @Nullable String write(Node node, Words words) {
            NamedReference path = path(node);
            if (path != null) {
                return words.path(path.path());
            }
            List<String> parts = new ArrayList<>();
            for (Node child : node.children()) {
                String part = write(child, words);
                if (part == null) {
                    return null;
                }
                parts.add(part);
            }
            return switch (node) {
                case Node.Literal literal -> words.literal(literal.value());
                case Node.Call call -> words.call(call.name(), parts);
                case Node.Not _ -> words.not(parts.getFirst());
                case Node.Compare compare ->
                    words.compare(compare.comparison().symbol(), parts.getFirst(), parts.getLast());
                case Node.Logic logic -> words.logic(logic.all(), parts);
                case Node.Name _, Node.Index _, Node.Filter _ -> null;
            };
        }

        /** The path a node is, all literal, or null. */
        private static @Nullable NamedReference path(Node node) {
            return switch (node) {
                case Node.Name name -> new NamedReference(List.of(name.name()), List.of(name.span()), name.span());
                case Node.Index(Span span, Node target, Node.Literal key, int _) ->
                    longer(path(target), key.value().text(), key.span(), span);
                case Node.Filter filter -> longer(path(filter.target()), "*", filter.star(), filter.span());
                case Node.Literal _, Node.Index _, Node.Call _, Node.Not _, Node.Compare _, Node.Logic _ -> null;
            };
        }

        private static @Nullable NamedReference longer(
                @Nullable NamedReference path, String segment, Span segmentSpan, Span span) {
            if (path == null) {
                return null;
            }
            List<String> segments = new ArrayList<>(path.path());
            segments.add(segment);
            List<Span> spans = new ArrayList<>(path.spans());
            spans.add(segmentSpan);
            return new NamedReference(segments, spans, span);
        }
    }
}
