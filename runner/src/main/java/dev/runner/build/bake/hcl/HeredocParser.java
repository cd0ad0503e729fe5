package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;

/** {@code <<NAME} and {@code <<-NAME}: lines up to one that is NAME alone; the second form loses common indentation. */
final class HeredocParser {
    private final Cursor cursor;

    HeredocParser(Cursor cursor) {
        this.cursor = cursor;
    }

    HclExpression parse() {
        int start = cursor.at();
        cursor.skip(2);
        boolean indented = cursor.take('-');
        String name = cursor.identifier();
        if (cursor.peek('\r')) {
            cursor.skip(1);
        }
        if (name == null || !cursor.peek('\n')) {
            throw cursor.fault(
                    cursor.from(start),
                    "a heredoc begins with << and a name, and its text on the next line",
                    "write <<EOT");
        }
        cursor.skip(1);
        int from = cursor.at();
        int to = end(name, start);
        Span span = cursor.from(start);
        if (!indented) {
            return asTemplate(new TemplateParser(cursor.within(from, to)).whole(span), span);
        }
        return asTemplate(stripped(new TemplateParser(cursor.within(from, to)).whole(span), from, to), span);
    }

    /** The offset after the last line of text; the cursor then stands after the name that ends it. */
    private int end(String name, int start) {
        while (!cursor.atEnd()) {
            int line = cursor.at();
            while (!cursor.lineEnds()) {
                cursor.skip(1);
            }
            if (cursor.text(line, cursor.at()).strip().equals(name)) {
                return line;
            }
            cursor.skip(1);
        }
        throw cursor.fault(cursor.from(start), "the heredoc is not ended", "write " + name + " on a line of its own");
    }

    private static HclExpression asTemplate(HclExpression expression, Span span) {
        return expression instanceof HclExpression.Literal || expression instanceof HclExpression.Template
                ? expression
                : new HclExpression.Template(span, List.of(expression));
    }

    /** The least indentation of the lines is taken from each of them. */
    private HclExpression stripped(HclExpression expression, int from, int to) {
        int least = cursor.text(from, to)
                .lines()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        if (expression instanceof HclExpression.Literal(Span span, HclValue.Str(String text))) {
            return new HclExpression.Literal(span, HclValue.of(outdent(text, least, true)));
        }
        if (!(expression instanceof HclExpression.Template(Span span, List<HclExpression> parts))) {
            return expression;
        }
        List<HclExpression> shifted = new ArrayList<>();
        boolean lineStart = true;
        for (HclExpression part : parts) {
            if (part instanceof HclExpression.Literal(Span at, HclValue.Str(String text))) {
                shifted.add(new HclExpression.Literal(at, HclValue.of(outdent(text, least, lineStart))));
                lineStart = text.endsWith("\n");
            } else {
                shifted.add(part);
                lineStart = false;
            }
        }
        return new HclExpression.Template(span, shifted);
    }

    private static String outdent(String text, int least, boolean lineStart) {
        StringBuilder out = new StringBuilder();
        int left = lineStart ? least : 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (left > 0 && (c == ' ' || c == '\t')) {
                left--;
                continue;
            }
            left = c == '\n' ? least : 0;
            out.append(c);
        }
        return out.toString();
    }
}
