package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts by name, in the order written. Names keep their case.
 *
 * @param computed entries whose names are computed, too; they come after the others
 */
public record TemplateMap(Map<String, Template> entries, List<Computed> computed) {
    private static final TemplateMap EMPTY = new TemplateMap(Map.of());

    /**
     * Entries that are known when the names are.
     *
     * @param key the name; null when the value gives an object whose entries all belong here
     */
    public record Computed(@Nullable Template key, Template value) {}

    public TemplateMap {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        computed = List.copyOf(computed);
    }

    /** With fixed names only. */
    public TemplateMap(Map<String, Template> entries) {
        this(entries, List.of());
    }

    public static TemplateMap empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return entries.isEmpty() && computed.isEmpty();
    }

    public @Nullable Template get(String name) {
        return entries.get(name);
    }

    /** The texts, all evaluated in the same scope. */
    public Map<String, String> texts(Scope scope) {
        Map<String, String> texts = new LinkedHashMap<>();
        values(scope).forEach((name, value) -> texts.put(name, value.text()));
        return texts;
    }

    /** The values, all evaluated in the same scope; a template that is one expression keeps its type. */
    public Map<String, Value> values(Scope scope) {
        Map<String, Value> values = new LinkedHashMap<>();
        entries.forEach((name, template) -> values.put(name, template.value(scope)));
        for (Computed one : computed) {
            Value value = one.value().value(scope);
            if (one.key() != null) {
                values.put(one.key().text(scope), value);
            } else if (value instanceof Value.Obj object) {
                values.putAll(object.entries());
            }
        }
        return values;
    }
}
