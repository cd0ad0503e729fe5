package dev.runner.dockerfile;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in a word, removes its quotes and splits it, as a shell would.
 *
 * <p>Forms: {@code $v ${v} ${v:-w} ${v-w} ${v:+w} ${v+w} ${v:?w} ${v?w} ${v#p} ${v##p} ${v%p} ${v%%p} ${v/p/w}
 * ${v//p/w}}; {@code w} may hold variables itself, {@code p} is a pattern of {@code *} and {@code ?}. Single quotes keep
 * everything as it is; double quotes keep all but variables and escapes.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">Dockerfile reference,
 *     environment replacement</a>
 */
public final class ShellWords {
    private final int escape;
    private final Set<Keep> keep;

    private ShellWords(char escape, Set<Keep> keep) {
        this.escape = escape;
        this.keep = keep;
    }

    /** What stays in the text though a shell would take it away. */
    private enum Keep {
        QUOTES,
        ESCAPES,
        UNSET_VARIABLES,
        /** Quotes are ordinary characters, that neither hide a variable nor must be closed. */
        QUOTES_AS_TEXT
    }

    /**
     * A word with its variables replaced.
     *
     * @param text the word as one, spaces kept
     * @param words the word split at its spaces outside quotes
     * @param used the variables it names that are set
     * @param unmatched the variables it names that are not set
     */
    public record Expansion(String text, List<String> words, Set<String> used, Set<String> unmatched) {
        public Expansion {
            words = List.copyOf(words);
        }
    }

    /** For the words of a Dockerfile whose escape character is this. */
    public static ShellWords plain(char escape) {
        return new ShellWords(escape, EnumSet.noneOf(Keep.class));
    }

    /** For the text of a here-document. */
    static ShellWords document() {
        return new ShellWords('\\', EnumSet.of(Keep.QUOTES_AS_TEXT));
    }

    /** Only splits, so that the words that open here-documents can be found. */
    static ShellWords heredocLine() {
        return new ShellWords('\\', EnumSet.of(Keep.QUOTES, Keep.ESCAPES, Keep.UNSET_VARIABLES));
    }

    /** For the delimiter of a here-document, with its quotes or without. */
    static ShellWords heredocDelimiter(boolean keepQuotes) {
        return new ShellWords(
                '\\', keepQuotes ? EnumSet.of(Keep.QUOTES, Keep.UNSET_VARIABLES) : EnumSet.of(Keep.UNSET_VARIABLES));
    }

    /**
     * Expands one word.
     *
     * @param env a variable's value, or null if it is not set
     * @throws ExpansionException if a quote or brace is not closed, a form is unknown or {@code ?} finds no value
     */
    public Expansion expand(String word, Function<String, @Nullable String> env) {
        if (isPlainText(word)) {
            return new Expansion(word, List.of(word), Set.of(), Set.of());
        }
        return new Run(word, env).all();
    }

    /** Expands and splits: what a word with spaces, outside quotes or from a variable, comes to. */
    public List<String> words(String word, Function<String, @Nullable String> env) {
        return expand(word, env).words();
    }

    /** Most words have nothing to expand; they are not walked a second time. */
    private boolean isPlainText(String word) {
        for (int at = 0; at < word.length(); at++) {
            char c = word.charAt(at);
            if (c == '$' || c == '<' || c == '\'' || c == '"' || c == escape || c <= ' ' || c >= 0x80) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    /** Collects characters, and beside them the words they make. */
    private static final class Result {
        final StringBuilder text = new StringBuilder();
        final List<String> words = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();

        /** A character that ends the word if it is a space. */
        void add(int c) {
            text.appendCodePoint(c);
            if (!Spaces.isSpace(c)) {
                word.appendCodePoint(c);
            } else {
                endWord();
            }
        }

        void addQuoted(int c) {
            text.appendCodePoint(c);
            word.appendCodePoint(c);
        }

        void addQuoted(String value) {
            text.append(value);
            word.append(value);
        }

        void add(String value) {
            value.codePoints().forEach(this::add);
        }

        Result end() {
            endWord();
            return this;
        }

        private void endWord() {
            if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
    }

    /** One walk over one word. */
    private final class Run {
        private static final int END = -1;

        private final String source;
        private final Function<String, @Nullable String> env;
        private final Set<String> used = new LinkedHashSet<>();
        private final Set<String> unmatched = new LinkedHashSet<>();
        private int at;

        Run(String source, Function<String, @Nullable String> env) {
            this.source = source;
            this.env = env;
        }

        Expansion all() {
            Result result = until(END, keep.contains(Keep.ESCAPES));
            return new Expansion(result.text.toString(), result.words, used, unmatched);
        }

        private int peek() {
            return at < source.length() ? source.codePointAt(at) : END;
        }

        private int next() {
            int c = peek();
            if (c != END) {
                at += Character.charCount(c);
            }
            return c;
        }

        private ExpansionException fault(String reason) {
            return new ExpansionException(source, reason);
        }

        /** Reads up to the stop character, which is eaten. */
        private Result until(int stop, boolean keepEscapes) {
            Result result = new Result();
            for (int c = peek(); c != END; c = peek()) {
                if (c == stop) {
                    next();
                    return result.end();
                }
                if (c == '$') {
                    result.add(dollar());
                } else if (c == '\'' && !keep.contains(Keep.QUOTES_AS_TEXT)) {
                    result.addQuoted(singleQuoted());
                } else if (c == '"' && !keep.contains(Keep.QUOTES_AS_TEXT)) {
                    result.addQuoted(doubleQuoted(keepEscapes));
                } else if (c == '<') {
                    result.addQuoted(heredocOpening());
                } else {
                    ordinary(result, keepEscapes);
                }
            }
            if (stop != END) {
                throw fault(
                        stop == '}'
                                ? "syntax error: missing '}'"
                                : "syntax error: missing '" + Character.toString(stop) + "' in ${}");
            }
            return result.end();
        }

        private void ordinary(Result result, boolean keepEscapes) {
            int c = next();
            if (c != escape) {
                result.add(c);
                return;
            }
            if (keepEscapes) {
                result.addQuoted(c);
            }
            int escaped = next();
            if (escaped != END) {
                result.addQuoted(escaped);
            }
        }

        /** Spaces behind {@code <<} belong to the word, for a here-document's delimiter may stand apart. */
        private String heredocOpening() {
            int start = at;
            next();
            if (peek() == '<') {
                next();
                while (peek() == ' ' || peek() == '\t') {
                    next();
                }
            }
            return source.substring(start, at);
        }

        private String singleQuoted() {
            int open = at;
            next();
            int close = source.indexOf('\'', at);
            if (close < 0) {
                throw fault("unexpected end of statement while looking for matching single-quote");
            }
            at = close + 1;
            return keep.contains(Keep.QUOTES) ? source.substring(open, at) : source.substring(open + 1, close);
        }

        private String doubleQuoted(boolean keepEscapes) {
            StringBuilder text = new StringBuilder();
            next();
            if (keep.contains(Keep.QUOTES)) {
                text.append('"');
            }
            while (true) {
                switch (peek()) {
                    case END -> throw fault("unexpected end of statement while looking for matching double-quote");
                    case '"' -> {
                        next();
                        return keep.contains(Keep.QUOTES) ? text.append('"').toString() : text.toString();
                    }
                    case '$' -> text.append(dollar());
                    default -> quotedCharacter(text, keepEscapes);
                }
            }
        }

        /** Within double quotes an escape stands for itself, unless a quote, a dollar or an escape follows. */
        private void quotedCharacter(StringBuilder text, boolean keepEscapes) {
            int c = next();
            if (c == escape) {
                if (keepEscapes) {
                    text.appendCodePoint(c);
                }
                int following = peek();
                if (following == END) {
                    return;
                }
                if (following == '"' || following == '$' || following == escape) {
                    c = next();
                }
            }
            text.appendCodePoint(c);
        }

        private String dollar() {
            next();
            if (peek() == '{') {
                next();
                return braced();
            }
            String name = variableName();
            if (name.isEmpty()) {
                return "$";
            }
            String value = lookUp(name);
            return value == null ? (keep.contains(Keep.UNSET_VARIABLES) ? "$" + name : "") : value;
        }

        private String braced() {
            switch (peek()) {
                case END -> throw fault("syntax error: missing '}'");
                case '{', '}', ':' -> throw fault("syntax error: bad substitution");
                default -> {}
            }
            int start = at;
            String name = variableName();
            int form = next();
            String result = switch (form) {
                case '}' -> lookUp(name);
                case ':' -> modified(name, next(), true);
                case '+', '-', '?', '#', '%' -> modified(name, form, false);
                case '/' -> replaced(name);
                default -> throw unsupported(form, false);
            };
            if (result != null) {
                return result;
            }
            return keep.contains(Keep.UNSET_VARIABLES) ? "${" + source.substring(start, at) : "";
        }

        private ExpansionException unsupported(int form, boolean colon) {
            String shown = (colon ? ":" : "") + (form == END ? "" : Character.toString(form));
            return fault("unsupported modifier (" + shown + ") in substitution");
        }

        /** The value of {@code ${name<form>word}}; null if it is to be kept because the variable is not set. */
        private @Nullable String modified(String name, int form, boolean emptyIsUnset) {
            String word = until('}', form == '#' || form == '%').text.toString();
            String value = lookUp(name);
            if (value == null && keep.contains(Keep.UNSET_VARIABLES)) {
                return null;
            }
            boolean absent = value == null || (emptyIsUnset && value.isEmpty());
            String text = value == null ? "" : value;
            return switch (form) {
                case '-' -> absent ? word : text;
                case '+' -> absent ? "" : word;
                case '?' -> {
                    if (absent) {
                        String why = value == null ? "is not allowed to be unset" : "is not allowed to be empty";
                        throw fault(name + ": " + (word.isEmpty() ? why : word));
                    }
                    yield text;
                }
                case '#' -> trimmed(word, '#', text);
                case '%' -> trimmed(word, '%', text);
                default -> throw unsupported(form, emptyIsUnset);
            };
        }

        private String trimmed(String word, char form, String value) {
            boolean longest = word.indexOf(form) == 0;
            String pattern = longest ? word.substring(1) : word;
            ShellPattern parsed = pattern(pattern);
            return form == '#' ? parsed.withoutPrefix(value, longest) : parsed.withoutSuffix(value, longest);
        }

        private @Nullable String replaced(String name) {
            boolean all = peek() == '/';
            if (all) {
                next();
            }
            String pattern = until('/', true).text.toString();
            String replacement = until('}', true).text.toString();
            String value = lookUp(name);
            if (value == null && keep.contains(Keep.UNSET_VARIABLES)) {
                return null;
            }
            ShellPattern parsed = pattern(pattern);
            return parsed.replace(value == null ? "" : value, replacement, all);
        }

        private ShellPattern pattern(String pattern) {
            try {
                return ShellPattern.parse(pattern);
            } catch (ShellPattern.InvalidEscapeException e) {
                ExpansionException fault =
                        fault("invalid pattern (" + pattern + ") in substitution: " + e.getMessage());
                fault.initCause(e);
                throw fault;
            }
        }

        /** Letters, digits and underscores; or digits only; or one special parameter of POSIX. */
        private String variableName() {
            int start = at;
            int first = peek();
            if (first != END && Character.isDigit(first)) {
                while (peek() != END && Character.isDigit(peek())) {
                    next();
                }
            } else if (first != END && "@*#?-$!".indexOf(first) >= 0) {
                next();
            } else {
                while (peek() != END && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
                    next();
                }
            }
            return source.substring(start, at);
        }

        private @Nullable String lookUp(String name) {
            String value = env.apply(name);
            (value == null ? unmatched : used).add(name);
            return value;
        }
    }
}
