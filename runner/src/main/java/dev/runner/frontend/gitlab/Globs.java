package dev.runner.frontend.gitlab;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Patterns of paths as Ruby's {@code File.fnmatch} reads them with the flags that GitLab gives it: a star stops at a
 * slash, {@code **}{@code /} crosses folders, hidden files count, and braces hold alternatives.
 */
final class Globs {
    private static final ConcurrentHashMap<String, Pattern> KNOWN = new ConcurrentHashMap<>();

    private Globs() {}

    static boolean isPattern(String text) {
        return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    static boolean anyMatches(String glob, List<String> paths) {
        if (!isPattern(glob)) {
            return paths.contains(glob);
        }
        Pattern pattern = pattern(glob);
        return paths.stream().anyMatch(path -> pattern.matcher(path).matches());
    }

    static boolean matches(String glob, String path) {
        return pattern(glob).matcher(path).matches();
    }

    private static Pattern pattern(String glob) {
        return KNOWN.computeIfAbsent(glob, text -> Pattern.compile(regex(text)));
    }

    private static String regex(String glob) {
        StringBuilder out = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    boolean start = i == 0 || glob.charAt(i - 1) == '/';
                    if (start && glob.startsWith("**/", i)) {
                        out.append("(?:[^/]+/)*");
                        i += 2;
                    } else {
                        while (i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                            i++;
                        }
                        out.append("[^/]*");
                    }
                }
                case '?' -> out.append("[^/]");
                case '{' -> {
                    braces++;
                    out.append("(?:");
                }
                case '}' -> out.append(braces > 0 && braces-- > 0 ? ")" : "\\}");
                case ',' -> out.append(braces > 0 ? "|" : ",");
                case '[' -> i = set(glob, i, out);
                case '\\' -> {
                    i++;
                    out.append(Pattern.quote(i < glob.length() ? glob.substring(i, i + 1) : "\\"));
                }
                default -> out.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return out.append(")".repeat(Math.max(0, braces))).toString();
    }

    private static int set(String glob, int at, StringBuilder out) {
        int close = glob.indexOf(']', at + 2);
        if (close < 0) {
            out.append("\\[");
            return at;
        }
        String inside = glob.substring(at + 1, close);
        boolean negated = inside.startsWith("!") || inside.startsWith("^");
        String body = (negated ? inside.substring(1) : inside)
                .replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("&&", "&\\&");
        out.append(negated ? "[^/" : "[").append(body).append(']');
        return close;
    }
}
