package dev.runner.step.action.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text with Handlebars expressions: <code>{{name}}</code>, <code>{{name 'word' key='word'}}</code>, and
 * <code>{{{name}}}</code> or <code>{{&amp;name}}</code> for a value that keeps its special characters, which otherwise become
 * HTML's entities. Blocks and partials are refused.
 *
 * @see <a href="https://handlebarsjs.com/guide/expressions.html">Handlebars, expressions</a>
 */
final class HandlebarsText {
    private static final Pattern EXPRESSION =
            Pattern.compile("\\\\\\{\\{|\\{\\{(?<raw>\\{)?(?<open>~?[&!#/^>]?)(?<body>[^{}]*?)(?:~)?(?:}(?=}}))?}}");
    private static final Pattern WORD = Pattern.compile(
            "\\s*(?:(?<key>[^\\s='\"]+)=)?(?:'(?<single>[^']*)'|\"(?<double>[^\"]*)\"|(?<bare>[^\\s='\"]+))");

    private HandlebarsText() {}

    /** An expression: a name, words, and words with keys. */
    record Call(String name, List<String> words, Map<String, String> keys) {}

    /** What a name means; null when it means nothing, which prints as nothing. */
    @FunctionalInterface
    interface Names {
        @Nullable
        String value(Call call);
    }

    /** @throws MetadataException when an expression is none, or is given words that its name takes not */
    static String render(String text, Names names) {
        StringBuilder rendered = new StringBuilder();
        int end = 0;
        Matcher found = EXPRESSION.matcher(text);
        while (found.find()) {
            rendered.append(checked(text.substring(end, found.start()), text));
            end = found.end();
            rendered.append(found.group("body") == null ? "{{" : value(found, names));
        }
        return rendered.append(checked(text.substring(end), text)).toString();
    }

    private static String checked(String between, String text) {
        if (between.contains("{{")) {
            throw new MetadataException("Parse error: an expression is never closed in " + text);
        }
        return between;
    }

    private static String value(Matcher found, Names names) {
        String open = found.group("open").replace("~", "");
        if (open.equals("!")) {
            return "";
        }
        if (!open.isEmpty() && !open.equals("&")) {
            throw new MetadataException("blocks and partials are not read: " + found.group());
        }
        Call call = call(found.group("body"), found.group());
        String value = names.value(call);
        if (value == null) {
            if (!call.words().isEmpty() || !call.keys().isEmpty()) {
                throw new MetadataException("Missing helper: \"" + call.name() + "\"");
            }
            return "";
        }
        return found.group("raw") != null || open.equals("&") ? value : escaped(value);
    }

    private static Call call(String body, String shown) {
        List<String> words = new ArrayList<>();
        Map<String, String> keys = new LinkedHashMap<>();
        String rest = body.strip();
        Matcher word = WORD.matcher(rest);
        int end = 0;
        while (end < rest.length() && word.find(end) && word.start() == end) {
            String value = first(word.group("single"), word.group("double"), word.group("bare"));
            if (word.group("key") == null) {
                words.add(value);
            } else {
                keys.put(word.group("key"), value);
            }
            end = word.end();
        }
        if (end < rest.length() || words.isEmpty()) {
            throw new MetadataException("Parse error in " + shown);
        }
        return new Call(words.getFirst(), words.subList(1, words.size()), keys);
    }

    private static String first(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    private static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#x27;");
                case '`' -> escaped.append("&#x60;");
                case '=' -> escaped.append("&#x3D;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Whether a text is one expression that names this and nothing else. */
    static boolean isOnly(String text, String name) {
        Matcher whole = EXPRESSION.matcher(text);
        return whole.matches()
                && whole.group("body") != null
                && whole.group("open").isEmpty()
                && whole.group("body").strip().equals(name);
    }
}
