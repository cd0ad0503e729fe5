package dev.runner.expression;

import dev.runner.expression.AllowedNames.Arity;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The pure functions; {@code case} is not here but with the evaluation, because it does not evaluate all arguments. */
final class Functions {
    private static final int MANY = 255;

    static final List<Arity> ARITIES = List.of(
            new Arity("case", 3, MANY),
            new Arity("contains", 2, 2),
            new Arity("endsWith", 2, 2),
            new Arity("format", 1, MANY),
            new Arity("fromJSON", 1, 1),
            new Arity("join", 1, 2),
            new Arity("startsWith", 2, 2),
            new Arity("toJSON", 1, 1));

    private Functions() {}

    /** Whether arguments come in pairs with a last one alone. */
    static boolean needsOdd(String name) {
        return name.equals("case");
    }

    /**
     * The result, or null when there is no such pure function.
     *
     * @param name in lower case
     * @throws IllegalArgumentException when an argument makes no sense
     */
    static @Nullable Value call(String name, List<Value> arguments, Budget budget) {
        return switch (name) {
            case "contains" -> Value.of(contains(arguments.get(0), arguments.get(1)));
            case "startswith" -> Value.of(bothText(arguments) && startsWith(arguments));
            case "endswith" -> Value.of(bothText(arguments) && endsWith(arguments));
            case "format" -> Value.of(new Format(arguments, budget).text());
            case "join" -> Value.of(join(arguments, budget));
            case "tojson" -> Value.of(arguments.getFirst().toJson());
            case "fromjson" -> fromJson(arguments.getFirst().text(), budget);
            default -> null;
        };
    }

    /** A part of a text, or an item of an array by {@code ==}. */
    private static boolean contains(Value where, Value what) {
        if (where instanceof Value.Arr(List<Value> items)) {
            return items.stream().anyMatch(item -> Comparison.equal(item, what));
        }
        return where.primitive()
                && what.primitive()
                && Folding.fold(where.text()).contains(Folding.fold(what.text()));
    }

    private static boolean bothText(List<Value> arguments) {
        return arguments.stream().allMatch(Value::primitive);
    }

    private static boolean startsWith(List<Value> arguments) {
        return Folding.fold(arguments.get(0).text())
                .startsWith(Folding.fold(arguments.get(1).text()));
    }

    private static boolean endsWith(List<Value> arguments) {
        return Folding.fold(arguments.get(0).text())
                .endsWith(Folding.fold(arguments.get(1).text()));
    }

    private static String join(List<Value> arguments, Budget budget) {
        Value joined = arguments.getFirst();
        if (!(joined instanceof Value.Arr(List<Value> items))) {
            return joined.primitive() ? joined.text() : "";
        }
        boolean given = arguments.size() > 1 && arguments.get(1).primitive();
        String separator = given ? arguments.get(1).text() : ",";
        StringBuilder text = new StringBuilder();
        String between = "";
        for (Value item : items) {
            text.append(between).append(item.text());
            budget.check(text);
            between = separator;
        }
        return text.toString();
    }

    private static Value fromJson(String json, Budget budget) {
        budget.takeText(json.length());
        return Value.fromJson(json);
    }

    /** Runs {@code format('{0} of {{{1}}}', a, b)}. */
    private static final class Format {
        private final String format;
        private final List<Value> arguments;
        private final Budget budget;
        private final StringBuilder text = new StringBuilder();
        private int at;

        Format(List<Value> arguments, Budget budget) {
            this.format = arguments.getFirst().text();
            this.arguments = arguments.subList(1, arguments.size());
            this.budget = budget;
        }

        String text() {
            while (at < format.length()) {
                char c = format.charAt(at);
                if ((c == '{' || c == '}') && at + 1 < format.length() && format.charAt(at + 1) == c) {
                    text.append(c);
                    at += 2;
                } else if (c == '{') {
                    argument();
                } else if (c == '}') {
                    throw invalid();
                } else {
                    text.append(c);
                    at++;
                }
            }
            return text.toString();
        }

        private void argument() {
            int end = format.indexOf('}', at);
            String digits = end < 0 ? "" : format.substring(at + 1, end);
            if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw invalid();
            }
            int index = Integer.parseInt(digits);
            if (index >= arguments.size()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "The following format string references more arguments than were supplied: %s",
                        format));
            }
            text.append(arguments.get(index).text());
            budget.check(text);
            at = end + 1;
        }

        private IllegalArgumentException invalid() {
            return new IllegalArgumentException("The following format string is invalid: " + format);
        }
    }
}
