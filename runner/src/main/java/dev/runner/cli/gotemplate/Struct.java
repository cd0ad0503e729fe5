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
    private final Map<String, String> members = new LinkedHashMap<>();

    private Struct(String type) {
        this.type = type;
    }

    /** An empty one; the type is for messages. */
    public static Struct of(String type) {
        return new Struct(type);
    }

    /** With a field that JSON writes under the same name. */
    public Struct with(String field, @Nullable Object value) {
        return named(field, field, value);
    }

    /** With a field that JSON writes under another name. */
    public Struct named(String field, String member, @Nullable Object value) {
        fields.put(field, value);
        members.put(member, field);
        return this;
    }

    /** With a field that is worked out when it is asked for. */
    public Struct lazy(String field, String member, Supplier<?> value) {
        return named(field, member, value);
    }

    String type() {
        return type;
    }

    /** Its fields by their names in JSON, suppliers asked. */
    public Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        members.forEach((member, field) -> all.put(member, get(field)));
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
