package dev.runner.step.gitlab;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in texts as GitLab's runner does: {@code $NAME} and <code>${NAME}</code>, nothing for what is not
 * set, one dollar for two. A shell's special variables, such as {@code $1}, are nothing, too.
 */
final class RunnerVariables {
    private static final String SPECIAL = "*#@!?-0123456789";

    private final Map<String, String> raw;
    private final Set<String> plain;

    /** @param plain names whose values are taken as they are */
    RunnerVariables(Map<String, String> raw, Set<String> plain) {
        this.raw = raw;
        this.plain = plain;
    }

    /** These and others, whose values are taken as they are. */
    RunnerVariables with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(raw);
        all.putAll(others);
        Set<String> taken = new HashSet<>(plain);
        taken.addAll(others.keySet());
        return new RunnerVariables(all, taken);
    }

    /** The value of a variable with all that it refers to; null when there is none. */
    @Nullable
    String value(String name) {
        String value = raw.get(name);
        return value == null || plain.contains(name) ? value : expand(value, new HashSet<>(Set.of(name)));
    }

    String expand(String text) {
        return expand(text, new HashSet<>());
    }

    private String expand(String text, Set<String> open) {
        int dollar = text.indexOf('$');
        if (dollar < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (dollar >= 0 && dollar + 1 < text.length()) {
            out.append(text, at, dollar);
            at = dollar + 1 + replace(text, dollar + 1, out, open);
            dollar = text.indexOf('$', at);
        }
        return out.append(text, at, text.length()).toString();
    }

    /** Puts in what stands behind a dollar, and says how long that is. */
    private int replace(String text, int from, StringBuilder out, Set<String> open) {
        char first = text.charAt(from);
        if (first == '$') {
            out.append('$');
            return 1;
        }
        if (first == '{') {
            int close = text.indexOf('}', from);
            if (close < 0) {
                return 1;
            }
            out.append(lookup(text.substring(from + 1, close), open));
            return close - from + 1;
        }
        if (SPECIAL.indexOf(first) >= 0) {
            return 1;
        }
        int end = from;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        out.append(end == from ? "$" : lookup(text.substring(from, end), open));
        return end - from;
    }

    /** In a circle a variable's value is taken as it is written. */
    private String lookup(String name, Set<String> open) {
        String value = raw.get(name);
        if (value == null) {
            return "";
        }
        if (plain.contains(name) || !open.add(name)) {
            return value;
        }
        String whole = expand(value, open);
        open.remove(name);
        return whole;
    }
}
