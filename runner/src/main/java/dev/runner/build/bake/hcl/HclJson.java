package dev.runner.build.bake.hcl;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * HCL's JSON syntax: objects are bodies and blocks, texts are templates.
 *
 * @see <a href="https://github.com/hashicorp/hcl/blob/main/json/spec.md">HCL JSON syntax specification</a>
 */
public final class HclJson {
    private HclJson() {}

    /**
     * Reads a file.
     *
     * @param labels how many labels the blocks of a type have; what is not named is an attribute
     * @throws InvalidSourceException with the first fault
     */
    public static HclBody parse(Source source, Map<String, Integer> labels) {
        YamlNode root = YamlReader.read(source, YamlReader.Limits.DEFAULT);
        if (!(root instanceof YamlNode.Mapping mapping)) {
            throw fault(source.all(), "a bake file in JSON is one object", "write { \"target\": { … } }");
        }
        return body(mapping, labels);
    }

    private static HclBody body(YamlNode.Mapping mapping, Map<String, Integer> labels) {
        List<HclBody.Attribute> attributes = new ArrayList<>();
        List<HclBody.Block> blocks = new ArrayList<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String name = text(entry.key());
            Integer count = labels.get(name);
            if (name.equals("//")) {
                continue;
            }
            if (count == null) {
                attributes.add(new HclBody.Attribute(name, entry.key().span(), expression(entry.value())));
            } else {
                blocks(name, entry.key().span(), entry.value(), List.of(), count, blocks);
            }
        }
        return new HclBody(attributes, blocks, mapping.span());
    }

    private static void blocks(
            String type, Span at, YamlNode node, List<HclBody.Label> labels, int missing, List<HclBody.Block> blocks) {
        if (node instanceof YamlNode.Sequence sequence) {
            sequence.items().forEach(item -> blocks(type, at, item, labels, missing, blocks));
            return;
        }
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw fault(node.span(), "'" + type + "' must be an object", null);
        }
        if (missing == 0) {
            blocks.add(new HclBody.Block(type, at, labels, body(mapping, Map.of("validation", 0))));
            return;
        }
        for (YamlNode.Entry entry : mapping.entries()) {
            List<HclBody.Label> more = new ArrayList<>(labels);
            more.add(new HclBody.Label(text(entry.key()), entry.key().span()));
            blocks(type, at, entry.value(), more, missing - 1, blocks);
        }
    }

    private static String text(YamlNode key) {
        if (key instanceof YamlNode.Scalar scalar) {
            return scalar.value();
        }
        throw fault(key.span(), "a name must be a text", null);
    }

    private static HclExpression expression(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence sequence ->
                new HclExpression.Tuple(
                        node.span(),
                        sequence.items().stream().map(HclJson::expression).toList());
            case YamlNode.Mapping mapping ->
                new HclExpression.ObjectOf(
                        node.span(),
                        mapping.entries().stream()
                                .map(entry -> new HclExpression.ObjectOf.Entry(
                                        expression(entry.key()), expression(entry.value())))
                                .toList());
        };
    }

    private static HclExpression scalar(YamlNode.Scalar scalar) {
        if (!scalar.plain()) {
            return template(scalar);
        }
        String text = scalar.value();
        return switch (text) {
            case "true", "false" -> new HclExpression.Literal(scalar.span(), HclValue.of(text.equals("true")));
            case "null" -> new HclExpression.Literal(scalar.span(), HclValue.NULL);
            default -> {
                try {
                    yield new HclExpression.Literal(scalar.span(), HclValue.of(new BigDecimal(text)));
                } catch (NumberFormatException e) {
                    throw fault(scalar.span(), "'" + text + "' is no JSON value", "put it in quotes");
                }
            }
        };
    }

    /** Positions inside are those of the unescaped text when nothing was escaped, else the whole text's. */
    private static HclExpression template(YamlNode.Scalar scalar) {
        String text = scalar.value();
        if (!text.contains("${") && !text.contains("%{")) {
            return new HclExpression.Literal(scalar.span(), HclValue.of(text));
        }
        Span span = scalar.span();
        if (span.end() - span.start() == text.length() + 2) {
            return HclParser.template(span.part(1, text.length() + 1));
        }
        return HclParser.template(Source.of(span.position(), text).all());
    }

    private static InvalidSourceException fault(
            Span span, String message, @org.jspecify.annotations.Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }
}
