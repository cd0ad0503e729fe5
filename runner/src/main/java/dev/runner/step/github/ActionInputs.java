package dev.runner.step.github;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of an action's inputs, defaults filled in; read as the toolkit's {@code getInput} and its sisters do.
 *
 * @see <a href="https://github.com/actions/toolkit/tree/main/packages/core#inputsoutputs">@actions/core</a>
 */
public final class ActionInputs {
    private final Map<String, String> values;

    private ActionInputs(Map<String, String> values) {
        this.values = values;
    }

    public static ActionInputs of(Map<String, String> values) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(values);
        return new ActionInputs(Collections.unmodifiableMap(all));
    }

    /** All of them by name, as given. */
    public Map<String, String> values() {
        return values;
    }

    /** Without the white space around it; empty when it is not given. */
    public String get(String name) {
        return raw(name).strip();
    }

    /** Exactly as given. */
    public String raw(String name) {
        return values.getOrDefault(name, "");
    }

    public boolean isGiven(String name) {
        return !get(name).isEmpty();
    }

    /**
     * One that must be there.
     *
     * @throws ActionFailedException in the toolkit's words when it is empty
     */
    public String need(String name) {
        String value = get(name);
        if (value.isEmpty()) {
            throw ActionFailedException.badInput("Input required and not supplied: " + name, null);
        }
        return value;
    }

    /**
     * True or false as YAML 1.2's core schema has it; empty is false.
     *
     * @throws ActionFailedException for any other text
     */
    public boolean isTrue(String name) {
        String value = get(name);
        return switch (value) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE", "" -> false;
            default ->
                throw ActionFailedException.badInput(
                        "Input does not meet YAML 1.2 \"Core Schema\" specification: " + name
                                + "\nSupport boolean input list: `true | True | TRUE | false | False | FALSE`",
                        null);
        };
    }

    /** Its lines without white space around them; empty ones are left out. */
    public List<String> lines(String name) {
        return raw(name)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The name of the variable through which a program finds an input: {@code INPUT_} and the name in capitals. */
    static String variable(String name) {
        return "INPUT_" + name.replace(' ', '_').toUpperCase(Locale.ROOT);
    }

    /** Only the names: a value may be a secret. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
