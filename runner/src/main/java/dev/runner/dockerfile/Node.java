package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instruction cut into words, but not yet understood: what BuildKit's parser calls a node.
 *
 * @param flags words that begin with two dashes, right behind the keyword
 * @param words the arguments, cut as this keyword's are; ENV and LABEL have three for a pair: key, value, separator
 * @param json whether the arguments were a JSON array
 * @param child the instruction of an ONBUILD
 */
record Node(
        Written written,
        List<Token> flags,
        List<Token> words,
        boolean json,
        List<Heredoc> heredocs,
        @Nullable Node child) {
    Node {
        flags = List.copyOf(flags);
        words = List.copyOf(words);
        heredocs = List.copyOf(heredocs);
    }

    Span span() {
        return written.span();
    }

    List<String> texts() {
        return words.stream().map(Token::text).toList();
    }

    /** The place of the arguments, or of the whole instruction if there are none. */
    Span argumentSpan() {
        return words.isEmpty()
                ? written.span()
                : words.getFirst().span().to(words.getLast().span());
    }
}
