package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Several texts. An item that is one expression giving an array stands for the array's items, so that
 * <code>platforms: ${{ platforms }}</code> works.
 *
 * @param span where the list stands, or where it would
 */
public record TemplateList(List<Template> items, Span span) {
    public TemplateList {
        items = List.copyOf(items);
    }

    public static TemplateList empty(Span span) {
        return new TemplateList(List.of(), span);
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** The texts, one for each line of an item; blank ones are left out. Commas stay, as in {@code type=…,ref=…}. */
    public List<String> texts(Scope scope) {
        return split(scope, "\\R");
    }

    /** The texts where commas and white space separate as well, as in {@code linux/amd64,linux/arm64}. */
    public List<String> words(Scope scope) {
        return split(scope, "[,\\s]+");
    }

    private List<String> split(Scope scope, String separator) {
        List<String> texts = new ArrayList<>();
        for (Template item : items) {
            Value value = item.value(scope);
            List<Value> values = value instanceof Value.Arr array ? array.items() : List.of(value);
            for (Value one : values) {
                for (String text : one.text().split(separator)) {
                    if (!text.isBlank()) {
                        texts.add(text.strip());
                    }
                }
            }
        }
        return texts;
    }
}
