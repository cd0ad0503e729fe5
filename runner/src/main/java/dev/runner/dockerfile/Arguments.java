package dev.runner.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Cuts the text behind a keyword into flags and words. Quotes stay: the expansion of a word removes them. */
final class Arguments {
    private final LogicalLine line;
    private final String text;
    private final char escape;
    private int at;

    /** Begins behind the keyword, at an offset of the line's text. */
    Arguments(LogicalLine line, String text, int start, char escape) {
        this.line = line;
        this.text = text;
        this.at = start;
        this.escape = escape;
    }

    /** Where the next word begins. */
    int offset() {
        return at;
    }

    /** Reads the same text from here, on its own. */
    Arguments again() {
        return new Arguments(line, text, at, escape);
    }

    private Token token(String word, int start, int end) {
        return new Token(word, line.span(start, end));
    }

    private void skipSpaces() {
        while (at < text.length() && Spaces.isSpace(text.charAt(at))) {
            at++;
        }
    }

    /** Leading words that begin with two dashes, without quotes and escapes; a bare {@code --} ends them. */
    List<Token> flags() {
        List<Token> flags = new ArrayList<>();
        for (skipSpaces(); text.startsWith("--", at); skipSpaces()) {
            int start = at;
            String flag = flag();
            if (flag.equals("--")) {
                skipSpaces();
                break;
            }
            flags.add(token(flag, start, at));
        }
        return flags;
    }

    /** Flags are read with the backslash as escape, whatever the directive says, as BuildKit does. */
    private String flag() {
        StringBuilder flag = new StringBuilder();
        char quote = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (quote == 0 && Spaces.isSpace(c)) {
                break;
            }
            at++;
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (c != '\\') {
                flag.append(c);
            } else if (at < text.length()) {
                flag.append(text.charAt(at++));
            }
        }
        return flag.toString();
    }

    /** What is left, trimmed. */
    String rest() {
        skipSpaces();
        return Spaces.trim(text.substring(at));
    }

    /** What is left as one word; no word if it is nothing. */
    List<Token> whole() {
        String rest = rest();
        return rest.isEmpty() ? List.of() : List.of(token(rest, at, at + rest.length()));
    }

    /** What is left, cut at spaces and nowhere else. */
    List<Token> spaced() {
        List<Token> words = new ArrayList<>();
        for (skipSpaces(); at < text.length(); skipSpaces()) {
            int start = at;
            while (at < text.length() && !isBlank(text.charAt(at))) {
                at++;
            }
            words.add(token(text.substring(start, at), start, at));
        }
        return words;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == 0x0B || c == '\f' || c == '\r';
    }

    /** What is left, cut at spaces outside quotes. */
    List<Token> quoted() {
        List<Token> words = new ArrayList<>();
        for (skipSpaces(); at < text.length(); skipSpaces()) {
            int start = at;
            String word = word();
            if (!word.isEmpty()) {
                words.add(token(word, start, at));
            }
        }
        return words;
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        while (at < text.length() && (quote != 0 || !Spaces.isSpace(text.charAt(at)))) {
            char c = text.charAt(at++);
            if (c == escape && quote != '\'') {
                if (at == text.length()) {
                    break;
                }
                word.append(c).append(text.charAt(at++));
                continue;
            }
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            word.append(c);
        }
        return word.toString();
    }

    /** {@code key value}, the form that has no equals sign: everything behind the key is the value. */
    List<Token> legacyPair() {
        String rest = rest();
        int end = 0;
        while (end < rest.length() && !isBlank(rest.charAt(end))) {
            end++;
        }
        int value = end;
        while (value < rest.length() && isBlank(rest.charAt(value))) {
            value++;
        }
        if (end == rest.length()) {
            return List.of(token(rest, at, at + end));
        }
        return List.of(
                token(rest.substring(0, end), at, at + end),
                token(rest.substring(value), at + value, at + rest.length()),
                token("", at + end, at + end));
    }
}
