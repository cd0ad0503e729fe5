package dev.runner.expression;

import dev.runner.expression.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text to symbols, cut where GitHub cuts them: a symbol that makes no sense reaches to the next boundary, so that messages
 * name the same part. Whether a dot begins a number or reads a property depends on the symbol before it.
 */
final class Lexer {
    private static final Pattern WORD = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_-]*");
    private static final String BOUNDARIES = "()[],.!><=&|";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /** All symbols and an end; after an illegal one nothing more is read. */
    static List<Token> read(String text) {
        Lexer lexer = new Lexer(text);
        while (lexer.skipSpace()) {
            Token token = lexer.next();
            lexer.tokens.add(token);
            if (token.is(Kind.ILLEGAL)) {
                break;
            }
        }
        lexer.tokens.add(lexer.token(Kind.END, lexer.at, Value.NULL));
        return lexer.tokens;
    }

    private boolean skipSpace() {
        while (at < text.length() && Numbers.isSpace(text.charAt(at))) {
            at++;
        }
        return at < text.length();
    }

    private Token next() {
        int start = at;
        return switch (text.charAt(at)) {
            case '(' -> single(Kind.OPEN_GROUP);
            case ')' -> single(Kind.CLOSE_GROUP);
            case '[' -> single(Kind.OPEN_INDEX);
            case ']' -> single(Kind.CLOSE_INDEX);
            case ',' -> single(Kind.COMMA);
            case '*' -> single(Kind.STAR);
            case '.' -> valueMayBegin() ? number() : single(Kind.DOT);
            case '\'' -> string();
            case '!', '<', '>', '=', '&', '|' -> operator();
            case '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> word(start);
        };
    }

    private Token single(Kind kind) {
        at++;
        return token(kind, at - 1, Value.NULL);
    }

    /** Whether the symbol before leaves an operand to be read. */
    private boolean valueMayBegin() {
        return tokens.isEmpty()
                || switch (tokens.getLast().kind()) {
                    case OPEN_GROUP, OPEN_INDEX, COMMA, OPERATOR -> true;
                    case CLOSE_GROUP, CLOSE_INDEX, DOT, STAR, LITERAL, WORD, ILLEGAL, END -> false;
                };
    }

    private Token operator() {
        int start = at;
        char first = text.charAt(at++);
        char second = at < text.length() ? text.charAt(at) : ' ';
        boolean doubled = first == '&' || first == '|' ? second == first : second == '=';
        if (doubled) {
            at++;
        } else if (first == '&' || first == '|' || first == '=') {
            skipToBoundary(false);
            return token(Kind.ILLEGAL, start, Value.NULL);
        }
        return token(Kind.OPERATOR, start, Value.NULL);
    }

    private Token number() {
        int start = at;
        skipToBoundary(true);
        double number = Numbers.parse(text.substring(start, at));
        return token(Double.isNaN(number) ? Kind.ILLEGAL : Kind.LITERAL, start, Value.of(number));
    }

    private Token word(int start) {
        skipToBoundary(false);
        String word = text.substring(start, at);
        if (!WORD.matcher(word).matches()) {
            return token(Kind.ILLEGAL, start, Value.NULL);
        }
        boolean property = !tokens.isEmpty() && tokens.getLast().is(Kind.DOT);
        Value constant = property ? null : constant(word);
        return constant == null ? token(Kind.WORD, start, Value.NULL) : token(Kind.LITERAL, start, constant);
    }

    private static @Nullable Value constant(String word) {
        return switch (word) {
            case "null" -> Value.NULL;
            case "true" -> Value.of(true);
            case "false" -> Value.of(false);
            case "NaN" -> Value.of(Double.NaN);
            case "Infinity" -> Value.of(Double.POSITIVE_INFINITY);
            default -> null;
        };
    }

    private Token string() {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\'') {
                content.append(c);
            } else if (at < text.length() && text.charAt(at) == '\'') {
                content.append('\'');
                at++;
            } else {
                return token(Kind.LITERAL, start, Value.of(content.toString()));
            }
        }
        return token(Kind.ILLEGAL, start, Value.NULL);
    }

    private void skipToBoundary(boolean throughDots) {
        while (at < text.length() && !isBoundary(text.charAt(at), throughDots)) {
            at++;
        }
    }

    private static boolean isBoundary(char c, boolean throughDots) {
        return Numbers.isSpace(c) || (BOUNDARIES.indexOf(c) >= 0 && !(throughDots && c == '.'));
    }

    private Token token(Kind kind, int start, Value value) {
        return new Token(kind, start, at, text.substring(start, at), value);
    }
}
