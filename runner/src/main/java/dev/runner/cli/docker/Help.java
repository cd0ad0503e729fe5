package dev.runner.cli.docker;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The texts of {@code --help}. */
final class Help {
    private static final int WIDTH = 80;

    private Help() {}

    static int root(Surroundings around) {
        PrintWriter out = around.out();
        out.println("Usage:  docker [OPTIONS] COMMAND");
        out.println();
        out.println("Docker's command line, answered by runner: no engine, no privilege");
        commands(out, "Common Commands:", "", Commands.COMMON);
        groups(out);
        commands(out, "Commands:", "", Commands.PLAIN);
        out.println();
        out.println("Run 'docker COMMAND --help' for more information on a command.");
        return 0;
    }

    static int group(String name, Surroundings around) {
        PrintWriter out = around.out();
        out.println("Usage:  docker " + name + (name.startsWith("buildx") ? " [OPTIONS]" : "") + " COMMAND");
        out.println();
        out.println(Commands.groupSays(name));
        commands(out, "Commands:", name + " ", Commands.inGroup(name));
        out.println();
        out.println("Run 'docker " + name + " COMMAND --help' for more information on a command.");
        out.flush();
        return 0;
    }

    private static void groups(PrintWriter out) {
        out.println();
        out.println("Management Commands:");
        for (String group : Commands.GROUPS) {
            if (!group.contains(" ")) {
                out.printf("  %-11s %s%n", group, Commands.groupSays(group));
            }
        }
    }

    private static void commands(PrintWriter out, String title, String prefix, List<String> names) {
        out.println();
        out.println(title);
        for (String name : names) {
            Command command = Commands.find(prefix + name);
            String says = command == null ? Commands.groupSays(prefix + name) : command.says();
            out.printf("  %-11s %s%n", name, says.replaceFirst("\n(?s).*", ""));
        }
    }

    static void command(Command command, Surroundings around) {
        PrintWriter out = around.out();
        out.println("Usage:  " + command.usageLine());
        out.println();
        out.println(command.says());
        List<Flag> flags = new ArrayList<>(command.flags());
        flags.removeIf(flag -> flag.says().isEmpty());
        flags.sort(java.util.Comparator.comparing(Flag::name));
        if (!flags.isEmpty()) {
            out.println();
            out.println("Options:");
        }
        int column = flags.stream().mapToInt(flag -> flag.head().length()).max().orElse(0) + 3;
        for (Flag flag : flags) {
            String head = flag.head();
            for (String line : wrapped(flag.says(), WIDTH - column)) {
                out.println(head + " ".repeat(column - head.length()) + line);
                head = "";
            }
        }
    }

    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
