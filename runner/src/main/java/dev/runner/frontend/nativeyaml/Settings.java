package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.pipeline.BuildEngine;
import dev.runner.pipeline.Count;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.TimeLimit;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Nodes to settings of the model; what is wrong goes to the diagnostics, and something harmless is returned. */
final class Settings {
    /** An expression and where it stands, to be checked against the names of the whole pipeline once it is read. */
    record Use(Expression expression, Place place) {}

    static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Diagnostics diagnostics;
    private final List<Use> uses = new ArrayList<>();
    private BuildEngine engine = BuildEngine.ANY;

    Settings(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    /** What builds images where a step does not say it. */
    void buildWith(BuildEngine value) {
        engine = value;
    }

    BuildEngine engine() {
        return engine;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    List<Use> uses() {
        return uses;
    }

    /** Text; numbers and booleans are taken as they are written. */
    Template text(YamlNode node, String what, Place place) {
        String text = plainText(node, what);
        return text == null ? Template.literal("", node.span()) : template(text, node.span(), place);
    }

    Template template(String text, Span span, Place place) {
        Template template = Template.parse(text, span, place.allowed(), diagnostics);
        template.expressions().forEach(expression -> uses.add(new Use(expression, place)));
        return template;
    }

    @Nullable
    Template optionalText(Fields fields, String key, Place place) {
        YamlNode node = fields.get(key);
        return node == null ? null : text(node, "'" + key + "'", place);
    }

    /** Text that the fields must have and that must not be blank. */
    Template requiredText(Fields fields, String key, String what, String remedy, Place place) {
        YamlNode node = fields.require(key, what, remedy);
        if (node == null) {
            return Template.literal("", fields.span());
        }
        Template template = text(node, "'" + key + "'", place);
        if (template.isLiteral() && template.source().isBlank() && node instanceof YamlNode.Scalar) {
            diagnostics.error(node.span(), "'" + key + "' is empty", remedy);
        }
        return template;
    }

    /** A text without expressions, or null after a diagnostic. */
    @Nullable
    String plainText(YamlNode node, String what) {
        if (node instanceof YamlNode.Scalar scalar) {
            String tag = scalar.tag();
            if (tag != null && !Scalars.knows(tag)) {
                diagnostics.error(node.span(), "YAML reads '" + tag + "' as a tag", "put the whole text in quotes");
                return null;
            }
            if (!Scalars.isNull(scalar)) {
                return scalar.value();
            }
        }
        String remedy = node instanceof YamlNode.Scalar ? "write '' for empty text" : null;
        diagnostics.error(node.span(), what + " must be text, found " + Kinds.of(node), remedy);
        return null;
    }

    @Nullable
    Expression condition(Fields fields, Place place) {
        YamlNode node = fields.get("if");
        String text = node == null ? null : plainText(node, "'if'");
        if (node == null || text == null) {
            return null;
        }
        Expression condition = Expression.parseCondition(text, node.span(), place.allowed(), diagnostics);
        uses.add(new Use(condition, place));
        return condition;
    }

    Flag flag(Fields fields, String key, boolean otherwise, Place place) {
        YamlNode node = fields.get(key);
        if (node == null) {
            return Flag.of(otherwise);
        }
        String what = "'" + key + "' must be true or false";
        Template template = template(node, what, place);
        if (template != null
                && template.isLiteral()
                && !List.of("true", "false").contains(template.source())) {
            diagnostics.error(node.span(), what + ", found " + quoted(template), null);
        }
        return new Flag(template, otherwise);
    }

    Count count(Fields fields, String key, int least, int most, int otherwise, Place place) {
        YamlNode node = fields.get(key);
        if (node == null) {
            return Count.of(otherwise);
        }
        String range = most == Integer.MAX_VALUE ? " of " + least + " or more" : " from " + least + " to " + most;
        String what = "'" + key + "' must be a whole number" + range;
        Template template = template(node, what, place);
        if (template != null && template.isLiteral() && !within(template.source(), least, most)) {
            diagnostics.error(node.span(), what + ", found " + quoted(template), null);
        }
        return new Count(template, otherwise);
    }

    @Nullable
    TimeLimit timeLimit(Fields fields, Place place) {
        YamlNode node = fields.get("timeout");
        String what = "'timeout' must be " + TimeLimit.EXPECTED;
        Template template = node == null ? null : template(node, what, place);
        if (node == null || template == null) {
            return null;
        }
        if (template.isLiteral() && TimeLimit.parse(template.source(), null) == null) {
            boolean bare = template.source().matches("\\d+");
            String remedy = bare ? "say of what: " + template.source() + "s, " + template.source() + "m" : null;
            diagnostics.error(node.span(), what + ", found " + quoted(template), remedy);
        }
        return new TimeLimit(template, null);
    }

    private @Nullable Template template(YamlNode node, String what, Place place) {
        if (!(node instanceof YamlNode.Scalar)) {
            diagnostics.error(node.span(), what + ", found " + Kinds.of(node));
            return null;
        }
        return text(node, what, place);
    }

    private static String quoted(Template template) {
        return "'" + template.source() + "'";
    }

    private static boolean within(String text, int least, int most) {
        if (!text.matches("\\d{1,9}")) {
            return false;
        }
        int number = Integer.parseInt(text);
        return number >= least && number <= most;
    }

    /** One text, or a list of texts; literal ones are checked. */
    TemplateList list(Fields fields, String key, Place place, Consumer<Template> check) {
        YamlNode node = fields.get(key);
        return node == null ? TemplateList.empty(fields.span()) : list(node, key, place, check);
    }

    TemplateList list(YamlNode node, String key, Place place, Consumer<Template> check) {
        List<Template> items = new ArrayList<>();
        switch (node) {
            case YamlNode.Scalar scalar -> items.add(text(scalar, "'" + key + "'", place));
            case YamlNode.Sequence sequence ->
                sequence.items().forEach(item -> items.add(text(item, "an item of '" + key + "'", place)));
            case YamlNode.Mapping _ ->
                diagnostics.error(node.span(), "'" + key + "' must be text or a list of texts, found a mapping");
        }
        items.stream().filter(Template::isLiteral).forEach(check);
        return new TemplateList(items, node.span());
    }

    TemplateMap map(Fields fields, String key, @Nullable Pattern names, Place place) {
        YamlNode node = fields.get(key);
        return node == null ? TemplateMap.empty() : map(node, key, names, place);
    }

    /** Texts by name. */
    TemplateMap map(YamlNode node, String key, @Nullable Pattern names, Place place) {
        Map<String, Template> entries = new LinkedHashMap<>();
        for (Fields.Field field :
                Fields.open(node, "'" + key + "'", diagnostics).all()) {
            name(field, names, key);
            entries.put(field.key(), text(field.value(), "'" + field.key() + "'", place));
        }
        return new TemplateMap(entries);
    }

    void name(Fields.Field field, @Nullable Pattern names, String what) {
        if (field.key().isEmpty()) {
            diagnostics.error(field.keySpan(), "a name in '" + what + "' is empty");
        } else if (names != null && !names.matcher(field.key()).matches()) {
            String hyphen = names == NAME ? ", hyphens" : "";
            diagnostics.error(
                    field.keySpan(),
                    "'" + field.key() + "' cannot be a name in '" + what + "'",
                    "a name is a letter or '_', then letters, digits" + hyphen + " and '_'");
        }
    }
}
