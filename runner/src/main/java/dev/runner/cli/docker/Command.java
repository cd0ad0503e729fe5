package dev.runner.cli.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of Docker's commands: its flags, how many words it takes and what it does. */
final class Command {
    /** What a command does; the exit code. */
    @FunctionalInterface
    interface Action {
        int run(Call call) throws IOException, InterruptedException;
    }

    private static final int ANY = Integer.MAX_VALUE;

    private final String path;
    private final String usage;
    private final String says;
    private final Action action;
    private final List<Flag> flags = new ArrayList<>();
    private int fewest;
    private int most = ANY;
    private boolean mixed = true;

    private Command(String path, String usage, String says, Action action) {
        this.path = path;
        this.usage = usage;
        this.says = says;
        this.action = action;
    }

    /**
     * A command without flags that takes any words.
     *
     * @param path its words behind {@code docker}
     * @param usage what follows them, as {@code [OPTIONS] IMAGE}
     */
    static Command of(String path, String usage, String says, Action action) {
        return new Command(path, usage, says, action);
    }

    Command flag(String name, String says) {
        return add(new Flag(name, (char) 0, "", says));
    }

    Command flag(char letter, String name, String says) {
        return add(new Flag(name, letter, "", says));
    }

    Command value(String name, String type, String says) {
        return add(new Flag(name, (char) 0, type, says));
    }

    Command value(char letter, String name, String type, String says) {
        return add(new Flag(name, letter, type, says));
    }

    private Command add(Flag flag) {
        flags.add(flag);
        return this;
    }

    Command words(int exactly) {
        return words(exactly, exactly);
    }

    Command atLeast(int words) {
        return words(words, ANY);
    }

    Command words(int atLeast, int atMost) {
        fewest = atLeast;
        most = atMost;
        return this;
    }

    /** Flags end where the first word stands: what follows belongs to somebody else. */
    Command flagsFirst() {
        mixed = false;
        return this;
    }

    String path() {
        return path;
    }

    String says() {
        return says;
    }

    /** {@code docker pull [OPTIONS] NAME}. */
    String usageLine() {
        return ("docker " + path + " " + usage).strip();
    }

    List<Flag> flags() {
        return flags;
    }

    boolean mixed() {
        return mixed;
    }

    @Nullable
    Flag flagNamed(String name) {
        return flags.stream()
                .filter(flag -> flag.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Flag flagWith(char letter) {
        return flags.stream()
                .filter(flag -> flag.letter() == letter)
                .findFirst()
                .orElse(null);
    }

    int run(Call call) throws IOException, InterruptedException {
        return action.run(call);
    }

    /** Throws what Docker says of too few or too many words. */
    void check(List<String> words) {
        if (words.size() >= fewest && words.size() <= most) {
            return;
        }
        String wanted = most == 0
                ? "accepts no arguments"
                : fewest == most
                        ? "requires " + count(fewest)
                        : words.size() < fewest
                                ? "requires at least " + count(fewest)
                                : "requires at most " + count(most);
        String buildx = path.startsWith("buildx") ? "ERROR: " : "";
        throw DockerFailure.of(buildx + "docker: 'docker " + path + "' " + wanted + usageHint());
    }

    private static String count(int words) {
        return words + (words == 1 ? " argument" : " arguments");
    }

    /** The lines that follow an error about how the command was called. */
    String usageHint() {
        return "\n\nUsage:  " + usageLine() + "\n\nRun 'docker " + path + " --help' for more information";
    }
}
