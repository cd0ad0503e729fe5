package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.ValueTree;
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

    static TemplateMap map(@Nullable Token token) {
        if (!(token instanceof Token.Fields fields)) {
            return TemplateMap.empty();
        }
        Map<String, Template> entries = new LinkedHashMap<>();
        for (Token.Field field : fields.fields()) {
            if (field.key() instanceof Token.Text(String name, Span _)) {
                entries.put(name, text(field.value()));
            }
        }
        return new TemplateMap(entries);
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
            case Token.Fields fields -> {
                Map<String, ValueTree> entries = new LinkedHashMap<>();
                fields.fields().forEach(field -> entries.put(field.key().literal(), tree(field.value())));
                yield new ValueTree.Fields(entries, fields.span());
            }
        };
    }
}
