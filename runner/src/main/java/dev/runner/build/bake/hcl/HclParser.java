package dev.runner.build.bake.hcl;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HCL's native syntax: bodies here, expressions in {@link ExpressionParser}.
 *
 * @see <a href="https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md">HCL native syntax specification</a>
 */
public final class HclParser {
    private final Cursor cursor;

    private HclParser(Source source) {
        this.cursor = new Cursor(source, 0, source.text().length());
        if (source.text().startsWith("\uFEFF")) {
            cursor.skip(1);
        }
    }

    /**
     * Reads a file.
     *
     * @throws InvalidSourceException with the first fault
     */
    public static HclBody parse(Source source) {
        HclParser parser = new HclParser(source);
        HclBody body = parser.body(false);
        return new HclBody(body.attributes(), body.blocks(), source.all());
    }

    /** A quoted or bare template, as the strings of HCL's JSON syntax are. */
    static HclExpression template(Span span) {
        return new TemplateParser(new Cursor(span.source(), span.start(), span.end())).whole(span);
    }

    private HclBody body(boolean inBlock) {
        int start = cursor.at();
        List<HclBody.Attribute> attributes = new ArrayList<>();
        List<HclBody.Block> blocks = new ArrayList<>();
        while (true) {
            cursor.skipLines();
            if (cursor.atEnd()) {
                if (inBlock) {
                    throw cursor.fault(cursor.here(), "a block is not closed", "end it with }");
                }
                break;
            }
            if (inBlock && cursor.peek('}')) {
                break;
            }
            item(attributes, blocks);
        }
        return new HclBody(attributes, blocks, cursor.from(start));
    }

    private void item(List<HclBody.Attribute> attributes, List<HclBody.Block> blocks) {
        int start = cursor.at();
        String name = cursor.peek('"') ? quoted() : cursor.identifier();
        if (name == null) {
            throw cursor.fault(
                    cursor.here(),
                    "an attribute or a block must begin with its name",
                    "write NAME = VALUE or TYPE \"NAME\" {");
        }
        Span at = cursor.from(start);
        cursor.skipBlanks();
        if (cursor.take('=')) {
            HclExpression value = new ExpressionParser(cursor).parse();
            for (HclBody.Attribute other : attributes) {
                if (other.name().equals(name)) {
                    throw new InvalidSourceException(Diagnostic.error(
                            at,
                            "'" + name + "' was set before, on line "
                                    + other.at().line(),
                            "remove one of them"));
                }
            }
            attributes.add(new HclBody.Attribute(name, at, value));
            endOfItem("an attribute");
            return;
        }
        blocks.add(block(name, at));
    }

    private HclBody.Block block(String type, Span at) {
        List<HclBody.Label> labels = new ArrayList<>();
        while (!cursor.peek('{')) {
            int start = cursor.at();
            String label = cursor.peek('"') ? quoted() : cursor.identifier();
            if (label == null) {
                throw cursor.fault(
                        cursor.here(),
                        "'" + type + "' must be followed by =, a label or {",
                        "write " + type + " = VALUE, or " + type + " \"NAME\" {");
            }
            labels.add(new HclBody.Label(label, cursor.from(start)));
            cursor.skipBlanks();
        }
        cursor.skip(1);
        cursor.skipBlanks();
        HclBody body = cursor.lineEnds() ? body(true) : single();
        cursor.skipBlanks();
        if (!cursor.take('}')) {
            throw cursor.fault(cursor.here(), "the block of '" + type + "' is not closed", "end it with }");
        }
        endOfItem("a block");
        return new HclBody.Block(type, at, labels, body);
    }

    /** {@code { name = value }} on one line, or nothing. */
    private HclBody single() {
        int start = cursor.at();
        if (cursor.peek('}')) {
            return new HclBody(List.of(), List.of(), cursor.here());
        }
        String name = cursor.identifier();
        Span at = cursor.from(start);
        cursor.skipBlanks();
        if (name == null || !cursor.take('=')) {
            throw cursor.fault(at, "a block on one line holds one attribute", "write it over several lines");
        }
        HclExpression value = new ExpressionParser(cursor).parse();
        cursor.skipBlanks();
        if (!cursor.peek('}')) {
            throw cursor.fault(
                    cursor.here(),
                    "a block on one line holds one attribute and ends on that line",
                    "write it over several lines");
        }
        return new HclBody(List.of(new HclBody.Attribute(name, at, value)), List.of(), cursor.from(start));
    }

    private @Nullable String quoted() {
        Span opening = cursor.here();
        HclExpression text = new ExpressionParser(cursor).quotedTemplate();
        if (text instanceof HclExpression.Literal(var _, HclValue.Str(String value))) {
            return value;
        }
        throw cursor.fault(opening, "a name may not have ${ } in it", "write it out");
    }

    private void endOfItem(String what) {
        cursor.skipBlanks();
        if (!cursor.lineEnds() && !cursor.atEnd()) {
            throw cursor.fault(cursor.here(), "there is more on this line after " + what, "begin a new line here");
        }
    }
}
