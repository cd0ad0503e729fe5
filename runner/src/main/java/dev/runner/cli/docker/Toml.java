package dev.runner.cli.docker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of TOML as {@code buildkitd.toml} uses: tables, arrays of tables, dotted and quoted keys, texts, numbers, truth
 * values, arrays over several lines, inline tables and comments.
 *
 * @see <a href="https://toml.io/en/v1.0.0">TOML 1.0</a>
 */
final class Toml {
    private final String text;
    private final String file;
    private int at;

    private Toml(String text, String file) {
        this.text = text;
        this.file = file;
    }

    /**
     * Reads a document: tables are maps, arrays lists, whole numbers {@code Long}.
     *
     * @throws DockerFailure with the line of the first fault
     */
    static Map<String, Object> parse(String text, String file) {
        return new Toml(text, file).document();
    }

    /** A table within a table; empty when there is none. */
    static Map<String, Object> table(Map<String, Object> of, String key) {
        return table(of.get(key));
    }

    @SuppressWarnings("unchecked") // only this class makes them
    static Map<String, Object> table(@Nullable Object value) {
        return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
    }

    private Map<String, Object> document() {
        Map<String, Object> root = new LinkedHashMap<>();
        Map<String, Object> table = root;
        for (skip(true); at < text.length(); skip(true)) {
            if (accept("[[")) {
                List<String> path = path();
                expect("]]");
                table = appended(root, path);
            } else if (accept("[")) {
                List<String> path = path();
                expect("]");
                table = within(root, path);
            } else {
                pair(table);
            }
            skip(false);
            if (at < text.length() && text.charAt(at) != '\n') {
                throw fault("there is more on the line than belongs there");
            }
        }
        return root;
    }

    private void pair(Map<String, Object> table) {
        List<String> path = path();
        expect("=");
        Map<String, Object> owner = within(table, path.subList(0, path.size() - 1));
        if (owner.put(path.getLast(), value()) != null) {
            throw fault("'" + path.getLast() + "' is given twice");
        }
    }

    @SuppressWarnings("unchecked") // only this class makes them
    private Map<String, Object> within(Map<String, Object> root, List<String> path) {
        Map<String, Object> table = root;
        for (String key : path) {
            Object next = table.computeIfAbsent(key, _ -> new LinkedHashMap<String, Object>());
            if (next instanceof List<?> list && !list.isEmpty()) {
                next = list.getLast();
            }
            if (!(next instanceof Map<?, ?>)) {
                throw fault("'" + key + "' is no table");
            }
            table = (Map<String, Object>) next;
        }
        return table;
    }

    @SuppressWarnings("unchecked") // only this class makes them
    private Map<String, Object> appended(Map<String, Object> root, List<String> path) {
        Map<String, Object> owner = within(root, path.subList(0, path.size() - 1));
        Object list = owner.computeIfAbsent(path.getLast(), _ -> new ArrayList<Object>());
        if (!(list instanceof List<?>)) {
            throw fault("'" + path.getLast() + "' is no array of tables");
        }
        Map<String, Object> table = new LinkedHashMap<>();
        ((List<Object>) list).add(table);
        return table;
    }

    private List<String> path() {
        List<String> path = new ArrayList<>();
        do {
            skip(false);
            char c = at < text.length() ? text.charAt(at) : '\n';
            path.add(c == '"' || c == '\'' ? quoted(c) : bare());
            skip(false);
        } while (accept("."));
        return path;
    }

    private String bare() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (start == at) {
            throw fault("a key is expected");
        }
        return text.substring(start, at);
    }

    private Object value() {
        skip(false);
        char c = at < text.length() ? text.charAt(at) : '\n';
        if (c == '"' || c == '\'') {
            return quoted(c);
        }
        if (accept("[")) {
            return array();
        }
        if (accept("{")) {
            return inline();
        }
        int start = at;
        while (at < text.length() && "\n\r,]}# \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return scalar(text.substring(start, at));
    }

    private Object scalar(String word) {
        String plain = word.replace("_", "");
        if (plain.equals("true") || plain.equals("false")) {
            return plain.equals("true");
        }
        try {
            return plain.matches("[-+]?(0x[0-9a-fA-F]+|\\d+)") ? Long.decode(plain) : (Object) Double.valueOf(plain);
        } catch (NumberFormatException e) {
            throw fault(word.isEmpty() ? "a value is expected" : "'" + word + "' is no value; texts stand in quotes");
        }
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        for (skip(true); !accept("]"); skip(true)) {
            items.add(value());
            skip(true);
            if (!accept(",") && (at >= text.length() || text.charAt(at) != ']')) {
                throw fault("the array lacks its ]");
            }
        }
        return items;
    }

    private Map<String, Object> inline() {
        Map<String, Object> table = new LinkedHashMap<>();
        for (skip(false); !accept("}"); skip(false)) {
            pair(table);
            skip(false);
            if (!accept(",") && (at >= text.length() || text.charAt(at) != '}')) {
                throw fault("the table lacks its }");
            }
        }
        return table;
    }

    private String quoted(char quote) {
        String three = String.valueOf(quote).repeat(3);
        boolean many = text.startsWith(three, at);
        at += many ? 3 : 1;
        String close = many ? three : String.valueOf(quote);
        StringBuilder out = new StringBuilder();
        if (many && at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        while (!text.startsWith(close, at)) {
            if (at >= text.length() || !many && text.charAt(at) == '\n') {
                throw fault("the text lacks its closing quote");
            }
            char c = text.charAt(at++);
            out.append(c == '\\' && quote == '"' ? escape() : String.valueOf(c));
        }
        at += close.length();
        return out.toString();
    }

    private String escape() {
        char c = at < text.length() ? text.charAt(at++) : '\n';
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '"', '\\' -> String.valueOf(c);
            case 'u' -> {
                String hex = text.substring(at, Math.min(text.length(), at + 4));
                at += 4;
                yield String.valueOf((char) Integer.parseInt(hex, 16));
            }
            default -> throw fault("'\\" + c + "' means nothing in a text");
        };
    }

    /** Passes over blanks and comments, and ends of lines if wanted. */
    private void skip(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' && lines) {
                at++;
            } else {
                return;
            }
        }
    }

    private boolean accept(String token) {
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void expect(String token) {
        skip(false);
        if (!accept(token)) {
            throw fault("'" + token + "' is expected");
        }
    }

    private DockerFailure fault(String message) {
        long line = 1
                + text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return DockerFailure.ofBuildx(file + ":" + line + ": " + message);
    }
}
