package dev.runner.build.bake.hcl;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A constraint on values, such as {@code list(string)}.
 *
 * @see <a href="https://github.com/hashicorp/hcl/tree/main/ext/typeexpr">HCL type expressions</a>
 */
public sealed interface HclType {
    /** Anything. */
    record Any() implements HclType {}

    /** {@code string}, {@code number} or {@code bool}. */
    record Primitive(String name) implements HclType {}

    /** {@code list(T)} or {@code set(T)}. */
    record ListOf(HclType item, boolean set) implements HclType {}

    /** {@code map(T)}. */
    record MapOf(HclType value) implements HclType {}

    /** {@code tuple([T, …])}. */
    record TupleOf(List<HclType> items) implements HclType {}

    /** {@code object({NAME = T, …})}. */
    record ObjectOf(Map<String, Field> fields) implements HclType {
        /** @param fallback for a field that may be left out; null when it may not */
        record Field(HclType type, @Nullable HclValue fallback) {}
    }

    /**
     * Reads a type from the expression it is written as.
     *
     * @throws InvalidSourceException when it is none
     */
    static HclType of(HclExpression expression) {
        return switch (expression) {
            case HclExpression.Variable(var _, String name) when name.equals("any") -> new Any();
            case HclExpression.Variable(var _, String name)
            when List.of("string", "number", "bool").contains(name) -> new Primitive(name);
            case HclExpression.Call call when call.arguments().size() == 1 -> compound(call);
            default -> throw noType(expression);
        };
    }

    private static HclType compound(HclExpression.Call call) {
        HclExpression inner = call.arguments().getFirst();
        switch (call.function()) {
            case "list", "set":
                return new ListOf(of(inner), call.function().equals("set"));
            case "map":
                return new MapOf(of(inner));
            case "tuple":
                if (inner instanceof HclExpression.Tuple(var _, List<HclExpression> items)) {
                    return new TupleOf(items.stream().map(HclType::of).toList());
                }
                throw noType(call);
            case "object":
                if (inner instanceof HclExpression.ObjectOf(var _, List<HclExpression.ObjectOf.Entry> entries)) {
                    return object(entries);
                }
                throw noType(call);
            default:
                throw noType(call);
        }
    }

    private static HclType object(List<HclExpression.ObjectOf.Entry> entries) {
        Map<String, ObjectOf.Field> fields = new LinkedHashMap<>();
        for (HclExpression.ObjectOf.Entry entry : entries) {
            if (!(entry.key() instanceof HclExpression.Literal(var _, HclValue.Str(String name)))) {
                throw noType(entry.key());
            }
            if (entry.value() instanceof HclExpression.Call call
                    && call.function().equals("optional")) {
                HclValue fallback =
                        call.arguments().size() == 2 && call.arguments().get(1) instanceof HclExpression.Literal literal
                                ? literal.value()
                                : HclValue.NULL;
                fields.put(name, new ObjectOf.Field(of(call.arguments().getFirst()), fallback));
            } else {
                fields.put(name, new ObjectOf.Field(of(entry.value()), null));
            }
        }
        return new ObjectOf(fields);
    }

    private static InvalidSourceException noType(HclExpression expression) {
        return new InvalidSourceException(Diagnostic.error(
                expression.span(),
                "this is no type",
                "write string, number, bool, any, list(T), set(T), map(T), tuple([T]) or object({NAME = T})"));
    }

    /**
     * The value as this type.
     *
     * @throws HclFault when it cannot be that
     */
    default HclValue convert(HclValue value) {
        if (value.isNull()) {
            return value;
        }
        return switch (this) {
            case Any _ -> value;
            case Primitive(String name) ->
                switch (name) {
                    case "string" -> HclValue.of(HclValues.text(value));
                    case "number" -> HclValue.of(HclValues.number(value));
                    default -> HclValue.of(HclValues.bool(value));
                };
            case ListOf(HclType item, boolean set) -> {
                List<HclValue> items =
                        HclValues.list(value).stream().map(item::convert).toList();
                yield new HclValue.Lst(set ? SetFunctions.sorted(items) : items);
            }
            case MapOf(HclType type) -> {
                Map<String, HclValue> entries = new LinkedHashMap<>();
                HclValues.map(value).forEach((key, one) -> entries.put(key, type.convert(one)));
                yield new HclValue.Obj(entries);
            }
            case TupleOf(List<HclType> types) -> tuple(types, HclValues.list(value));
            case ObjectOf(Map<String, ObjectOf.Field> fields) -> object(fields, HclValues.map(value));
        };
    }

    private static HclValue tuple(List<HclType> types, List<HclValue> items) {
        if (types.size() != items.size()) {
            throw new HclFault("a tuple of " + types.size() + " is needed, not of " + items.size());
        }
        List<HclValue> converted = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            converted.add(types.get(i).convert(items.get(i)));
        }
        return new HclValue.Lst(converted);
    }

    private static HclValue object(Map<String, ObjectOf.Field> fields, Map<String, HclValue> given) {
        Map<String, HclValue> entries = new LinkedHashMap<>();
        fields.forEach((name, field) -> {
            HclValue value = given.get(name);
            if (value == null) {
                if (field.fallback() == null) {
                    throw new HclFault("the attribute '" + name + "' is missing");
                }
                value = field.fallback();
            }
            entries.put(name, field.type().convert(value));
        });
        return new HclValue.Obj(entries);
    }

    /**
     * A value from the environment or the command line: a text as it is, a list as comma-separated values.
     *
     * @throws HclFault when the text does not spell a value of this type
     */
    default HclValue read(String text) {
        return switch (this) {
            case Any _ -> HclValue.of(text);
            case Primitive _ -> convert(HclValue.of(text));
            case ListOf _, TupleOf _ -> {
                List<List<String>> rows = EncodingFunctions.rows(text);
                yield convert(HclValue.texts(rows.isEmpty() ? List.of() : rows.getFirst()));
            }
            case MapOf _, ObjectOf _ ->
                throw new HclFault("a value of this type is given as JSON, in the variable with _JSON at its end");
        };
    }

    /** The word for people. */
    default String written() {
        return switch (this) {
            case Any _ -> "any";
            case Primitive(String name) -> name;
            case ListOf(HclType item, boolean set) -> (set ? "set(" : "list(") + item.written() + ")";
            case MapOf(HclType type) -> "map(" + type.written() + ")";
            case TupleOf(List<HclType> items) ->
                "tuple(["
                        + String.join(", ", items.stream().map(HclType::written).toList()) + "])";
            case ObjectOf _ -> "object";
        };
    }
}
