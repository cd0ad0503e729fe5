package dev.runner.secret;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads dotenv text: {@code NAME=value} lines, {@code export} in front allowed, blank lines and {@code #} comments
 * skipped. A plain value ends at the line's end or at white space and {@code #}; a single-quoted one is taken as it is; a
 * double-quoted one knows {@code \n \r \t \" \\ \$}; quoted ones may span lines. Variables are not expanded: a secret may
 * hold a dollar sign.
 */
public final class Dotenv {
    private final String file;
    private final String text;
    private final List<SecretProblem> problems;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int at;

    private Dotenv(String file, String text, List<SecretProblem> problems) {
        this.file = file;
        this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        this.problems = problems;
    }

    /** The values by name; of two lines with one name the later counts. */
    public static Map<String, String> read(String file, String text, List<SecretProblem> problems) {
        Dotenv dotenv = new Dotenv(file, text, problems);
        while (dotenv.at < dotenv.text.length()) {
            dotenv.line();
            dotenv.skipLine();
        }
        return dotenv.values;
    }

    private void line() {
        skipBlanks();
        if (atLineEnd() || text.charAt(at) == '#') {
            return;
        }
        if (text.startsWith("export ", at) || text.startsWith("export\t", at)) {
            at += "export".length();
            skipBlanks();
        }
        int start = at;
        while (!atLineEnd() && text.charAt(at) != '=') {
            at++;
        }
        String name = text.substring(start, at).strip();
        if (atLineEnd() || !SecretSources.NAME.matcher(name).matches()) {
            problem(start, "this line is not NAME=value", "write NAME=value, with letters, digits and _ in the name");
            return;
        }
        at++;
        skipBlanks();
        String value = value();
        if (value != null) {
            values.put(name, value);
        }
    }

    private @Nullable String value() {
        if (atLineEnd()) {
            return "";
        }
        char quote = text.charAt(at);
        return quote == '"' || quote == '\'' ? quoted(quote) : plain();
    }

    private String plain() {
        int start = at;
        while (!atLineEnd() && !(text.charAt(at) == '#' && (at == start || isBlank(text.charAt(at - 1))))) {
            at++;
        }
        return text.substring(start, at).strip();
    }

    private @Nullable String quoted(char quote) {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            value.append(c == '\\' && quote == '"' && at < text.length() ? escaped(text.charAt(at++)) : c);
        }
        if (at == text.length()) {
            problem(start, "this quoted value is not closed", "close it with " + quote);
            return null;
        }
        at++;
        skipBlanks();
        if (!atLineEnd() && text.charAt(at) != '#') {
            problem(at, "text follows the quoted value", "remove it, or put all of the value in quotes");
        }
        return value.toString();
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '"', '\\', '$' -> String.valueOf(c);
            default -> "\\" + c;
        };
    }

    private boolean atLineEnd() {
        return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
        at++;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private void problem(int offset, String message, String remedy) {
        int line = 1
                + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
        int column = offset - text.lastIndexOf('\n', offset - 1);
        problems.add(new SecretProblem(file + ":" + line + ":" + column, message, remedy));
    }
}
