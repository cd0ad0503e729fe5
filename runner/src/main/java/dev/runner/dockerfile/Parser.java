package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Text to nodes, as BuildKit's parser does: it knows how each keyword's words are cut, not what they mean. */
final class Parser {
    private final Source source;
    private final Diagnostics diagnostics;
    private final LineReader lines;
    private final List<Span> emptyContinuations = new ArrayList<>();

    Parser(Source source, Diagnostics diagnostics) {
        this.source = source;
        this.diagnostics = diagnostics;
        this.lines = new LineReader(source, diagnostics);
    }

    /** Every instruction that could be cut; the faults of the others are reported. */
    List<Node> parse() {
        List<Node> nodes = new ArrayList<>();
        boolean any = false;
        lines.checkLengths();
        for (LogicalLine line = lines.next(); line != null; line = lines.next()) {
            any = true;
            int joinedEnd = lines.offset();
            if (line.emptyContinuation() >= 0) {
                emptyContinuations.add(line.span(0, line.text().length()));
            }
            Node node = node(line, 0);
            if (node != null) {
                nodes.add(withHeredocs(node, line, joinedEnd));
            }
        }
        if (!any) {
            diagnostics.error(source.span(0, 0), "file with no instructions", "begin with FROM");
        }
        return nodes;
    }

    LineReader lines() {
        return lines;
    }

    /** Instructions with an empty line among their continuations. */
    List<Span> emptyContinuations() {
        return emptyContinuations;
    }

    private @Nullable Node node(LogicalLine line, int start) {
        String text = line.text();
        int keywordEnd = start;
        while (keywordEnd < text.length() && !Spaces.isSpace(text.charAt(keywordEnd))) {
            keywordEnd++;
        }
        String keyword = text.substring(start, keywordEnd);
        int end = start + text.substring(start).stripTrailing().length();
        Written written = new Written(
                line.span(start, Math.max(keywordEnd, end)),
                keyword,
                Spaces.trim(text.substring(start)),
                lines.escape(),
                start == 0 ? line.comments() : List.of());
        Arguments arguments = new Arguments(line, text, keywordEnd, lines.escape());
        return new Cutter(written, line, arguments, arguments.flags()).cut();
    }

    private Node withHeredocs(Node node, LogicalLine line, int joinedEnd) {
        Node holder = node.child() == null ? node : node.child();
        boolean may = switch (holder.written().keyword().toLowerCase(Locale.ROOT)) {
            case "run", "copy", "add" -> !holder.json();
            default -> false;
        };
        if (!may || !line.text().contains("<<")) {
            return node;
        }
        List<Heredoc> heredocs = new ArrayList<>();
        for (String word : heredocWords(line.text())) {
            HeredocWord opening = HeredocWord.parse(word);
            Heredoc heredoc = opening == null ? null : lines.heredoc(opening, node.span());
            if (heredoc != null) {
                heredocs.add(heredoc);
            }
        }
        if (heredocs.isEmpty()) {
            return node;
        }
        Span whole = source.span(node.span().start(), Math.max(joinedEnd, lines.offset()));
        return withHeredocs(node, heredocs, trimEnd(whole));
    }

    private static Node withHeredocs(Node node, List<Heredoc> heredocs, Span whole) {
        Written w = node.written();
        Span span = w.span().source().span(w.span().start(), whole.end());
        Node child = node.child() == null ? null : withHeredocs(node.child(), heredocs, whole);
        return new Node(
                new Written(span, w.keyword(), w.text(), w.escape(), w.comments()),
                node.flags(),
                node.words(),
                node.json(),
                heredocs,
                child);
    }

    private static Span trimEnd(Span span) {
        return span.part(0, span.text().stripTrailing().length());
    }

    private static List<String> heredocWords(String text) {
        try {
            return ShellWords.heredocLine().words(text, name -> null);
        } catch (ExpansionException e) {
            // A line for the shell need not be a line of ours: an unclosed quote opens no document.
            return List.of();
        }
    }

    /** Cuts one instruction's words by the rules of its keyword. */
    private final class Cutter {
        private final Written written;
        private final LogicalLine line;
        private final Arguments arguments;
        private final List<Token> flags;

        Cutter(Written written, LogicalLine line, Arguments arguments, List<Token> flags) {
            this.written = written;
            this.line = line;
            this.arguments = arguments;
            this.flags = flags;
        }

        @Nullable
        Node cut() {
            return switch (written.keyword().toLowerCase(Locale.ROOT)) {
                case "run", "cmd", "entrypoint", "shell" -> jsonOr(false);
                case "add", "copy", "volume" -> jsonOr(true);
                case "from", "expose" -> words(arguments.spaced());
                case "arg" -> words(arguments.quoted());
                case "env", "label" -> pairs();
                case "healthcheck" -> healthcheck();
                case "onbuild" -> onbuild();
                case "maintainer", "stopsignal", "user", "workdir" -> words(arguments.whole());
                default -> words(List.of());
            };
        }

        private Node words(List<Token> words) {
            return new Node(written, flags, words, false, List.of(), null);
        }

        private @Nullable Node jsonOr(boolean list) {
            List<Token> whole = arguments.whole();
            JsonArray json =
                    whole.isEmpty() ? null : JsonArray.parse(whole.getFirst().text());
            if (json == null) {
                return words(list ? arguments.spaced() : whole);
            }
            Span span = whole.getFirst().span();
            if (!json.onlyStrings()) {
                diagnostics.error(
                        span,
                        "when using JSON array syntax, arrays must be comprised of strings only",
                        "put every element in double quotes");
                return null;
            }
            List<Token> words =
                    json.strings().stream().map(s -> new Token(s, span)).toList();
            return new Node(written, flags, words, true, List.of(), null);
        }

        /** The type, then a command that may be JSON. */
        private @Nullable Node healthcheck() {
            List<Token> whole = arguments.whole();
            if (whole.isEmpty()) {
                return words(whole);
            }
            String rest = whole.getFirst().text();
            Span span = whole.getFirst().span();
            int end = 0;
            while (end < rest.length() && !Spaces.isSpace(rest.charAt(end))) {
                end++;
            }
            Token type = new Token(rest.substring(0, end), span.part(0, end));
            String command = Spaces.trim(rest.substring(end));
            if (command.isEmpty()) {
                return words(List.of(type));
            }
            JsonArray json = JsonArray.parse(command);
            List<Token> words = new ArrayList<>(List.of(type));
            if (json == null) {
                words.add(new Token(command, span));
                return words(words);
            }
            if (!json.onlyStrings()) {
                diagnostics.error(span, "when using JSON array syntax, arrays must be comprised of strings only", null);
                return null;
            }
            json.strings().forEach(s -> words.add(new Token(s, span)));
            return new Node(written, flags, words, true, List.of(), null);
        }

        private Node onbuild() {
            String rest = arguments.rest();
            Node child = rest.isEmpty() ? null : node(line, arguments.offset());
            return new Node(written, flags, List.of(), false, List.of(), child);
        }

        private @Nullable Node pairs() {
            Arguments again = arguments.again();
            List<Token> words = again.quoted();
            if (words.isEmpty()) {
                return words(words);
            }
            String name = written.keyword().toUpperCase(Locale.ROOT);
            if (words.getFirst().text().indexOf('=') < 0) {
                List<Token> pair = arguments.legacyPair();
                if (pair.size() == 3) {
                    return words(pair);
                }
                diagnostics.error(written.span(), name + " must have two arguments", "write " + name + " key=value");
                return null;
            }
            List<Token> pairs = new ArrayList<>();
            for (Token word : words) {
                int equals = word.text().indexOf('=');
                if (equals < 0) {
                    diagnostics.error(
                            word.span(),
                            "Syntax error - can't find = in \"" + word.text() + "\". Must be of the form: name=value",
                            "quote a value that has spaces");
                    return null;
                }
                pairs.add(new Token(word.text().substring(0, equals), word.span()));
                pairs.add(new Token(word.text().substring(equals + 1), word.span()));
                pairs.add(new Token("=", word.span()));
            }
            return words(pairs);
        }
    }
}
