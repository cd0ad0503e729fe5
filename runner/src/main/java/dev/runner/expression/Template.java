package dev.runner.expression;

import dev.runner.expression.SyntaxFault.Problem;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Text with <code>${{ }}</code> parts; immutable. */
public final class Template {
    static final String OPEN = "${{";
    private static final String CLOSE = "}}";

    private final String source;
    private final Span span;
    private final List<Part> parts;
    private final List<SyntaxFault> ownFaults;

    private Template(String source, Span span, List<Part> parts, List<SyntaxFault> ownFaults) {
        this.source = source;
        this.span = span;
        this.parts = List.copyOf(parts);
        this.ownFaults = List.copyOf(ownFaults);
    }

    private sealed interface Part {
        record Text(String text) implements Part {}

        record Computed(Expression expression) implements Part {}
    }

    /** Parses text that was decoded from YAML and stands at this span. Errors add positioned diagnostics. */
    public static Template parse(String text, Span span, Diagnostics diagnostics) {
        return parse(text, span, AllowedNames.ANY, diagnostics);
    }

    /** The same, where only some names are allowed. */
    public static Template parse(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
        return text.contains(OPEN) ? new Reader(text, span, allowed, diagnostics).read() : literal(text, span);
    }

    /** Text taken as it is, braces and all. */
    public static Template literal(String text, Span span) {
        return new Template(text, span, text.isEmpty() ? List.of() : List.of(new Part.Text(text)), List.of());
    }

    /** Cuts text into parts. */
    private static final class Reader {
        private final String text;
        private final Span span;
        private final Placement placement;
        private final AllowedNames allowed;
        private final Diagnostics diagnostics;
        private final List<Part> parts = new ArrayList<>();
        private final List<SyntaxFault> faults = new ArrayList<>();

        Reader(String text, Span span, AllowedNames allowed, Diagnostics diagnostics) {
            this.text = text;
            this.span = span;
            this.placement = Placement.of(text, span);
            this.allowed = allowed;
            this.diagnostics = diagnostics;
        }

        Template read() {
            int at = 0;
            for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
                addText(at, open);
                int close = closing(open + OPEN.length());
                if (close < 0) {
                    fault(Problem.NOT_CLOSED, open, open + OPEN.length(), "close it with }}");
                    return new Template(text, span, parts, faults);
                }
                addExpression(open, close);
                at = close + CLOSE.length();
            }
            addText(at, text.length());
            return new Template(text, span, parts, faults);
        }

        /** The braces that close, which are not inside of a string. */
        private int closing(int from) {
            boolean inString = false;
            for (int i = from; i < text.length(); i++) {
                if (text.charAt(i) == '\'') {
                    inString = !inString;
                } else if (!inString && text.startsWith(CLOSE, i)) {
                    return i;
                }
            }
            return -1;
        }

        private void addText(int from, int to) {
            if (to > from) {
                parts.add(new Part.Text(text.substring(from, to)));
            }
        }

        private void addExpression(int open, int close) {
            int from = open + OPEN.length();
            int to = close;
            while (from < to && Numbers.isSpace(text.charAt(from))) {
                from++;
            }
            while (to > from && Numbers.isSpace(text.charAt(to - 1))) {
                to--;
            }
            if (from == to) {
                fault(Problem.EMPTY, open, close + CLOSE.length(), "write one, or remove the braces");
                return;
            }
            String inner = text.substring(from, to);
            parts.add(new Part.Computed(Expression.parse(inner, placement.part(from, to), allowed, diagnostics)));
        }

        private void fault(Problem problem, int from, int to, String remedy) {
            SyntaxFault fault = new SyntaxFault(problem, text.substring(from, to), from, to, remedy);
            faults.add(fault);
            diagnostics.error(placement.at(from, to), fault.message(), remedy);
        }
    }

    /** Whether it has no expression. */
    public boolean isLiteral() {
        return parts.stream().allMatch(Part.Text.class::isInstance);
    }

    /** Whether it is exactly one expression, so that its value keeps its type. */
    public boolean isOneExpression() {
        return parts.size() == 1 && !isLiteral();
    }

    /** Whether it parsed without a fault. */
    public boolean isValid() {
        return ownFaults.isEmpty() && expressions().stream().allMatch(Expression::isValid);
    }

    /**
     * The text with each expression replaced by its value's {@link Value#text}.
     *
     * @throws EvaluationException as {@link Expression#evaluate} does
     */
    public String text(Scope scope) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String literal) -> text.append(literal);
                case Part.Computed(Expression expression) ->
                    text.append(expression.evaluate(scope).text());
            }
        }
        return text.toString();
    }

    /** The value: a template that is exactly one expression keeps its type, all else is a string. */
    public Value value(Scope scope) {
        return isOneExpression() ? expressions().getFirst().evaluate(scope) : Value.of(text(scope));
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
        Set<String> names = new LinkedHashSet<>();
        expressions().forEach(expression -> names.addAll(expression.contexts()));
        return names;
    }

    /** The context paths it reads, in the order of the text. */
    public List<NamedReference> references() {
        return expressions().stream()
                .flatMap(expression -> expression.references().stream())
                .toList();
    }

    /** Its expressions, in the order of the text. */
    public List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Part.Computed(Expression expression)) {
                expressions.add(expression);
            }
        }
        return expressions;
    }

    /** Adds a diagnostic for each context or function that a place does not allow. */
    public void check(AllowedNames allowed, Diagnostics diagnostics) {
        expressions().forEach(expression -> expression.check(allowed, diagnostics));
    }

    /** Its faults in GitHub's words: one for each expression that has any, and those of the braces last. */
    public List<String> faultsInGitHubsWords() {
        List<String> faults = new ArrayList<>(expressions().stream()
                .map(Expression::faultInGitHubsWords)
                .filter(Objects::nonNull)
                .toList());
        ownFaults.forEach(fault -> faults.add(fault.inGitHubsWords(source)));
        return faults;
    }

    /** Its faults in GitHub's words at their places, in the order of the text: one for each expression that has any. */
    public List<Diagnostic> diagnosticsInGitHubsWords() {
        List<Diagnostic> found = new ArrayList<>(expressions().stream()
                .map(Expression::diagnosticInGitHubsWords)
                .filter(Objects::nonNull)
                .toList());
        Placement placement = Placement.of(source, span);
        ownFaults.forEach(fault -> found.add(Diagnostic.error(
                placement.at(fault.start(), fault.end()), fault.inGitHubsWords(source), fault.remedy())));
        found.sort(Comparator.comparingInt(fault -> fault.span().start()));
        return found;
    }

    List<SyntaxFault> faults() {
        List<SyntaxFault> faults = new ArrayList<>(ownFaults);
        expressions().forEach(expression -> faults.addAll(expression.faults()));
        return faults;
    }

    /** What GitHub makes of text with expressions: the call {@code format('… {0} …', …)}, as text. */
    public String asFormatText() {
        StringBuilder format = new StringBuilder("format('");
        StringBuilder arguments = new StringBuilder();
        int count = 0;
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String text) ->
                    format.append(text.replace("'", "''").replace("{", "{{").replace("}", "}}"));
                case Part.Computed(Expression expression) -> {
                    format.append('{').append(count++).append('}');
                    arguments.append(", ").append(expression.text());
                }
            }
        }
        return format.append('\'').append(arguments).append(')').toString();
    }

    /** The tree of {@code format('… {0} …', …)}, which is how GitHub reads text with expressions; null after a fault. */
    @Nullable
    Node asFormat() {
        StringBuilder format = new StringBuilder();
        List<Node> arguments = new ArrayList<>();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String text) ->
                    format.append(text.replace("{", "{{").replace("}", "}}"));
                case Part.Computed(Expression expression) -> {
                    format.append('{').append(arguments.size()).append('}');
                    Node node = expression.node();
                    if (node == null) {
                        return null;
                    }
                    arguments.add(node);
                }
            }
        }
        arguments.addFirst(new Node.Literal(span, Value.of(format.toString())));
        return Node.Call.of(span, span, "format", arguments);
    }

    @Override
    public String toString() {
        return source;
    }
}
