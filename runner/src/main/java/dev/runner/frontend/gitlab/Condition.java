package dev.runner.frontend.gitlab;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The language of {@code rules:if}: variables, texts, {@code null}, patterns, {@code == != =~ !~ && ||} and parentheses.
 * A variable that is not set is null, which is not the empty text; as a whole, both count as false. Inside of {@code &&}
 * and {@code ||} an empty text counts as true, since GitLab evaluates these as Ruby does.
 */
sealed interface Condition {
    /** Null, a text, or {@code true}/{@code false} as Boolean. */
    @Nullable
    Object value(Map<String, String> variables);

    default boolean holds(Map<String, String> variables) {
        Object value = value(variables);
        return value instanceof String text ? !text.isBlank() : Boolean.TRUE.equals(value);
    }

    /** @param name without dollar */
    record Variable(String name) implements Condition {
        @Override
        public @Nullable Object value(Map<String, String> variables) {
            return variables.get(name);
        }
    }

    /** @param text null for {@code null} */
    record Constant(@Nullable String text) implements Condition {
        @Override
        public @Nullable Object value(Map<String, String> variables) {
            return text;
        }
    }

    /** A pattern between slashes. */
    record Regex(String written) implements Condition {
        @Override
        public Object value(Map<String, String> variables) {
            return written;
        }
    }

    record Compare(Condition left, Condition right, boolean equal) implements Condition {
        @Override
        public Object value(Map<String, String> variables) {
            return Objects.equals(left.value(variables), right.value(variables)) == equal;
        }
    }

    record Match(Condition left, Condition right, boolean wanted) implements Condition {
        @Override
        public Object value(Map<String, String> variables) {
            Object text = left.value(variables);
            Object pattern = right.value(variables);
            if (!(text instanceof String subject) || !(pattern instanceof String written)) {
                return !wanted;
            }
            Pattern compiled = compile(written);
            return compiled != null && compiled.matcher(subject).find() == wanted;
        }
    }

    record Both(Condition left, Condition right) implements Condition {
        @Override
        public @Nullable Object value(Map<String, String> variables) {
            Object first = left.value(variables);
            return truthy(first) ? right.value(variables) : first;
        }
    }

    record Either(Condition left, Condition right) implements Condition {
        @Override
        public @Nullable Object value(Map<String, String> variables) {
            Object first = left.value(variables);
            return truthy(first) ? first : right.value(variables);
        }
    }

    private static boolean truthy(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    /** {@code /pattern/flags}; null when it is none. */
    static @Nullable Pattern compile(String written) {
        int end = written.lastIndexOf('/');
        if (!written.startsWith("/") || end < 1) {
            return null;
        }
        String flags = written.substring(end + 1);
        String body = written.substring(1, end).replace("\\/", "/");
        if (!flags.chars().allMatch(c -> "ismU".indexOf(c) >= 0)) {
            return null;
        }
        try {
            return Pattern.compile(flags.isEmpty() ? body : "(?" + flags + ")" + body);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    /** What is wrong with a condition, and where in its text. */
    final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int at;

        SyntaxException(String message, int at) {
            super(message);
            this.at = at;
        }

        int at() {
            return at;
        }
    }

    static Condition parse(String text) throws SyntaxException {
        return new Reader(text).read();
    }

    /** The names it reads. */
    default List<String> names() {
        return switch (this) {
            case Variable(String name) -> List.of(name);
            case Constant _, Regex _ -> List.of();
            case Compare(Condition left, Condition right, boolean _) -> both(left, right);
            case Match(Condition left, Condition right, boolean _) -> both(left, right);
            case Both(Condition left, Condition right) -> both(left, right);
            case Either(Condition left, Condition right) -> both(left, right);
        };
    }

    private static List<String> both(Condition left, Condition right) {
        List<String> names = new ArrayList<>(left.names());
        names.addAll(right.names());
        return names;
    }

    /** By recursive descent: {@code ||} binds weakest, then {@code &&}, then the comparisons. */
    final class Reader {
        private static final java.util.regex.Pattern TOKEN = java.util.regex.Pattern.compile(
                "\\s*(?:(?<variable>\\$(?:[a-zA-Z_][a-zA-Z0-9_]*|\\{[a-zA-Z_][a-zA-Z0-9_]*}))"
                        + "|(?<text>'[^']*'|\"[^\"]*\")|(?<regex>/(?:[^/\\\\]|\\\\.)+/[ismU]*)"
                        + "|(?<null>null\\b)|(?<operator>==|!=|=~|!~|&&|\\|\\||\\(|\\)))");

        private record Token(String kind, String text, int at) {}

        private final List<Token> tokens = new ArrayList<>();
        private final String text;
        private int next;

        Reader(String text) throws SyntaxException {
            this.text = text;
            Matcher matcher = TOKEN.matcher(text);
            int at = 0;
            while (at < text.stripTrailing().length()) {
                matcher.region(at, text.length());
                if (!matcher.lookingAt()) {
                    throw new SyntaxException("unknown lexeme found", at);
                }
                for (String kind : List.of("variable", "text", "regex", "null", "operator")) {
                    if (matcher.group(kind) != null) {
                        tokens.add(new Token(kind, matcher.group(kind), matcher.start(kind)));
                    }
                }
                at = matcher.end();
            }
        }

        Condition read() throws SyntaxException {
            Condition all = either();
            if (next < tokens.size()) {
                throw new SyntaxException(
                        "unexpected " + tokens.get(next).text(),
                        tokens.get(next).at());
            }
            return all;
        }

        private Condition either() throws SyntaxException {
            Condition left = both();
            while (take("||")) {
                left = new Either(left, both());
            }
            return left;
        }

        private Condition both() throws SyntaxException {
            Condition left = comparison();
            while (take("&&")) {
                left = new Both(left, comparison());
            }
            return left;
        }

        private Condition comparison() throws SyntaxException {
            Condition left = operand();
            while (true) {
                if (take("==")) {
                    left = new Compare(left, operand(), true);
                } else if (take("!=")) {
                    left = new Compare(left, operand(), false);
                } else if (take("=~")) {
                    left = new Match(left, pattern(), true);
                } else if (take("!~")) {
                    left = new Match(left, pattern(), false);
                } else {
                    return left;
                }
            }
        }

        private Condition pattern() throws SyntaxException {
            int at = next < tokens.size() ? tokens.get(next).at() : text.length();
            Condition right = operand();
            if (right instanceof Constant(String written) && (written == null || compile(written) == null)) {
                throw new SyntaxException("a pattern stands between slashes", at);
            }
            return right;
        }

        private Condition operand() throws SyntaxException {
            if (next >= tokens.size()) {
                throw new SyntaxException("something is missing at the end", text.length());
            }
            Token token = tokens.get(next++);
            return switch (token.kind()) {
                case "variable" -> new Variable(token.text().replaceAll("[${}]", ""));
                case "text" ->
                    new Constant(token.text().substring(1, token.text().length() - 1));
                case "null" -> new Constant(null);
                case "regex" -> {
                    if (compile(token.text()) == null) {
                        throw new SyntaxException("Invalid regular expression!", token.at());
                    }
                    yield new Regex(token.text());
                }
                default -> {
                    if (!token.text().equals("(")) {
                        throw new SyntaxException("unexpected " + token.text(), token.at());
                    }
                    Condition inner = either();
                    if (!take(")")) {
                        throw new SyntaxException("a parenthesis is not closed", token.at());
                    }
                    yield inner;
                }
            };
        }

        private boolean take(String operator) {
            boolean found = next < tokens.size()
                    && tokens.get(next).kind().equals("operator")
                    && tokens.get(next).text().equals(operator);
            next += found ? 1 : 0;
            return found;
        }
    }
}
