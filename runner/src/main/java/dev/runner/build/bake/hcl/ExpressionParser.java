package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions, by descent through the levels of HCL's operators. */
final class ExpressionParser {
    private static final List<List<String>> LEVELS = List.of(
            List.of("||"),
            List.of("&&"),
            List.of("==", "!="),
            List.of("<=", ">=", "<", ">"),
            List.of("+", "-"),
            List.of("*", "/", "%"));

    private final Cursor cursor;

    ExpressionParser(Cursor cursor) {
        this.cursor = cursor;
    }

    HclExpression parse() {
        cursor.skipBlanks();
        int start = cursor.at();
        HclExpression condition = binary(0);
        cursor.skipBlanks();
        if (!cursor.take('?')) {
            return condition;
        }
        HclExpression then = parse();
        cursor.skipBlanks();
        if (!cursor.take(':')) {
            throw cursor.fault(
                    cursor.here(), "':' is missing after the first result of '?'", "write CONDITION ? A : B");
        }
        HclExpression otherwise = parse();
        return new HclExpression.Conditional(cursor.from(start), condition, then, otherwise);
    }

    private HclExpression binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        int start = cursor.at();
        HclExpression left = binary(level + 1);
        while (true) {
            cursor.skipBlanks();
            String operator = operator(level);
            if (operator == null) {
                return left;
            }
            cursor.skip(operator.length());
            cursor.skipBlanks();
            HclExpression right = binary(level + 1);
            left = new HclExpression.Binary(cursor.from(start), operator, left, right);
        }
    }

    private @Nullable String operator(int level) {
        for (String operator : LEVELS.get(level)) {
            // "=>" belongs to the for expression around.
            if (cursor.startsWith(operator)) {
                return operator;
            }
        }
        return null;
    }

    private HclExpression unary() {
        cursor.skipBlanks();
        int start = cursor.at();
        if (cursor.peek('-') || cursor.peek('!') && cursor.ahead(1) != '=') {
            char operator = cursor.current();
            cursor.skip(1);
            HclExpression of = unary();
            return new HclExpression.Unary(cursor.from(start), operator, of);
        }
        return traversals(term(), start);
    }

    private HclExpression traversals(HclExpression base, int start) {
        HclExpression result = base;
        while (true) {
            if (cursor.peek('.') && cursor.ahead(1) != '.') {
                cursor.skip(1);
                if (cursor.take('*')) {
                    HclExpression each = attributesOf(new HclExpression.Item(cursor.here()), start);
                    result = new HclExpression.Splat(cursor.from(start), result, each);
                } else {
                    result = attribute(result, start);
                }
            } else if (cursor.peek('[')) {
                cursor.skip(1);
                cursor.open();
                cursor.skipBlanks();
                if (cursor.peek('*') && cursor.ahead(1) == ']') {
                    cursor.skip(2);
                    cursor.close();
                    HclExpression each = traversals(new HclExpression.Item(cursor.here()), start);
                    return new HclExpression.Splat(cursor.from(start), result, each);
                }
                HclExpression key = parse();
                cursor.skipBlanks();
                expect(']', "an index is not closed");
                cursor.close();
                result = new HclExpression.Index(cursor.from(start), result, key);
            } else {
                return result;
            }
        }
    }

    /** What follows {@code .*}: attributes only. */
    private HclExpression attributesOf(HclExpression item, int start) {
        HclExpression each = item;
        while (cursor.peek('.') && cursor.ahead(1) != '.' && cursor.ahead(1) != '*') {
            cursor.skip(1);
            each = attribute(each, start);
        }
        return each;
    }

    private HclExpression attribute(HclExpression of, int start) {
        int at = cursor.at();
        if (Character.isDigit(cursor.current())) {
            while (Character.isDigit(cursor.current())) {
                cursor.skip(1);
            }
            HclValue number = HclValue.of(new BigDecimal(cursor.text(at, cursor.at())));
            return new HclExpression.Index(cursor.from(start), of, new HclExpression.Literal(cursor.from(at), number));
        }
        String name = cursor.identifier();
        if (name == null) {
            throw cursor.fault(cursor.here(), "a name must follow '.'", null);
        }
        return new HclExpression.Attribute(cursor.from(start), of, name);
    }

    private HclExpression term() {
        int start = cursor.at();
        char c = cursor.current();
        if (c == '(') {
            return parentheses();
        }
        if (c == '"') {
            return quotedTemplate();
        }
        if (cursor.startsWith("<<")) {
            return new HeredocParser(cursor).parse();
        }
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (c == '[') {
            return tuple();
        }
        if (c == '{') {
            return object();
        }
        String name = cursor.identifier();
        if (name == null) {
            String found = cursor.atEnd() || cursor.lineEnds() ? "nothing" : "'" + c + "'";
            throw cursor.fault(
                    cursor.here(), "a value must stand here, found " + found, "write a value, such as \"text\"");
        }
        if (cursor.peek('(') || cursor.startsWith("::")) {
            return call(name, start);
        }
        return switch (name) {
            case "true" -> new HclExpression.Literal(cursor.from(start), HclValue.of(true));
            case "false" -> new HclExpression.Literal(cursor.from(start), HclValue.of(false));
            case "null" -> new HclExpression.Literal(cursor.from(start), HclValue.NULL);
            default -> new HclExpression.Variable(cursor.from(start), name);
        };
    }

    private HclExpression parentheses() {
        cursor.skip(1);
        cursor.open();
        HclExpression inner = parse();
        cursor.skipBlanks();
        expect(')', "a parenthesis is not closed");
        cursor.close();
        return inner;
    }

    private HclExpression number() {
        int start = cursor.at();
        digits();
        if (cursor.peek('.') && Character.isDigit(cursor.ahead(1))) {
            cursor.skip(1);
            digits();
        }
        if (cursor.peek('e') || cursor.peek('E')) {
            int mark = cursor.at();
            cursor.skip(1);
            if (cursor.peek('+') || cursor.peek('-')) {
                cursor.skip(1);
            }
            if (!Character.isDigit(cursor.current())) {
                cursor.moveTo(mark);
            }
            digits();
        }
        return new HclExpression.Literal(
                cursor.from(start), HclValue.of(new BigDecimal(cursor.text(start, cursor.at()))));
    }

    private void digits() {
        while (cursor.current() >= '0' && cursor.current() <= '9') {
            cursor.skip(1);
        }
    }

    private HclExpression tuple() {
        int start = cursor.at();
        cursor.skip(1);
        cursor.open();
        cursor.skipBlanks();
        if (startsFor()) {
            return forExpression(start, ']');
        }
        List<HclExpression> items = new ArrayList<>();
        while (!cursor.peek(']')) {
            items.add(parse());
            cursor.skipBlanks();
            if (!cursor.take(',')) {
                break;
            }
            cursor.skipBlanks();
        }
        expect(']', "a list is not closed, or a comma is missing");
        cursor.close();
        return new HclExpression.Tuple(cursor.from(start), items);
    }

    private HclExpression object() {
        int start = cursor.at();
        cursor.skip(1);
        int depth = cursor.depth(1);
        cursor.skipBlanks();
        if (startsFor()) {
            HclExpression result = forExpression(start, '}');
            cursor.depth(depth);
            return result;
        }
        List<HclExpression.ObjectOf.Entry> entries = new ArrayList<>();
        while (!cursor.peek('}')) {
            entries.add(entry());
            // Entries end with a comma or a line.
            cursor.depth(0);
            cursor.skipBlanks();
            boolean ended = cursor.take(',') || cursor.lineEnds();
            cursor.depth(1);
            cursor.skipBlanks();
            if (!ended && !cursor.peek('}')) {
                throw cursor.fault(
                        cursor.here(),
                        "an entry of an object must end with a comma or a new line",
                        "write a comma before this");
            }
        }
        cursor.skip(1);
        cursor.depth(depth);
        return new HclExpression.ObjectOf(cursor.from(start), entries);
    }

    private HclExpression.ObjectOf.Entry entry() {
        int start = cursor.at();
        String word = cursor.identifier();
        Span at = cursor.from(start);
        cursor.skipBlanks();
        HclExpression key;
        if (word != null && (cursor.peek('=') && cursor.ahead(1) != '=' || cursor.peek(':'))) {
            key = new HclExpression.Literal(at, HclValue.of(word));
        } else {
            cursor.moveTo(start);
            key = parse();
            cursor.skipBlanks();
        }
        if (!cursor.take('=') && !cursor.take(':')) {
            throw cursor.fault(cursor.here(), "'=' is missing after a key of an object", "write KEY = VALUE");
        }
        cursor.depth(0);
        HclExpression value = parse();
        cursor.depth(1);
        return new HclExpression.ObjectOf.Entry(key, value);
    }

    private boolean startsFor() {
        int mark = cursor.at();
        boolean is = "for".equals(cursor.identifier()) && !cursor.peek('(');
        if (is) {
            cursor.skipBlanks();
            is = !cursor.peek('=') && !cursor.peek(':') && !cursor.peek(',');
        }
        cursor.moveTo(mark);
        return is;
    }

    private HclExpression forExpression(int start, char close) {
        cursor.identifier();
        Loop loop = loop();
        cursor.skipBlanks();
        expect(':', "':' is missing in a for expression");
        HclExpression key = null;
        HclExpression result = parse();
        cursor.skipBlanks();
        boolean grouping = false;
        if (close == '}') {
            if (!cursor.take("=>")) {
                throw cursor.fault(
                        cursor.here(), "'=>' is missing in a for expression with braces", "write KEY => VALUE");
            }
            key = result;
            result = parse();
            cursor.skipBlanks();
            grouping = cursor.take("...");
            cursor.skipBlanks();
        }
        HclExpression condition = null;
        int mark = cursor.at();
        if ("if".equals(cursor.identifier())) {
            condition = parse();
            cursor.skipBlanks();
        } else {
            cursor.moveTo(mark);
        }
        expect(close, "a for expression is not closed");
        if (close == ']') {
            cursor.close();
        }
        return new HclExpression.For(
                cursor.from(start), loop.key(), loop.value(), loop.collection(), key, result, condition, grouping);
    }

    /** {@code k, v in collection}, as in for expressions and template directives. */
    record Loop(@Nullable String key, String value, HclExpression collection) {}

    Loop loop() {
        String first = name();
        String second = null;
        cursor.skipBlanks();
        if (cursor.take(',')) {
            second = name();
            cursor.skipBlanks();
        }
        if (!"in".equals(cursor.identifier())) {
            throw cursor.fault(cursor.here(), "'in' is missing in a for expression", "write for NAME in LIST");
        }
        HclExpression collection = parse();
        return new Loop(second == null ? null : first, second == null ? first : second, collection);
    }

    private String name() {
        cursor.skipBlanks();
        String name = cursor.identifier();
        if (name == null) {
            throw cursor.fault(cursor.here(), "a name must stand here", null);
        }
        return name;
    }

    private HclExpression call(String first, int start) {
        String name = first;
        while (cursor.take("::")) {
            name += "::" + name();
        }
        cursor.skip(1);
        cursor.open();
        List<HclExpression> arguments = new ArrayList<>();
        boolean spread = false;
        cursor.skipBlanks();
        while (!cursor.peek(')')) {
            arguments.add(parse());
            cursor.skipBlanks();
            if (cursor.take("...")) {
                spread = true;
                cursor.skipBlanks();
                break;
            }
            if (!cursor.take(',')) {
                break;
            }
            cursor.skipBlanks();
        }
        expect(')', "the arguments of '" + name + "' are not closed, or a comma is missing");
        cursor.close();
        return new HclExpression.Call(cursor.from(start), name, arguments, spread);
    }

    /** A text in double quotes; one that is a single interpolation is that expression itself, whatever its kind. */
    HclExpression quotedTemplate() {
        int start = cursor.at();
        cursor.skip(1);
        HclExpression template = new TemplateParser(cursor).quoted(start);
        if (!cursor.take('"')) {
            throw cursor.fault(
                    cursor.from(start).part(0, 1),
                    "a text is not closed on its line",
                    "end it with \", or use a heredoc <<EOT");
        }
        return template;
    }

    private void expect(char c, String message) {
        if (!cursor.take(c)) {
            throw cursor.fault(cursor.here(), message, "write " + c);
        }
    }
}
