package dev.runner.cli.gotemplate;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Go's {@code fmt.Sprintf}. */
final class Formatting {
    private static final Pattern VERB = Pattern.compile("%([-+# 0]*)(\\d*)(?:\\.(\\d+))?([a-zA-Z%])");

    private Formatting() {}

    static String format(String format, List<@Nullable Object> values) {
        StringBuilder out = new StringBuilder();
        Matcher verbs = VERB.matcher(format);
        int next = 0;
        while (verbs.find()) {
            String shown = "%";
            if (!verbs.group(4).equals("%")) {
                shown = next < values.size() ? one(verbs, values.get(next)) : "%!" + verbs.group(4) + "(MISSING)";
                next++;
            }
            verbs.appendReplacement(out, Matcher.quoteReplacement(shown));
        }
        verbs.appendTail(out);
        return out.toString();
    }

    private static String one(Matcher verb, @Nullable Object value) {
        String flags = verb.group(1);
        String text = plain(verb.group(4).charAt(0), verb.group(3), value);
        int width = verb.group(2).isEmpty() ? 0 : Integer.parseInt(verb.group(2));
        int missing = Math.max(0, width - text.length());
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        return (flags.contains("0") && value instanceof Number ? "0" : " ").repeat(missing) + text;
    }

    private static String plain(char verb, @Nullable String precision, @Nullable Object value) {
        return switch (verb) {
            case 'q' -> GoText.json(GoText.print(value), "");
            case 'x' ->
                value instanceof Number number ? Long.toHexString(number.longValue()) : hex(GoText.print(value));
            case 'f' ->
                value instanceof Number number
                        ? String.format(
                                java.util.Locale.ROOT,
                                "%." + (precision == null ? "6" : precision) + "f",
                                number.doubleValue())
                        : wrong(verb, value);
            case 'd' -> value instanceof Number ? GoText.print(value) : wrong(verb, value);
            case 's', 'v', 't' -> {
                String text = GoText.print(value);
                yield precision == null
                        ? text
                        : text.substring(0, Math.min(text.length(), Integer.parseInt(precision)));
            }
            default -> wrong(verb, value);
        };
    }

    private static String wrong(char verb, @Nullable Object value) {
        return "%!" + verb + "(" + GoText.print(value) + ")";
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
