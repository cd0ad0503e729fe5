package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Span;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value of any shape in which texts may hold <code>${{ }}</code>. */
public sealed interface ValueTree {
    Span span();

    /** A number, a boolean or null, as the dialect's YAML reads it. */
    record Constant(Value value, Span span) implements ValueTree {}

    record Text(Template template) implements ValueTree {
        @Override
        public Span span() {
            return template.span();
        }
    }

    record Items(List<ValueTree> items, Span span) implements ValueTree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Entries in the order written. */
    record Fields(Map<String, ValueTree> entries, Span span) implements ValueTree {
        public Fields {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /**
     * Entries some of which have computed names.
     *
     * @param entries in the order written
     */
    record Mixed(List<Entry> entries, Span span) implements ValueTree {
        public Mixed {
            entries = List.copyOf(entries);
        }

        /** @param key null when the value gives an object whose entries all belong here */
        public record Entry(@Nullable Template key, ValueTree value) {}

        private Value merged(Scope scope) {
            Map<String, Value> values = new LinkedHashMap<>();
            for (Entry entry : entries) {
                Value value = entry.value().value(scope);
                if (entry.key() != null) {
                    values.put(entry.key().text(scope), value);
                } else if (value instanceof Value.Obj object) {
                    values.putAll(object.entries());
                }
            }
            return new Value.Obj(values);
        }
    }

    /** The value, with all texts evaluated; a text that is one expression keeps its type. */
    default Value value(Scope scope) {
        return switch (this) {
            case Constant(Value value, Span _) -> value;
            case Text(Template template) -> template.value(scope);
            case Items(List<ValueTree> items, Span _) ->
                new Value.Arr(items.stream().map(item -> item.value(scope)).toList());
            case Mixed mixed -> mixed.merged(scope);
            case Fields(Map<String, ValueTree> entries, Span _) -> {
                Map<String, Value> values = new LinkedHashMap<>();
                entries.forEach((key, tree) -> values.put(key, tree.value(scope)));
                yield new Value.Obj(values);
            }
        };
    }

    /** The names of the contexts it reads, in lower case. */
    default Set<String> contexts() {
        return switch (this) {
            case Constant _ -> Set.of();
            case Text(Template template) -> template.contexts();
            case Items(List<ValueTree> items, Span _) -> contexts(items);
            case Mixed(List<Mixed.Entry> entries, Span _) -> {
                Set<String> names = new LinkedHashSet<>();
                for (Mixed.Entry entry : entries) {
                    names.addAll(entry.key() == null ? Set.of() : entry.key().contexts());
                    names.addAll(entry.value().contexts());
                }
                yield names;
            }
            case Fields(Map<String, ValueTree> entries, Span _) -> contexts(List.copyOf(entries.values()));
        };
    }

    private static Set<String> contexts(List<ValueTree> trees) {
        Set<String> names = new LinkedHashSet<>();
        trees.forEach(tree -> names.addAll(tree.contexts()));
        return names;
    }
}
