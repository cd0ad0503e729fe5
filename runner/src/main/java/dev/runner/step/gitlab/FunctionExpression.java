package dev.runner.step.gitlab;

import dev.runner.expression.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The expressions of GitLab's functions, <code>${{ … }}</code>: JSON with names, selectors and operators. Unlike GitHub's
 * they have arithmetic, tell text from numbers, and fail where something is not there, except before {@code ||}.
 *
 * @see <a href="https://docs.gitlab.com/ci/steps/">CI/CD functions</a>
 */
final class FunctionExpression {
    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(\\d+(?:\\.\\d+(?:[eE][+-]?\\d+)?)?)"
            + "|([\\p{L}_][\\p{L}\\p{Nd}_]*)"
            + "|('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
            + "|(&&|\\|\\||==|!=|<=|>=|[-+*/<>!()\\[\\]{}.,:]))");
    private static final List<List<String>> LEVELS = List.of(
            List.of("||"),
            List.of("&&"),
            List.of("==", "!=", "<", "<=", ">", ">="),
            List.of("+", "-"),
            List.of("*", "/"));

    private final String text;
    private final Matcher matcher;
    private final Function<String, @Nullable Value> names;
    private String token = "";
    private @Nullable String literal;
    private int end;

    private FunctionExpression(String text, Function<String, @Nullable Value> names) throws FunctionFault {
        this.text = text;
        this.matcher = TOKEN.matcher(text);
        this.names = names;
        next();
    }

    /** A part of an expression, evaluated when it is needed. */
    @FunctionalInterface
    private interface Part {
        Value value() throws FunctionFault;
    }

    /** The text with its expressions replaced; one that is all of the text keeps its type. */
    static Value interpolate(String text, Function<String, @Nullable Value> names) throws FunctionFault {
        int open = text.indexOf("${{");
        if (open < 0) {
            return Value.of(text);
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (open >= 0) {
            int close = close(text, open + 3);
            Value value = evaluate(text.substring(open + 3, close), names);
            if (open == 0 && close + 2 == text.length()) {
                return value;
            }
            out.append(text, at, open).append(shown(value));
            at = close + 2;
            open = text.indexOf("${{", at);
        }
        return Value.of(out.append(text.substring(at)).toString());
    }

    /** Where an expression ends: behind its texts, which may have braces. */
    private static int close(String text, int from) throws FunctionFault {
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (text.startsWith("}}", i) && !text.startsWith("}}}", i)) {
                return i;
            }
        }
        throw FunctionFault.of("an expression is not closed: " + text.substring(from - 3), "end it with }}");
    }

    static Value evaluate(String text, Function<String, @Nullable Value> names) throws FunctionFault {
        FunctionExpression expression = new FunctionExpression(text.strip(), names);
        Part part = expression.binary(0);
        if (!expression.token.isEmpty()) {
            throw expression.fault("has '" + expression.token + "' where it should end");
        }
        return part.value();
    }

    /** As it stands among other text. */
    static String shown(Value value) {
        return value.primitive() ? value.text() : value.toJson().replaceAll("\n\\s*", "");
    }

    private FunctionFault fault(String what) {
        return FunctionFault.of("the expression '" + text + "' " + what, null);
    }

    private void next() throws FunctionFault {
        literal = null;
        if (text.substring(end).isBlank()) {
            token = "";
            return;
        }
        if (!matcher.find(end) || matcher.start() != end) {
            throw fault("cannot be read from '" + text.substring(end).strip() + "' on");
        }
        token = matcher.group().strip();
        literal = matcher.group(3);
        end = matcher.end();
    }

    private boolean take(String wanted) throws FunctionFault {
        boolean found = literal == null && token.equals(wanted);
        if (found) {
            next();
        }
        return found;
    }

    private void expect(String wanted) throws FunctionFault {
        if (!take(wanted)) {
            throw fault("lacks a '" + wanted + "'");
        }
    }

    private Part binary(int level) throws FunctionFault {
        if (level == LEVELS.size()) {
            return unary();
        }
        Part left = binary(level + 1);
        while (literal == null && LEVELS.get(level).contains(token)) {
            String operator = token;
            next();
            Part first = left;
            Part second = binary(level + 1);
            left = () -> apply(operator, first, second);
        }
        return left;
    }

    private Value apply(String operator, Part left, Part right) throws FunctionFault {
        if (operator.equals("||")) {
            try {
                Value value = left.value();
                return value.truthy() ? value : right.value();
            } catch (FunctionFault e) {
                if (e.isMissing()) {
                    return right.value();
                }
                throw e;
            }
        }
        Value first = left.value();
        if (operator.equals("&&")) {
            return first.truthy() ? right.value() : first;
        }
        Value second = right.value();
        return switch (operator) {
            case "==" -> Value.of(first.equals(second));
            case "!=" -> Value.of(!first.equals(second));
            case "<" -> Value.of(compare(first, second) < 0);
            case "<=" -> Value.of(compare(first, second) <= 0);
            case ">" -> Value.of(compare(first, second) > 0);
            case ">=" -> Value.of(compare(first, second) >= 0);
            default -> arithmetic(operator, first, second);
        };
    }

    private Value arithmetic(String operator, Value first, Value second) throws FunctionFault {
        if (operator.equals("+") && first instanceof Value.Str(String one) && second instanceof Value.Str(String two)) {
            return Value.of(one + two);
        }
        if (!(first instanceof Value.Num(double one)) || !(second instanceof Value.Num(double two))) {
            throw fault("has '" + operator + "' between values that it is not for");
        }
        if (operator.equals("/") && two == 0) {
            throw fault("divides by zero");
        }
        return Value.of(
                switch (operator) {
                    case "+" -> one + two;
                    case "-" -> one - two;
                    case "*" -> one * two;
                    default -> one / two;
                });
    }

    private static int compare(Value first, Value second) {
        if (kind(first) != kind(second)) {
            return Integer.compare(kind(first), kind(second));
        }
        return switch (first) {
            case Value.Null _ -> 0;
            case Value.Bool _, Value.Num _ -> Double.compare(first.number(), second.number());
            case Value.Str _ -> first.text().compareTo(second.text());
            case Value.Arr _, Value.Obj _ -> shown(first).compareTo(shown(second));
        };
    }

    private static int kind(Value value) {
        return switch (value) {
            case Value.Null _ -> 0;
            case Value.Bool _ -> 1;
            case Value.Num _ -> 2;
            case Value.Str _ -> 3;
            case Value.Arr _ -> 4;
            case Value.Obj _ -> 5;
        };
    }

    private Part unary() throws FunctionFault {
        if (take("!")) {
            Part inner = unary();
            return () -> Value.of(!inner.value().truthy());
        }
        if (take("-")) {
            Part inner = unary();
            return () -> arithmetic("-", Value.of(0), inner.value());
        }
        return take("+") ? unary() : selected(primary());
    }

    private Part selected(Part base) throws FunctionFault {
        Part part = base;
        while (literal == null && (token.equals(".") || token.equals("["))) {
            Part inner = part;
            Part key;
            if (take(".")) {
                String name = token;
                next();
                key = () -> Value.of(name);
            } else {
                next();
                key = binary(0);
                expect("]");
            }
            part = () -> select(inner.value(), key.value());
        }
        return part;
    }

    private Value select(Value value, Value key) throws FunctionFault {
        Value found = null;
        if (value instanceof Value.Obj fields && key instanceof Value.Str(String name)) {
            found = fields.entries().get(name);
        } else if (value instanceof Value.Arr(List<Value> items) && key instanceof Value.Num(double index)) {
            found = index >= 0 && index < items.size() ? items.get((int) index) : null;
        } else {
            throw fault("reads '" + shown(key) + "' of a value that has no parts");
        }
        if (found == null) {
            throw FunctionFault.missing("the expression '" + text + "' reads '" + shown(key) + "', which is not there");
        }
        return found;
    }

    private Part primary() throws FunctionFault {
        String written = token;
        if (literal != null) {
            String value = unescaped(literal);
            next();
            return () -> Value.of(value);
        }
        if (take("(")) {
            Part inner = binary(0);
            expect(")");
            return inner;
        }
        if (take("[")) {
            return array();
        }
        if (take("{")) {
            return object();
        }
        if (written.isEmpty() || !Character.isLetterOrDigit(written.charAt(0)) && written.charAt(0) != '_') {
            throw fault(written.isEmpty() ? "ends too early" : "has '" + written + "' where a value should be");
        }
        next();
        if (Character.isDigit(written.charAt(0))) {
            return () -> Value.of(Double.parseDouble(written));
        }
        return () -> named(written);
    }

    private Value named(String name) throws FunctionFault {
        switch (name) {
            case "true", "false" -> {
                return Value.of(name.equals("true"));
            }
            case "null" -> {
                return Value.NULL;
            }
            default -> {
                Value value = names.apply(name);
                if (value == null) {
                    throw fault("reads '" + name + "', which is not there");
                }
                return value;
            }
        }
    }

    private Part array() throws FunctionFault {
        List<Part> parts = new ArrayList<>();
        while (!take("]")) {
            parts.add(binary(0));
            if (!take(",")) {
                expect("]");
                break;
            }
        }
        return () -> {
            List<Value> values = new ArrayList<>();
            for (Part part : parts) {
                values.add(part.value());
            }
            return new Value.Arr(values);
        };
    }

    private Part object() throws FunctionFault {
        Map<Part, Part> parts = new LinkedHashMap<>();
        while (!take("}")) {
            Part key = binary(0);
            expect(":");
            parts.put(key, binary(0));
            if (!take(",")) {
                expect("}");
                break;
            }
        }
        return () -> {
            Map<String, Value> values = new LinkedHashMap<>();
            for (Map.Entry<Part, Part> part : parts.entrySet()) {
                values.put(part.getKey().value().text(), part.getValue().value());
            }
            return Value.Obj.caseSensitive(values);
        };
    }

    private static String unescaped(String quoted) {
        StringBuilder out = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = quoted.charAt(++i);
            out.append(
                    switch (quoted.charAt(0) == '"' ? escaped : 0) {
                        case 'a' -> '\u0007';
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'v' -> '\u000b';
                        default -> escaped;
                    });
        }
        return out.toString();
    }
}
