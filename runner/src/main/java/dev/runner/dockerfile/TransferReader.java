package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** COPY and ADD. */
final class TransferReader {
    private static final Flags.Known COPY =
            new Flags.Known(Set.of("from", "chown", "chmod"), Set.of("link", "parents"), Set.of("exclude"));
    private static final Flags.Known ADD = new Flags.Known(
            Set.of("chown", "chmod", "checksum"), Set.of("link", "keep-git-dir", "unpack"), Set.of("exclude"));

    private final Node node;
    private final Diagnostics diagnostics;

    TransferReader(Node node, Diagnostics diagnostics) {
        this.node = node;
        this.diagnostics = diagnostics;
    }

    @Nullable
    Instruction copy() {
        Flags flags = Flags.read(node, COPY, diagnostics);
        Token from = flags.token("from");
        if (from != null && from.text().indexOf('$') >= 0) {
            diagnostics.error(
                    from.span(),
                    "variable expansion is not supported for --from, define a new stage with FROM using ARG from global"
                            + " scope as a workaround",
                    "write FROM " + from.text() + " AS name, and --from=name here");
        }
        Transfer transfer = transfer(flags);
        return transfer == null
                ? null
                : new Instruction.Copy(node.written(), flags.text("from"), flags.isOn("parents"), transfer);
    }

    @Nullable
    Instruction add() {
        Flags flags = Flags.read(node, ADD, diagnostics);
        Transfer transfer = transfer(flags);
        return transfer == null
                ? null
                : new Instruction.Add(
                        node.written(),
                        flags.text("checksum"),
                        flags.truth("keep-git-dir"),
                        flags.truth("unpack"),
                        transfer);
    }

    private @Nullable Transfer transfer(Flags flags) {
        List<Token> words = node.words();
        String name = node.written().keyword().toUpperCase(Locale.ROOT);
        if (words.size() < 2) {
            diagnostics.error(
                    node.span(),
                    name
                            + " requires at least two arguments, but only one was provided. Destination could not be"
                            + " determined",
                    "write " + name + " SOURCE DESTINATION");
            return null;
        }
        Token destination = words.getLast();
        if (!node.json() && HeredocWord.parse(destination.text()) != null) {
            diagnostics.error(
                    destination.span(), name + " cannot accept a heredoc as a destination", "name the file behind it");
            return null;
        }
        List<String> sources = new ArrayList<>();
        List<Heredoc> files = new ArrayList<>();
        sort(words.subList(0, words.size() - 1), sources, files);
        return new Transfer(
                sources,
                files,
                destination.text(),
                new Transfer.Options(
                        flags.text("chown"),
                        flags.text("chmod"),
                        flags.isOn("link"),
                        flags.all("exclude").stream().map(Token::text).toList()));
    }

    /** Tells here-documents from paths. Of two documents with one delimiter, the later counts, as in BuildKit. */
    private void sort(List<Token> words, List<String> sources, List<Heredoc> files) {
        Map<String, Heredoc> byName = new HashMap<>();
        node.heredocs().forEach(heredoc -> byName.put(heredoc.name(), heredoc));
        for (Token word : words) {
            HeredocWord opening = HeredocWord.parse(word.text());
            Heredoc heredoc = opening == null ? null : byName.get(opening.name());
            if (heredoc == null) {
                sources.add(word.text());
            } else {
                files.add(heredoc);
            }
        }
    }
}
