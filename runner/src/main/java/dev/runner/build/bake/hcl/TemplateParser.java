package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts with <code>${ }</code> and <code>%{ }</code> in them. A quoted text has escapes and ends with its quote; a bare
 * one ends with its cursor.
 */
final class TemplateParser {
    private final Cursor cursor;
    private boolean quoted;
    private boolean strip;

    TemplateParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /** A piece: text, interpolation, or the word of a directive with what belongs to it. */
    private sealed interface Piece {
        record Text(String text, Span span) implements Piece {}

        record Value(HclExpression expression) implements Piece {}

        record Directive(
                String word, Span span, @Nullable HclExpression condition, ExpressionParser.@Nullable Loop loop)
                implements Piece {}
    }

    /** After the opening quote, to before the closing one. */
    HclExpression quoted(int start) {
        quoted = true;
        List<Piece> pieces = pieces();
        return whole(pieces, cursor.from(start));
    }

    /** The whole of the cursor, without escapes. */
    HclExpression whole(Span span) {
        return whole(pieces(), span);
    }

    private HclExpression whole(List<Piece> pieces, Span span) {
        if (pieces.isEmpty()) {
            return new HclExpression.Literal(span, HclValue.of(""));
        }
        if (pieces.size() == 1 && pieces.getFirst() instanceof Piece.Value(HclExpression only)) {
            return only;
        }
        if (pieces.size() == 1 && pieces.getFirst() instanceof Piece.Text(String text, var _)) {
            return new HclExpression.Literal(span, HclValue.of(text));
        }
        Nest nest = new Nest(pieces);
        HclExpression template = nest.template(span, List.of());
        if (nest.next < pieces.size() && pieces.get(nest.next) instanceof Piece.Directive left) {
            throw cursor.fault(left.span(), "'" + left.word() + "' belongs to no directive before it", null);
        }
        return template;
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int textStart = cursor.at();
        while (!cursor.atEnd() && !(quoted && (cursor.peek('"') || cursor.peek('\n')))) {
            if (cursor.startsWith("$${") || cursor.startsWith("%%{")) {
                text.append(cursor.current()).append('{');
                cursor.skip(3);
            } else if (cursor.startsWith("${") || cursor.startsWith("%{")) {
                boolean directive = cursor.peek('%');
                int start = cursor.at();
                cursor.skip(2);
                if (cursor.take('~')) {
                    text.setLength(text.toString().stripTrailing().length());
                }
                add(pieces, text, textStart);
                pieces.add(directive ? directive(start) : new Piece.Value(interpolation()));
                textStart = cursor.at();
                continue;
            } else if (quoted && cursor.peek('\\')) {
                text.append(escape());
            } else {
                text.append(cursor.current());
                cursor.skip(1);
            }
            if (strip) {
                String left = text.toString().stripLeading();
                text.setLength(0);
                text.append(left);
                strip = left.isEmpty();
            }
        }
        strip = false;
        add(pieces, text, textStart);
        return pieces;
    }

    private void add(List<Piece> pieces, StringBuilder text, int start) {
        if (!text.isEmpty()) {
            pieces.add(new Piece.Text(text.toString(), cursor.from(start)));
            text.setLength(0);
        }
    }

    private String escape() {
        Span at = cursor.here();
        char c = cursor.ahead(1);
        cursor.skip(2);
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '"' -> "\"";
            case '\\' -> "\\";
            case 'u' -> unicode(4, at);
            case 'U' -> unicode(8, at);
            default ->
                throw cursor.fault(
                        at,
                        "'\\" + c + "' is no escape",
                        "write \\n, \\r, \\t, \\\", \\\\, \\uNNNN, or \\\\ for a backslash");
        };
    }

    private String unicode(int digits, Span at) {
        int start = cursor.at();
        cursor.skip(digits);
        String code = cursor.text(start, cursor.at());
        if (!code.matches("[0-9A-Fa-f]{" + digits + "}")) {
            throw cursor.fault(at, "an escape of a character needs " + digits + " hexadecimal digits", null);
        }
        return Character.toString(Integer.parseUnsignedInt(code, 16));
    }

    private HclExpression interpolation() {
        int depth = cursor.depth(1);
        HclExpression expression = new ExpressionParser(cursor).parse();
        end();
        cursor.depth(depth);
        return expression;
    }

    private void end() {
        cursor.skipBlanks();
        strip = cursor.take('~');
        if (!cursor.take('}')) {
            throw cursor.fault(cursor.here(), "an interpolation is not closed", "end it with }");
        }
    }

    private Piece directive(int start) {
        int depth = cursor.depth(1);
        cursor.skipBlanks();
        String word = cursor.identifier();
        HclExpression condition = null;
        ExpressionParser.Loop loop = null;
        switch (word == null ? "" : word) {
            case "if" -> condition = new ExpressionParser(cursor).parse();
            case "for" -> loop = new ExpressionParser(cursor).loop();
            case "else", "endif", "endfor" -> {}
            default ->
                throw cursor.fault(
                        cursor.from(start),
                        "a directive is if, else, endif, for or endfor",
                        "write %%{ for the text itself");
        }
        end();
        cursor.depth(depth);
        return new Piece.Directive(String.valueOf(word), cursor.from(start), condition, loop);
    }

    /** Puts pieces into their directives. */
    private final class Nest {
        private final List<Piece> pieces;
        private int next;

        Nest(List<Piece> pieces) {
            this.pieces = pieces;
        }

        HclExpression template(Span span, List<String> until) {
            List<HclExpression> parts = new ArrayList<>();
            while (next < pieces.size()) {
                switch (pieces.get(next)) {
                    case Piece.Text(String text, Span at) -> {
                        parts.add(new HclExpression.Literal(at, HclValue.of(text)));
                        next++;
                    }
                    case Piece.Value(HclExpression expression) -> {
                        parts.add(expression);
                        next++;
                    }
                    case Piece.Directive directive -> {
                        if (until.contains(directive.word())) {
                            return new HclExpression.Template(span, parts);
                        }
                        next++;
                        parts.add(nested(directive));
                    }
                }
            }
            return new HclExpression.Template(span, parts);
        }

        private HclExpression nested(Piece.Directive directive) {
            if (directive.condition() != null) {
                HclExpression then = template(directive.span(), List.of("else", "endif"));
                HclExpression otherwise = new HclExpression.Literal(directive.span(), HclValue.of(""));
                if (word().equals("else")) {
                    next++;
                    otherwise = template(directive.span(), List.of("endif"));
                }
                close(directive, "endif");
                return new HclExpression.TemplateIf(directive.span(), directive.condition(), then, otherwise);
            }
            if (directive.loop() != null) {
                ExpressionParser.Loop loop = directive.loop();
                HclExpression body = template(directive.span(), List.of("endfor"));
                close(directive, "endfor");
                return new HclExpression.TemplateFor(
                        directive.span(), loop.key(), loop.value(), loop.collection(), body);
            }
            throw cursor.fault(directive.span(), "'" + directive.word() + "' belongs to no directive before it", null);
        }

        private String word() {
            return next < pieces.size() && pieces.get(next) instanceof Piece.Directive found ? found.word() : "";
        }

        private void close(Piece.Directive directive, String end) {
            if (!word().equals(end)) {
                throw cursor.fault(
                        directive.span(), "'" + directive.word() + "' is not ended", "write %{ " + end + " } after it");
            }
            next++;
        }
    }
}
