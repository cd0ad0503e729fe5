package dev.runner.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command with what people may write after it, for completions and manual pages.
 *
 * @param path such as {@code runner cache prune}
 * @param words that are no flags
 * @param commands below it
 */
record CommandTree(String path, String says, List<Flag> flags, List<Word> words, List<CommandTree> commands) {
    /**
     * A flag.
     *
     * @param names the longest first
     * @param label of its value; empty when it takes none
     */
    record Flag(List<String> names, String label, String says) {
        boolean takesValue() {
            return !label.isEmpty();
        }
    }

    /** A word that is no flag. */
    record Word(String label, String says) {}

    static CommandTree of(CommandLine line) {
        return of(line, line.getCommandName());
    }

    private static CommandTree of(CommandLine line, String path) {
        CommandSpec spec = line.getCommandSpec();
        List<Flag> flags = spec.options().stream()
                .filter(option -> !option.hidden())
                .map(option -> new Flag(names(option), label(option), says(option)))
                .toList();
        List<Word> words = spec.positionalParameters().stream()
                .filter(word -> !word.hidden())
                .sorted(Comparator.comparing(PositionalParamSpec::index))
                .map(word -> new Word(word.paramLabel(), says(word)))
                .toList();
        List<CommandTree> below = new ArrayList<>();
        line.getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                below.add(of(command, path + " " + name));
            }
        });
        return new CommandTree(path, String.join(" ", spec.usageMessage().description()), flags, words, below);
    }

    private static List<String> names(OptionSpec option) {
        return Arrays.stream(option.names())
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    private static String label(OptionSpec option) {
        return option.arity().max() == 0 ? "" : option.paramLabel();
    }

    private static String says(ArgSpec spec) {
        return String.join(" ", spec.description());
    }

    /** This one and all below it. */
    List<CommandTree> all() {
        List<CommandTree> all = new ArrayList<>(List.of(this));
        commands.forEach(command -> all.addAll(command.all()));
        return all;
    }

    /** The last word of the path. */
    String name() {
        return path.substring(path.lastIndexOf(' ') + 1);
    }
}
