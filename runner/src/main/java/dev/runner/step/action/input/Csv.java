package dev.runner.step.action.input;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comma separated values as Docker's actions read them: a field in double quotes may hold commas, line ends and, doubled,
 * quotes; a quote within a bare field is a character like any other; empty lines are no record.
 *
 * @see <a href="https://csv.js.org/parse/options/relax_quotes/">csv-parse, relax_quotes</a>
 */
public final class Csv {
    private final String text;
    private final boolean comments;
    private final List<List<String>> records = new ArrayList<>();
    private int at;

    private Csv(String text, boolean comments) {
        this.text = text;
        this.comments = comments;
    }

    /**
     * The records of a text.
     *
     * @param comments whether a line that begins with {@code #} is left out
     */
    public static List<List<String>> records(String text, boolean comments) {
        Csv csv = new Csv(text, comments);
        csv.read();
        return csv.records;
    }

    /** The fields of the first record; none of an empty text. */
    public static List<String> fields(String line) {
        List<List<String>> records = records(line, false);
        return records.isEmpty() ? List.of() : records.getFirst();
    }

    private void read() {
        while (at < text.length()) {
            if (comments && text.charAt(at) == '#') {
                skipLine();
                continue;
            }
            List<String> record = new ArrayList<>();
            boolean more = true;
            while (more) {
                record.add(field());
                more = at < text.length() && text.charAt(at) == ',';
                at += more ? 1 : 0;
            }
            skipLineEnd();
            if (record.size() > 1 || !record.getFirst().isEmpty()) {
                records.add(List.copyOf(record));
            }
        }
    }

    private String field() {
        int start = at;
        if (at < text.length() && text.charAt(at) == '"') {
            String quoted = quoted();
            if (quoted != null) {
                return quoted;
            }
            at = start;
        }
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Null when the quote is never closed, or when something else than a comma follows: then it is no quote. */
    private @Nullable String quoted() {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '"') {
                value.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                value.append('"');
                i++;
            } else if (i + 1 == text.length() || ",\r\n".indexOf(text.charAt(i + 1)) >= 0) {
                at = i + 1;
                return value.toString();
            } else {
                return null;
            }
        }
        return null;
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
        skipLineEnd();
    }

    private void skipLineEnd() {
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
    }
}
