package dev.runner.cli.gotemplate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What templates may call: Go's own functions, and those that Docker adds. */
final class Functions {
    private static final Set<String> NAMES = Set.of(
            "and",
            "or",
            "not",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "len",
            "index",
            "slice",
            "print",
            "printf",
            "println",
            "html",
            "urlquery",
            "json",
            "split",
            "join",
            "title",
            "lower",
            "upper",
            "pad",
            "truncate");

    private final String indent;

    /** @param indent of what {@code json} writes; empty for one line */
    Functions(String indent) {
        this.indent = indent;
    }

    static boolean isKnown(String name) {
        return NAMES.contains(name);
    }

    /** Calls a function other than {@code and} and {@code or}, which do not look at all their arguments. */
    @Nullable
    Object call(String name, List<@Nullable Object> given) {
        return switch (name) {
            case "not" -> !isTrue(argument(name, given, 0));
            case "eq" -> given.stream().skip(1).anyMatch(one -> equal(given.getFirst(), one));
            case "ne" -> !equal(argument(name, given, 0), argument(name, given, 1));
            case "lt" -> compare(name, given) < 0;
            case "le" -> compare(name, given) <= 0;
            case "gt" -> compare(name, given) > 0;
            case "ge" -> compare(name, given) >= 0;
            case "len" -> length(argument(name, given, 0));
            case "index" -> index(given);
            case "slice" -> slice(given);
            case "print" -> print(given);
            case "println" -> String.join(" ", given.stream().map(GoText::print).toList()) + "\n";
            case "printf" -> Formatting.format(text(argument(name, given, 0)), given.subList(1, given.size()));
            case "html" ->
                text(argument(name, given, 0))
                        .replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&#34;")
                        .replace("'", "&#39;");
            case "urlquery" -> URLEncoder.encode(print(given), StandardCharsets.UTF_8);
            case "json" -> GoText.json(argument(name, given, 0), indent);
            case "split" ->
                List.of(text(argument(name, given, 0))
                        .split(java.util.regex.Pattern.quote(text(argument(name, given, 1))), -1));
            case "join" -> join(given);
            case "title" -> title(text(argument(name, given, 0)));
            case "lower" -> text(argument(name, given, 0)).toLowerCase(Locale.ROOT);
            case "upper" -> text(argument(name, given, 0)).toUpperCase(Locale.ROOT);
            case "pad" -> pad(given);
            case "truncate" -> truncate(given);
            default -> throw TemplateException.run("function \"" + name + "\" not defined");
        };
    }

    private static @Nullable Object argument(String name, List<@Nullable Object> given, int at) {
        if (at >= given.size()) {
            throw TemplateException.run(
                    "wrong number of args for " + name + ": want at least " + (at + 1) + " got " + given.size());
        }
        return given.get(at);
    }

    /** Whether a value counts as true: not false, zero, nil or empty. */
    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        return a instanceof Number x && b instanceof Number y
                ? x.doubleValue() == y.doubleValue()
                : Objects.equals(a, b);
    }

    private static int compare(String name, List<@Nullable Object> given) {
        Object a = argument(name, given, 0);
        Object b = argument(name, given, 1);
        if (a instanceof Number x && b instanceof Number y) {
            return Double.compare(x.doubleValue(), y.doubleValue());
        }
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        throw TemplateException.run("error calling " + name + ": incompatible types for comparison");
    }

    private static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8).length;
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> throw TemplateException.run("error calling len: len of type " + GoText.print(value));
        };
    }

    private static @Nullable Object index(List<@Nullable Object> given) {
        Object value = argument("index", given, 0);
        for (Object key : given.subList(1, given.size())) {
            value = switch (value) {
                case Map<?, ?> map -> map.get(GoText.print(key));
                case Struct struct -> struct.get(GoText.print(key));
                case List<?> list
                when key instanceof Long at -> {
                    if (at < 0 || at >= list.size()) {
                        throw TemplateException.run("error calling index: reflect: slice index out of range");
                    }
                    yield list.get(at.intValue());
                }
                case null -> throw TemplateException.run("error calling index: index of untyped nil");
                default -> throw TemplateException.run("error calling index: can't index item of this type");
            };
        }
        return value;
    }

    private static Object slice(List<@Nullable Object> given) {
        Object value = argument("slice", given, 0);
        int from = given.size() > 1 && given.get(1) instanceof Long one ? one.intValue() : 0;
        long size = length(value);
        int to = given.size() > 2 && given.get(2) instanceof Long one ? one.intValue() : (int) size;
        if (from < 0 || to > size || from > to) {
            throw TemplateException.run("error calling slice: index out of range: " + (from > size ? from : to));
        }
        return value instanceof List<?> list
                ? list.subList(from, to)
                : text(value).substring(from, to);
    }

    private static String print(List<@Nullable Object> given) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < given.size(); i++) {
            boolean space = i > 0 && !(given.get(i) instanceof String) && !(given.get(i - 1) instanceof String);
            out.append(space ? " " : "").append(GoText.print(given.get(i)));
        }
        return out.toString();
    }

    private static String join(List<@Nullable Object> given) {
        Object list = argument("join", given, 0);
        if (!(list instanceof List<?> all)) {
            throw TemplateException.run("error calling join: the value is no list");
        }
        return String.join(
                text(argument("join", given, 1)),
                all.stream().map(GoText::print).toList());
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean start = i == 0 || !Character.isLetterOrDigit(text.charAt(i - 1));
            out.append(start ? Character.toUpperCase(text.charAt(i)) : text.charAt(i));
        }
        return out.toString();
    }

    private static String pad(List<@Nullable Object> given) {
        String text = text(argument("pad", given, 0));
        long before = argument("pad", given, 1) instanceof Long one ? one : 0;
        long after = argument("pad", given, 2) instanceof Long one ? one : 0;
        return text.isEmpty() ? text : " ".repeat((int) before) + text + " ".repeat((int) after);
    }

    private static String truncate(List<@Nullable Object> given) {
        String text = text(argument("truncate", given, 0));
        int most = argument("truncate", given, 1) instanceof Long one ? one.intValue() : text.length();
        return text.length() <= most ? text : text.substring(0, most);
    }

    private static String text(@Nullable Object value) {
        return GoText.print(value);
    }
}
