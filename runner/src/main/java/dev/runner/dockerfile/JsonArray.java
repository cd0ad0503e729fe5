package dev.runner.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exec form. A text that is not valid JSON is no array but a command for the shell, so all of JSON is read here; but
 * only strings are kept.
 *
 * @param onlyStrings whether there was nothing else
 */
record JsonArray(List<String> strings, boolean onlyStrings) {
    /** Null if the text is not a JSON array. */
    static @Nullable JsonArray parse(String text) {
        try {
            return new Reader(text).document();
        } catch (NotJsonException e) {
            return null;
        }
    }

    private static final class NotJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        NotJsonException() {
            super("not JSON", null, false, false);
        }
    }

    private static final class Reader {
        private static final int MAX_DEPTH = 500;

        private final String text;
        private final List<String> strings = new ArrayList<>();
        private boolean onlyStrings = true;
        private int at;
        private int depth;

        Reader(String text) {
            this.text = text;
        }

        JsonArray document() throws NotJsonException {
            while (at < text.length() && Spaces.isSpace(text.charAt(at))) {
                at++;
            }
            expect('[');
            if (!skipTo(']')) {
                do {
                    skipSpaces();
                    if (peek() == '"') {
                        strings.add(string());
                    } else {
                        onlyStrings = false;
                        value();
                    }
                } while (skipTo(','));
                close(']');
            }
            skipSpaces();
            if (at != text.length()) {
                throw new NotJsonException();
            }
            return new JsonArray(List.copyOf(strings), onlyStrings);
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private void skipSpaces() {
            while (" \t\r\n".indexOf(peek()) >= 0 && at < text.length()) {
                at++;
            }
        }

        /** Eats the character, with space before it, if it is next. */
        private boolean skipTo(char c) {
            skipSpaces();
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void close(char c) throws NotJsonException {
            if (!skipTo(c)) {
                throw new NotJsonException();
            }
        }

        private void expect(char c) throws NotJsonException {
            if (peek() != c) {
                throw new NotJsonException();
            }
            at++;
        }

        private void value() throws NotJsonException {
            if (++depth > MAX_DEPTH) {
                throw new NotJsonException();
            }
            skipSpaces();
            switch (peek()) {
                case '"' -> string();
                case '[' -> array();
                case '{' -> object();
                case 't' -> word("true");
                case 'f' -> word("false");
                case 'n' -> word("null");
                default -> number();
            }
            depth--;
        }

        private void array() throws NotJsonException {
            at++;
            if (skipTo(']')) {
                return;
            }
            do {
                value();
            } while (skipTo(','));
            close(']');
        }

        private void object() throws NotJsonException {
            at++;
            if (skipTo('}')) {
                return;
            }
            do {
                skipSpaces();
                string();
                close(':');
                value();
            } while (skipTo(','));
            close('}');
        }

        private void word(String word) throws NotJsonException {
            if (!text.startsWith(word, at)) {
                throw new NotJsonException();
            }
            at += word.length();
        }

        private void number() throws NotJsonException {
            at += peek() == '-' ? 1 : 0;
            if (peek() == '0') {
                at++;
            } else {
                digits();
            }
            if (peek() == '.') {
                at++;
                digits();
            }
            if (peek() == 'e' || peek() == 'E') {
                at++;
                at += peek() == '+' || peek() == '-' ? 1 : 0;
                digits();
            }
        }

        private void digits() throws NotJsonException {
            int start = at;
            while (peek() >= '0' && peek() <= '9') {
                at++;
            }
            if (at == start) {
                throw new NotJsonException();
            }
        }

        private String string() throws NotJsonException {
            expect('"');
            StringBuilder string = new StringBuilder();
            while (true) {
                if (at == text.length() || text.charAt(at) < ' ') {
                    throw new NotJsonException();
                }
                char c = text.charAt(at++);
                if (c == '"') {
                    return string.toString();
                }
                string.append(c == '\\' ? escaped() : c);
            }
        }

        private char escaped() throws NotJsonException {
            char c = peek();
            at++;
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> codeUnit();
                default -> throw new NotJsonException();
            };
        }

        private char codeUnit() throws NotJsonException {
            int unit = 0;
            for (int end = at + 4; at < end; at++) {
                int digit = Character.digit(peek(), 16);
                if (digit < 0 || peek() >= 0x80) {
                    throw new NotJsonException();
                }
                unit = unit * 16 + digit;
            }
            return (char) unit;
        }
    }
}
