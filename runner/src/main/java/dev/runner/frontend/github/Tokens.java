package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.ValueTree;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens as settings of the model. */
final class Tokens {
    private Tokens() {}

    static @Nullable Template template(@Nullable Token token) {
        return token == null || token instanceof Token.Nothing ? null : text(token);
    }

    static Template text(Token token) {
        return token instanceof Token.Computed(Template template, Span _)
                ? template
                : Template.literal(token.literal(), token.span());
    }

    /** A field of the object that an expression gives; empty when it gives none. */
    static Template field(Token.Computed token, String... path) {
        return made("(" + expression(token) + ")['" + String.join("']['", path) + "']");
    }

    /** The same, or what the expression gives when that has no such field. */
    static Template fieldOrAll(Token.Computed token, String name) {
        String all = "(" + expression(token) + ")";
        return made(all + "['" + name + "'] || " + all);
    }

    private static String expression(Token.Computed token) {
        Template template = token.template();
        return template.isOneExpression() ? template.expressions().getFirst().text() : template.asFormatText();
    }

    private static Template made(String expression) {
        String text = "${{ " + expression + " }}";
        return Template.parse(text, Source.of("made", text).all(), new Diagnostics());
    }

    static Flag flag(@Nullable Token token, boolean otherwise) {
        return new Flag(template(token), otherwise);
    }

    static TemplateList list(@Nullable Token token, Span otherwise) {
        return switch (token) {
            case null -> TemplateList.empty(otherwise);
            case Token.Items(List<Token> items, Span span) ->
                new TemplateList(items.stream().map(Tokens::text).toList(), span);
            case Token one -> new TemplateList(List.of(text(one)), one.span());
        };
    }

    /** A mapping, or one expression that gives it. */
    static TemplateMap map(@Nullable Token token) {
        if (token instanceof Token.Computed(Template template, Span _)) {
            return new TemplateMap(Map.of(), List.of(new TemplateMap.Computed(null, template)));
        }
        if (!(token instanceof Token.Fields fields)) {
            return TemplateMap.empty();
        }
        Map<String, Template> entries = new LinkedHashMap<>();
        List<TemplateMap.Computed> computed = new ArrayList<>();
        for (Token.Field field : fields.fields()) {
            switch (field.key()) {
                case Token.Computed(Template key, Span _) ->
                    computed.add(new TemplateMap.Computed(key, text(field.value())));
                case Token.Insert _ -> computed.add(new TemplateMap.Computed(null, text(field.value())));
                default -> entries.put(field.key().literal(), text(field.value()));
            }
        }
        return new TemplateMap(entries, computed);
    }

    static ValueTree tree(Token token) {
        return switch (token) {
            case Token.Text text -> new ValueTree.Text(text(text));
            case Token.Computed(Template template, Span _) -> new ValueTree.Text(template);
            case Token.Number(double number, Span span) -> new ValueTree.Constant(Value.of(number), span);
            case Token.Truth(boolean truth, Span span) -> new ValueTree.Constant(Value.of(truth), span);
            case Token.Nothing(Span span) -> new ValueTree.Constant(Value.NULL, span);
            case Token.Insert(Span span) -> new ValueTree.Constant(Value.NULL, span);
            case Token.Items(List<Token> items, Span span) -> {
                List<ValueTree> trees = new ArrayList<>();
                items.forEach(item -> trees.add(tree(item)));
                yield new ValueTree.Items(trees, span);
            }
            case Token.Fields fields
            when fields.fields().stream().anyMatch(field -> field.key().isExpression()) -> mixed(fields);
            case Token.Fields fields -> {
                Map<String, ValueTree> entries = new LinkedHashMap<>();
                fields.fields().forEach(field -> entries.put(field.key().literal(), tree(field.value())));
                yield new ValueTree.Fields(entries, fields.span());
            }
        };
    }

    private static ValueTree mixed(Token.Fields fields) {
        List<ValueTree.Mixed.Entry> entries = new ArrayList<>();
        for (Token.Field field : fields.fields()) {
            Template key = field.key() instanceof Token.Insert ? null : text(field.key());
            entries.add(new ValueTree.Mixed.Entry(key, tree(field.value())));
        }
        return new ValueTree.Mixed(entries, fields.span());
    }
}
