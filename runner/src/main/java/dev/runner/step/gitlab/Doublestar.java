package dev.runner.step.gitlab;

import java.util.regex.Pattern;

/** Patterns of artifacts and caches: a star stops at a slash, two cross folders, braces hold alternatives. */
final class Doublestar {
    private Doublestar() {}

    static boolean isPattern(String text) {
        return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    static Pattern pattern(String glob) {
        StringBuilder out = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    boolean two = glob.startsWith("**", i);
                    boolean start = i == 0 || glob.charAt(i - 1) == '/';
                    if (two && start && glob.startsWith("**/", i)) {
                        out.append("(?:[^/]+/)*");
                        i += 2;
                    } else if (two && start && i + 2 == glob.length()) {
                        out.append(".*");
                        i++;
                    } else {
                        out.append("[^/]*");
                        i += two ? 1 : 0;
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
        return Pattern.compile(out.append(")".repeat(Math.max(0, braces))).toString());
    }

    private static int set(String glob, int at, StringBuilder out) {
        int close = glob.indexOf(']', at + 2);
        if (close < 0) {
            out.append("\\[");
            return at;
        }
        String inside = glob.substring(at + 1, close);
        boolean negated = inside.startsWith("!") || inside.startsWith("^");
        String body =
                (negated ? inside.substring(1) : inside).replace("\\", "\\\\").replace("[", "\\[");
        out.append(negated ? "[^/" : "[").append(body).append(']');
        return close;
    }
}
