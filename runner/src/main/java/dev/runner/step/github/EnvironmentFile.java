package dev.runner.step.github;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files through which scripts hand values on. A line is {@code name=value}, or {@code name<<DELIMITER} with the value
 * on the next lines until one that is exactly the delimiter; whichever of {@code =} and {@code <<} comes first decides.
 * As on GitHub's Linux runners only a line feed ends a line: a carriage return is part of the value, and of a delimiter
 * that was written with one.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files">Environment
 *     files</a>
 */
final class EnvironmentFile {
    /** What is in a file makes no sense; the message is GitHub's. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;

        Fault(String message) {
            super(message);
        }
    }

    private final String text;
    private int at;
    /** Whether the line read last had a line break. */
    private boolean ended;

    private EnvironmentFile(String text) {
        this.text = text;
    }

    /** The content; empty when the script has removed the file. Some shells write a byte order mark. */
    static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** The values by name, in order; of two with one name the later counts. */
    static Map<String, String> values(String text) throws Fault {
        return new EnvironmentFile(text).values();
    }

    /** Each line that is not empty is a folder. */
    static List<String> folders(String text) {
        List<String> folders = new ArrayList<>();
        text.lines().filter(line -> !line.isEmpty()).forEach(folders::add);
        return folders;
    }

    private Map<String, String> values() throws Fault {
        Map<String, String> values = new LinkedHashMap<>();
        while (at < text.length()) {
            String line = line();
            if (line.isEmpty()) {
                continue;
            }
            int equals = line.indexOf('=');
            int heredoc = line.indexOf("<<");
            if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
                if (equals == 0) {
                    throw new Fault("Invalid format '" + line + "'. Name must not be empty");
                }
                values.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (heredoc >= 0) {
                if (heredoc == 0 || heredoc + 2 == line.length()) {
                    throw new Fault(
                            "Invalid format '" + line + "'. Name must not be empty and delimiter must not be empty");
                }
                values.put(line.substring(0, heredoc), until(line.substring(heredoc + 2)));
            } else {
                throw new Fault("Invalid format '" + line + "'");
            }
        }
        return values;
    }

    /** What stands before the delimiter's line, without the last line break. */
    private String until(String delimiter) throws Fault {
        int start = at;
        while (at < text.length()) {
            int end = at;
            String line = line();
            if (line.equals(delimiter)) {
                return end > start ? text.substring(start, end - 1) : "";
            }
            if (!ended) {
                break;
            }
        }
        throw new Fault("Invalid value. Matching delimiter not found '" + delimiter + "'");
    }

    private String line() {
        int end = text.indexOf('\n', at);
        ended = end >= 0;
        String line = text.substring(at, ended ? end : text.length());
        at = ended ? end + 1 : text.length();
        return line;
    }
}
