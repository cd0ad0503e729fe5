package dev.runner.cli.gotemplate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value with named fields, as Go's structs: to ask for a field that it lacks is a fault, and JSON keeps their order. A
 * field may be a supplier that is asked when the field is.
 */
public final class Struct {
    private final String type;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    private Struct(String type) {
        this.type = type;
    }

    /** An empty one; the type is for messages. */
    public static Struct of(String type) {
        return new Struct(type);
    }

    public Struct with(String field, @Nullable Object value) {
        fields.put(field, value);
        return this;
    }

    public Struct withLazy(String field, Supplier<?> value) {
        fields.put(field, value);
        return this;
    }

    String type() {
        return type;
    }

    /** Its fields, suppliers asked. */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        fields.keySet().forEach(name -> all.put(name, get(name)));
        return all;
    }

    public boolean has(String field) {
        return fields.containsKey(field);
    }

    public @Nullable Object get(String field) {
        Object value = fields.get(field);
        return value instanceof Supplier<?> later ? later.get() : value;
    }
}
