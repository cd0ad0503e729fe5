package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts inputs into texts: <code>$[[ inputs.name | function ]]</code>. */
final class Interpolation {
    static final String OPEN = "$[[";
    private static final Pattern BLOCK = Pattern.compile("\\$\\[\\[\\s*(.*?)\\s*]]", Pattern.DOTALL);
    private static final Pattern TRUNCATE = Pattern.compile("truncate\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");
    private static final int FUNCTIONS = 3;

    private final Map<String, Node> inputs;
    private final Map<String, String> component;
    private final Map<String, String> variables;
    private final Faults faults;

    /**
     * @param component {@code name}, {@code version}, {@code sha} and {@code reference} of the component, if it is one
     * @param variables what {@code expand_vars} may read
     */
    Interpolation(
            Map<String, Node> inputs, Map<String, String> component, Map<String, String> variables, Faults faults) {
        this.inputs = inputs;
        this.component = component;
        this.variables = variables;
        this.faults = faults;
    }

    /** The value of a text that is one block and nothing else; null when it is not. */
    @Nullable
    Node value(String text, Span span) {
        Matcher block = BLOCK.matcher(text);
        return block.matches() && !block.group(1).contains(OPEN) ? evaluate(block.group(1), span) : null;
    }

    String text(String text, Span span) {
        return BLOCK.matcher(text).replaceAll(block -> {
            Node value = evaluate(block.group(1), span);
            return Matcher.quoteReplacement(value instanceof Node.Scalar scalar ? scalar.text() : Node.json(value));
        });
    }

    private Node evaluate(String inside, Span span) {
        List<String> parts =
                List.of(inside.split("\\|")).stream().map(String::strip).toList();
        Node value = access(parts.getFirst(), span);
        if (parts.size() - 1 > FUNCTIONS) {
            faults.error(span, "too many functions in interpolation block");
            return value;
        }
        for (String function : parts.subList(1, parts.size())) {
            value = apply(function, value, span);
        }
        return value;
    }

    private Node access(String path, Span span) {
        List<String> names = List.of(path.split("\\."));
        if (names.size() >= 2 && names.getFirst().equals("inputs")) {
            return input(path, names, span);
        }
        if (names.size() == 2 && names.getFirst().equals("component")) {
            String value = component.get(names.get(1));
            if (value != null) {
                return Node.text(value, span);
            }
        }
        faults.error(
                span,
                "unknown interpolation key: `" + path + "`",
                "write $[[ inputs.NAME ]], and declare NAME under spec: inputs: in the file's header");
        return Node.text("", span);
    }

    private Node input(String path, List<String> names, Span span) {
        Node value = inputs.get(names.get(1));
        for (int i = 2; i < names.size() && value instanceof Node.Fields fields; i++) {
            value = fields.get(names.get(i));
        }
        if (value == null) {
            faults.error(
                    span,
                    "unknown interpolation key: `" + names.get(1) + "`",
                    "declare it under spec: inputs: in the file's header");
            return Node.text("", span);
        }
        return value;
    }

    private Node apply(String function, Node value, Span span) {
        if (!(value instanceof Node.Scalar scalar)) {
            faults.error(span, "error in `" + function + "` function: invalid input type: it takes a string only");
            return value;
        }
        String text = scalar.text();
        Matcher truncate = TRUNCATE.matcher(function);
        if (truncate.matches()) {
            int from = Math.min(Integer.parseInt(truncate.group(1)), text.length());
            int to = (int) Math.min((long) from + Integer.parseInt(truncate.group(2)), text.length());
            return Node.text(text.substring(from, to), span);
        }
        return switch (function) {
            case "expand_vars" -> Node.text(Expansion.expandKnown(text, variables), span);
            case "posix_escape" -> Node.text(posixEscape(text), span);
            default -> {
                faults.error(
                        span,
                        "no function matching `" + function
                                + "`: check that the function name, arguments, and types are" + " correct",
                        "known are expand_vars, posix_escape and truncate(OFFSET, LENGTH)");
                yield value;
            }
        };
    }

    /** As Ruby's Shellwords does: each odd character gets a backslash, a line break stands in quotes. */
    static String posixEscape(String text) {
        if (text.isEmpty()) {
            return "''";
        }
        return text.replaceAll("[^A-Za-z0-9_\\-.,:+/@\\n]", "\\\\$0").replace("\n", "'\n'");
    }
}
