package dev.runner.step.github;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A command in a line of output: {@code ::name key=value,key=value::data}, or in the older form
 * {@code ##[name key=value;key=value]data}, which may stand anywhere in the line.
 *
 * @param properties found without regard to case
 * @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">Workflow commands</a>
 */
record WorkflowCommand(String name, Map<String, String> properties, String data) {
    private static final String MARK = "::";
    private static final String OLD_MARK = "##[";

    /** What stands for what; a percent sign is last, so that an escaped escape is unescaped once. */
    private static final String[][] DATA = {{"%0D", "\r"}, {"%0A", "\n"}, {"%25", "%"}};

    private static final String[][] PROPERTY = {{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%25", "%"}};
    private static final String[][] OLD = {{"%3B", ";"}, {"%0D", "\r"}, {"%0A", "\n"}, {"%5D", "]"}, {"%25", "%"}};

    /**
     * Reads a line.
     *
     * @param known which names are commands; any other line is text
     * @return null when the line is no command
     */
    static @Nullable WorkflowCommand parse(String line, Predicate<String> known) {
        if (line.contains(MARK)) {
            WorkflowCommand command = parseNew(line.stripLeading(), known);
            if (command != null) {
                return command;
            }
        }
        return line.contains(OLD_MARK) ? parseOld(line, known) : null;
    }

    private static @Nullable WorkflowCommand parseNew(String line, Predicate<String> known) {
        if (!line.startsWith(MARK)) {
            return null;
        }
        int end = line.indexOf(MARK, MARK.length());
        return end < 0
                ? null
                : of(line.substring(MARK.length(), end), ",", PROPERTY, unescape(line.substring(end + 2), DATA), known);
    }

    private static @Nullable WorkflowCommand parseOld(String line, Predicate<String> known) {
        int start = line.indexOf(OLD_MARK);
        int end = line.indexOf(']', start);
        return end < 0
                ? null
                : of(
                        line.substring(start + OLD_MARK.length(), end),
                        ";",
                        OLD,
                        unescape(line.substring(end + 1), OLD),
                        known);
    }

    private static @Nullable WorkflowCommand of(
            String head, String separator, String[][] escapes, String data, Predicate<String> known) {
        int space = head.indexOf(' ');
        String name = space < 0 ? head : head.substring(0, space);
        if (!known.test(name)) {
            return null;
        }
        Map<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (space > 0) {
            for (String pair : head.substring(space + 1).strip().split(separator)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && equals < pair.length() - 1) {
                    properties.put(pair.substring(0, equals), unescape(pair.substring(equals + 1), escapes));
                }
            }
        }
        return new WorkflowCommand(name, properties, data);
    }

    private static String unescape(String text, String[][] escapes) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        String plain = text;
        for (String[] escape : escapes) {
            plain = plain.replace(escape[0], escape[1]);
        }
        return plain;
    }

    /** A property, or the empty text. */
    String property(String key) {
        return properties.getOrDefault(key, "");
    }
}
