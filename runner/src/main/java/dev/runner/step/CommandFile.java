package dev.runner.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files through which scripts hand values on. A line is {@code name=value}, or {@code name<<DELIMITER} with the
 * value on the next lines until one that is the delimiter; whichever of {@code =} and {@code <<} comes first decides.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files">GitHub's
 *     environment files</a>
 */
final class CommandFile {
    private CommandFile() {}

    /**
     * The values by name, in order; of two with one name the later counts.
     *
     * @param file how people call it, such as {@code RUNNER_OUTPUT}
     */
    static Map<String, String> values(String file, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        String[] lines = lines(text);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            if (line.isEmpty()) {
                continue;
            }
            int equals = line.indexOf('=');
            int heredoc = line.indexOf("<<");
            if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
                values.put(name(file, line, equals, i), line.substring(equals + 1));
            } else if (heredoc >= 0) {
                String name = name(file, line, heredoc, i);
                int end = end(file, lines, i, line.substring(heredoc + 2));
                values.put(name, String.join("\n", List.of(lines).subList(i + 1, end)));
                i = end;
            } else {
                throw fault(file, i, "'" + line + "' is neither name=value nor name<<DELIMITER");
            }
        }
        return values;
    }

    private static String name(String file, String line, int end, int index) {
        if (end == 0) {
            throw fault(file, index, "'" + line + "' has no name");
        }
        return line.substring(0, end);
    }

    private static int end(String file, String[] lines, int start, String delimiter) {
        if (delimiter.isEmpty()) {
            throw fault(file, start, "'" + lines[start] + "' has no delimiter");
        }
        for (int i = start + 1; i < lines.length; i++) {
            if (lines[i].equals(delimiter)) {
                return i;
            }
        }
        throw fault(file, start, "the delimiter '" + delimiter + "' never comes");
    }

    /** Each line is a folder. */
    static List<String> folders(String text) {
        List<String> folders = new ArrayList<>();
        for (String line : lines(text)) {
            if (!line.isBlank()) {
                folders.add(line);
            }
        }
        return folders;
    }

    /** Shells of other systems write a byte order mark and CRLF. */
    private static String[] lines(String text) {
        String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String[] lines = bare.split("\r?\n", -1);
        return bare.endsWith("\n") ? java.util.Arrays.copyOf(lines, lines.length - 1) : lines;
    }

    private static BadStepException fault(String file, int index, String message) {
        return new BadStepException(
                file + ":" + (index + 1) + ": " + message,
                "write \"name=value\" >> \"$" + file + "\", or name<<EOF, the lines, and EOF");
    }
}
