package dev.runner.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Manual pages in roff, one for each command; {@code man-pages(7)} says how they look. */
final class ManualPages {
    private ManualPages() {}

    /** Writes {@code runner.1}, {@code runner-build.1} and so on. */
    static void write(CommandTree root, String version, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (CommandTree command : root.all()) {
            Files.writeString(folder.resolve(name(command) + ".1"), page(root, command, version));
        }
    }

    private static String name(CommandTree command) {
        return command.path().replace(' ', '-');
    }

    private static String page(CommandTree root, CommandTree command, String version) {
        StringBuilder out = new StringBuilder();
        out.append(".TH \"")
                .append(name(command).toUpperCase(java.util.Locale.ROOT))
                .append("\" 1 \"\" \"");
        out.append(escaped(version)).append("\" \"runner\"\n.SH NAME\n");
        out.append(escaped(name(command)))
                .append(" \\- ")
                .append(escaped(command.says()))
                .append('\n');
        out.append(".SH SYNOPSIS\n.B ").append(escaped(command.path())).append("\n[FLAGS]");
        out.append(command.commands().isEmpty() ? "" : " COMMAND");
        command.words().forEach(word -> out.append(' ').append(escaped(word.label())));
        out.append('\n');
        if (!command.words().isEmpty()) {
            out.append(".SH WORDS\n");
            command.words().forEach(word -> item(out, "\\fI" + escaped(word.label()) + "\\fR", word.says()));
        }
        if (!command.flags().isEmpty()) {
            out.append(".SH FLAGS\n");
            for (CommandTree.Flag flag : command.flags()) {
                String names = "\\fB" + escaped(String.join(", ", flag.names().reversed())) + "\\fR";
                item(out, names + (flag.takesValue() ? " \\fI" + escaped(flag.label()) + "\\fR" : ""), flag.says());
            }
        }
        if (!command.commands().isEmpty()) {
            out.append(".SH COMMANDS\n");
            command.commands().forEach(below -> item(out, "\\fB" + escaped(below.name()) + "\\fR", below.says()));
        }
        if (command == root) {
            out.append(".SH EXIT STATUS\n");
            item(out, "0", "Passed.");
            item(out, "1", "Failed.");
            item(out, "2", "Bad input: a file, a flag or a word.");
            item(out, "3", "The machine lacks something.");
            item(out, "130", "Cancelled.");
        } else {
            out.append(".SH SEE ALSO\n.BR ").append(escaped(name(root))).append(" (1)\n");
        }
        return out.toString();
    }

    private static void item(StringBuilder out, String head, String says) {
        out.append(".TP\n").append(head).append('\n').append(escaped(says)).append('\n');
    }

    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
