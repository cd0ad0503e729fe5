package dev.runner.frontend.gitlab;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts variables into texts as GitLab itself does, in rules, includes, names of environments and the like. */
final class Expansion {
    private static final Pattern VARIABLE = Pattern.compile(
            "\\$\\$|%%|\\$([a-zA-Z_][a-zA-Z0-9_]*)|\\$\\{([a-zA-Z_][a-zA-Z0-9_]*)}|%([a-zA-Z_][a-zA-Z0-9_]*)%");

    private Expansion() {}

    /** With each variable replaced; an unknown one gives nothing. */
    static String expand(String text, Map<String, String> variables) {
        return expand(text, name -> variables.getOrDefault(name, ""));
    }

    /** With each variable replaced that is known. */
    static String expandKnown(String text, Map<String, String> variables) {
        return expand(text, variables::get);
    }

    /** With variables inside of values replaced, too. */
    static String expandDeep(String text, Map<String, String> variables) {
        return deep(text, variables, new HashSet<>());
    }

    private static String deep(String text, Map<String, String> variables, Set<String> open) {
        return expand(text, name -> {
            String value = variables.get(name);
            if (value == null) {
                return "";
            }
            if (!open.add(name)) {
                return value;
            }
            String whole = deep(value, variables, open);
            open.remove(name);
            return whole;
        });
    }

    private static String expand(String text, Function<String, @Nullable String> value) {
        if (text.indexOf('$') < 0 && text.indexOf('%') < 0) {
            return text;
        }
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1) != null
                    ? matcher.group(1)
                    : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            String found = name == null ? matcher.group() : value.apply(name);
            matcher.appendReplacement(out, Matcher.quoteReplacement(found == null ? matcher.group() : found));
        }
        return matcher.appendTail(out).toString();
    }
}
