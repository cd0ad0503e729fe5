package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Expands an instruction's words and blames the instruction when one cannot be. */
final class Words {
    /** An environment that is told, word by word, what was missing. */
    interface Observer extends Function<String, @Nullable String> {
        void missing(Set<String> names);
    }

    private final Written written;
    private final Function<String, @Nullable String> env;
    private final ShellWords lexer;

    Words(Written written, Function<String, @Nullable String> env) {
        this.written = written;
        this.env = env;
        this.lexer = ShellWords.plain(written.escape());
    }

    String expand(String word) {
        return expand(lexer, word);
    }

    private String expand(ShellWords by, String word) {
        try {
            ShellWords.Expansion expansion = by.expand(word, env);
            if (env instanceof Observer observer) {
                observer.missing(expansion.unmatched());
            }
            return expansion.text();
        } catch (ExpansionException e) {
            throw blame(e);
        }
    }

    @Nullable
    String expandNullable(@Nullable String word) {
        return word == null ? null : expand(word);
    }

    List<String> expandAll(List<String> words) {
        return words.stream().map(this::expand).toList();
    }

    List<String> expandToWords(List<String> words) {
        List<String> expanded = new ArrayList<>();
        for (String word : words) {
            try {
                expanded.addAll(lexer.words(word, env));
            } catch (ExpansionException e) {
                throw blame(e);
            }
        }
        return expanded;
    }

    List<Instruction.Pair> expandPairs(List<Instruction.Pair> pairs) {
        return pairs.stream()
                .map(p -> new Instruction.Pair(expand(p.key()), expand(p.value()), p.legacy()))
                .toList();
    }

    Transfer expand(Transfer transfer) {
        Transfer.Options options = transfer.options();
        String chown = expandNullable(options.chown());
        String chmod = expandNullable(options.chmod());
        return new Transfer(
                expandAll(transfer.sources()),
                transfer.files().stream().map(this::expand).toList(),
                expand(transfer.destination()),
                new Transfer.Options(chown, chmod, options.link(), options.excludes()));
    }

    /** Quotes are ordinary characters in a document, and its escape is the backslash whatever the directive says. */
    private Heredoc expand(Heredoc heredoc) {
        return heredoc.expand() ? heredoc.withContent(expand(ShellWords.document(), heredoc.content())) : heredoc;
    }

    private InvalidSourceException blame(ExpansionException e) {
        Diagnostic fault = Diagnostic.error(written.span(), String.valueOf(e.getMessage()), null);
        InvalidSourceException blamed = new InvalidSourceException(fault);
        blamed.initCause(e);
        return blamed;
    }
}
