package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts a Dockerfile into directives, logical lines and here-documents. */
final class LineReader {
    private static final int LONGEST = 65_535;
    private static final Set<String> DIRECTIVES = Set.of("syntax", "escape", "check");

    private final Source source;
    private final String text;
    private final Diagnostics diagnostics;
    private final Set<String> seenDirectives = new HashSet<>();
    private boolean directivesMayFollow = true;
    /** BuildKit's look for syntax and check ends at a line that does not begin with '#'; the one for escape does not. */
    private boolean indented;

    private char escape = '\\';
    private @Nullable Span syntax;
    private @Nullable Span check;
    private List<String> comments = new ArrayList<>();
    private int at;

    LineReader(Source source, Diagnostics diagnostics) {
        this.source = source;
        this.text = source.text();
        this.diagnostics = diagnostics;
        this.at = text.startsWith("\uFEFF") ? 1 : 0;
    }

    char escape() {
        return escape;
    }

    @Nullable
    Span syntax() {
        return syntax;
    }

    @Nullable
    Span check() {
        return check;
    }

    /** Refuses a line that BuildKit, which reads lines into a buffer of this size, does not read either. */
    void checkLengths() {
        for (int start = 0; start < text.length(); start = nextLine(start)) {
            int end = text.indexOf('\n', start) < 0 ? text.length() : text.indexOf('\n', start);
            // A character has three bytes at most, or four in two of Java's.
            boolean suspect = end - start > LONGEST / 3;
            if (suspect && text.substring(start, end).getBytes(StandardCharsets.UTF_8).length > LONGEST) {
                diagnostics.error(
                        source.span(start, Math.min(end, start + 40)),
                        "dockerfile line greater than max allowed size of " + LONGEST,
                        "cut it with the escape character, or keep the text in a file of the context");
            }
        }
    }

    /** Where the next line begins. */
    int offset() {
        return at;
    }

    /** The next line that holds an instruction, with its continuations; null at the end. */
    @Nullable
    LogicalLine next() {
        while (at < text.length()) {
            int begin = at;
            int end = lineEnd(at);
            int start = skipSpaces(begin, end);
            at = nextLine(at);
            if (start == end) {
                directivesMayFollow = false;
            } else if (text.charAt(start) == '#') {
                indented |= start > begin;
                comment(start, end);
            } else {
                directivesMayFollow = false;
                LogicalLine line = new LogicalLine(source);
                line.under(comments);
                comments = new ArrayList<>();
                join(line, start, end);
                if (!line.text().isEmpty()) {
                    return line;
                }
            }
        }
        return null;
    }

    private void join(LogicalLine line, int firstStart, int firstEnd) {
        int cut = continuation(firstStart, firstEnd);
        line.add(firstStart, cut < 0 ? firstEnd : cut);
        while (cut >= 0 && at < text.length()) {
            int start = at;
            int end = lineEnd(at);
            at = nextLine(at);
            int first = skipSpaces(start, end);
            if (first == end) {
                line.sawEmptyContinuation(start);
            } else if (text.charAt(first) != '#') {
                cut = continuation(start, end);
                line.add(start, cut < 0 ? end : cut);
            }
        }
    }

    /** Where the escape that continues this line stands, or -1; an escape before it makes it an ordinary character. */
    private int continuation(int start, int end) {
        int last = end - 1;
        while (last >= start && (text.charAt(last) == ' ' || text.charAt(last) == '\t')) {
            last--;
        }
        boolean continues =
                last >= start && text.charAt(last) == escape && (last == start || text.charAt(last - 1) != escape);
        return continues ? last : -1;
    }

    private int lineEnd(int start) {
        int end = text.indexOf('\n', start);
        end = end < 0 ? text.length() : end;
        while (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        return end;
    }

    private int nextLine(int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end + 1;
    }

    private int skipSpaces(int start, int end) {
        int first = start;
        while (first < end && Spaces.isSpace(text.charAt(first))) {
            first++;
        }
        return first;
    }

    private void comment(int start, int end) {
        if (directivesMayFollow && isDirective(start, end)) {
            return;
        }
        boolean shebang = start <= 1 && text.startsWith("#!", start);
        directivesMayFollow &= shebang;
        String comment = Spaces.trim(text.substring(start + 1, end));
        if (comment.isEmpty()) {
            comments = new ArrayList<>();
        } else {
            comments.add(comment);
        }
    }

    /** {@code # name = value}. */
    private boolean isDirective(int start, int end) {
        int nameStart = skipSpaces(start + 1, end);
        int nameEnd = nameStart;
        while (nameEnd < end && Character.isLetterOrDigit(text.charAt(nameEnd))) {
            nameEnd++;
        }
        int equals = skipSpaces(nameEnd, end);
        String name = text.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        if (!DIRECTIVES.contains(name) || equals == end || text.charAt(equals) != '=') {
            return false;
        }
        int valueStart = skipSpaces(equals + 1, end);
        int valueEnd = end;
        while (valueEnd > valueStart && Spaces.isSpace(text.charAt(valueEnd - 1))) {
            valueEnd--;
        }
        if (valueStart == valueEnd) {
            return false;
        }
        if (seenDirectives.add(name)) {
            accept(name, source.span(valueStart, valueEnd));
        } else {
            diagnostics.error(
                    source.span(start, end), "only one " + name + " parser directive can be used", "remove this one");
        }
        return true;
    }

    /** BuildKit reads what the check directive says to the first space. */
    private static Span firstWord(Span value) {
        int space = value.text().indexOf(' ');
        return space < 0 ? value : value.part(0, space);
    }

    private void accept(String name, Span value) {
        switch (name) {
            case "syntax" -> syntax = indented ? null : value;
            case "check" -> check = indented ? null : firstWord(value);
            default -> {
                if (value.text().equals("\\") || value.text().equals("`")) {
                    escape = value.text().charAt(0);
                } else {
                    diagnostics.error(
                            value, "invalid escape token '" + value.text() + "' does not match ` or \\", null);
                }
            }
        }
    }

    /** The lines up to the delimiter; null, and a fault at the opening line, if it does not come. */
    @Nullable
    Heredoc heredoc(HeredocWord word, Span opening) {
        int start = at;
        while (at < text.length()) {
            int lineStart = at;
            int end = lineEnd(at);
            at = nextLine(at);
            int first = lineStart;
            while (word.chomp() && first < end && text.charAt(first) == '\t') {
                first++;
            }
            if (end - first == word.name().length() && text.startsWith(word.name(), first)) {
                return new Heredoc(
                        word.name(),
                        word.fileDescriptor(),
                        word.expand(),
                        word.chomp(),
                        text.substring(start, lineStart),
                        source.span(start, lineStart));
            }
        }
        diagnostics.error(
                opening, "unterminated heredoc", "end it with a line that holds nothing but '" + word.name() + "'");
        return null;
    }
}
