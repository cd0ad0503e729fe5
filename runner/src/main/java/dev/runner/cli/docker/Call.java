package dev.runner.cli.docker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command as it was called: what its flags were given, the other words, and what it works with. */
final class Call {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> words = new ArrayList<>();
    private final Command command;
    private final Surroundings around;

    private Call(Command command, Surroundings around) {
        this.command = command;
        this.around = around;
    }

    /**
     * Reads the words behind a command as Docker's own flag library does: {@code --name value}, {@code --name=value},
     * {@code -n value}, {@code -nvalue}, switches in a bunch, {@code --} before words that only look like flags.
     *
     * @throws DockerFailure with Docker's text for what is wrong
     */
    static Call parse(Command command, List<String> arguments, Surroundings around) {
        Call call = new Call(command, around);
        int at = 0;
        while (at < arguments.size()) {
            String word = arguments.get(at++);
            if (word.equals("--")) {
                call.words.addAll(arguments.subList(at, arguments.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                call.words.add(word);
                if (!command.mixed()) {
                    call.words.addAll(arguments.subList(at, arguments.size()));
                    break;
                }
            } else if (word.startsWith("--")) {
                at += call.named(word, at < arguments.size() ? arguments.get(at) : null);
            } else {
                at += call.letters(word, at < arguments.size() ? arguments.get(at) : null);
            }
        }
        return call;
    }

    /** Takes {@code --name…}; how many further words it used. */
    private int named(String word, @Nullable String next) {
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        if (name.isEmpty() || name.startsWith("-")) {
            throw fault("bad flag syntax: " + word);
        }
        Flag flag = command.flagNamed(name);
        if (flag == null) {
            throw fault("unknown flag: --" + name);
        }
        if (equals >= 0) {
            put(flag, word.substring(equals + 1), "--" + name);
            return 0;
        }
        if (flag.isSwitch()) {
            put(flag, "true", "--" + name);
            return 0;
        }
        if (next == null) {
            throw fault("flag needs an argument: --" + name);
        }
        put(flag, next, "--" + name);
        return 1;
    }

    /** Takes {@code -abc…}; how many further words it used. */
    private int letters(String word, @Nullable String next) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            Flag flag = command.flagWith(letter);
            if (flag == null) {
                throw fault("unknown shorthand flag: '" + letter + "' in " + word);
            }
            String shown = "-" + letter + ", --" + flag.name();
            String rest = word.substring(i + 1);
            if (rest.startsWith("=")) {
                put(flag, rest.substring(1), shown);
                return 0;
            }
            if (flag.isSwitch()) {
                put(flag, "true", shown);
                continue;
            }
            if (!rest.isEmpty()) {
                put(flag, rest, shown);
                return 0;
            }
            if (next == null) {
                throw fault("flag needs an argument: '" + letter + "' in " + word);
            }
            put(flag, next, shown);
            return 1;
        }
        return 0;
    }

    private void put(Flag flag, String value, String shown) {
        if (flag.isSwitch() && !TRUE.contains(value) && !FALSE.contains(value)) {
            throw fault("invalid argument \"" + value + "\" for \"" + shown + "\" flag: strconv.ParseBool: parsing \""
                    + value + "\": invalid syntax");
        }
        values.computeIfAbsent(flag.name(), _ -> new ArrayList<>()).add(value);
    }

    private DockerFailure fault(String message) {
        return new DockerFailure(message + command.usageHint(), DockerFailure.DAEMON);
    }

    Command command() {
        return command;
    }

    Surroundings around() {
        return around;
    }

    List<String> words() {
        return words;
    }

    String word(int at) {
        return words.get(at);
    }

    boolean given(String flag) {
        return values.containsKey(flag);
    }

    /** Whether a switch is on. */
    boolean on(String flag) {
        List<String> given = all(flag);
        return !given.isEmpty() && TRUE.contains(given.getLast());
    }

    /** The value given last; null when none was. */
    @Nullable
    String text(String flag) {
        List<String> given = all(flag);
        return given.isEmpty() ? null : given.getLast();
    }

    String text(String flag, String otherwise) {
        List<String> given = all(flag);
        return given.isEmpty() ? otherwise : given.getLast();
    }

    List<String> all(String flag) {
        return values.getOrDefault(flag, List.of());
    }

    /** A line on standard output. */
    void say(String line) {
        around.out().println(line);
        around.out().flush();
    }

    /** A line on standard error. */
    void tell(String line) {
        around.err().println(line);
        around.err().flush();
    }
}
