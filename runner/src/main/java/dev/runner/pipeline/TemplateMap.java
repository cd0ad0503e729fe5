package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts by name, in the order written. Names keep their case. */
public record TemplateMap(Map<String, Template> entries) {
    private static final TemplateMap EMPTY = new TemplateMap(Map.of());

    public TemplateMap {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public static TemplateMap empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public @Nullable Template get(String name) {
        return entries.get(name);
    }

    /** The texts, all evaluated in the same scope. */
    public Map<String, String> texts(Scope scope) {
        Map<String, String> texts = new LinkedHashMap<>();
        entries.forEach((name, template) -> texts.put(name, template.text(scope)));
        return texts;
    }

    /** The values, all evaluated in the same scope; a template that is one expression keeps its type. */
    public Map<String, Value> values(Scope scope) {
        Map<String, Value> values = new LinkedHashMap<>();
        entries.forEach((name, template) -> values.put(name, template.value(scope)));
        return values;
    }
}
