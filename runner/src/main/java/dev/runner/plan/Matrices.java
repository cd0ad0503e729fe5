package dev.runner.plan;

import dev.runner.expression.Value;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of a matrix, by GitHub's algorithm ("Running variations of jobs in a workflow").
 *
 * <p>First the axes are multiplied, the last one turning fastest. A combination goes when one entry of {@code exclude}
 * matches it in all the entry's keys. Then each entry of {@code include} is added to every combination whose
 * <em>original</em> values it does not contradict: values that came from an earlier include may be overwritten, those of
 * the axes may not. An entry that could be added nowhere is a combination of its own, and later entries do not join it.
 */
final class Matrices {
    private static final Set<String> SPECIAL = Set.of("include", "exclude");

    private final Span span;
    private final Map<String, List<Value>> axes = new LinkedHashMap<>();
    private final List<Value.Obj> includes;
    private final List<Value.Obj> excludes;

    private Matrices(Value.Obj matrix, Span span) {
        this.span = span;
        matrix.entries().forEach((key, value) -> {
            if (!SPECIAL.contains(key)) {
                axes.put(key, axis(key, value));
            }
        });
        includes = objects("include", matrix.get("include"));
        excludes = objects("exclude", matrix.get("exclude"));
    }

    /**
     * The combinations, at least one.
     *
     * @throws InvalidSourceException when the value has another shape, or gives none or too many combinations
     */
    static List<Value.Obj> combinations(Value matrix, Span span) {
        if (!(matrix instanceof Value.Obj object)) {
            throw fault(span, "the matrix must be an object of lists, but it gives " + describe(matrix), null);
        }
        return new Matrices(object, span).combine();
    }

    private List<Value.Obj> combine() {
        List<Map<String, Value>> originals = product();
        originals.removeIf(this::excluded);
        List<Map<String, Value>> all = new ArrayList<>();
        originals.forEach(original -> all.add(new LinkedHashMap<>(original)));
        List<Map<String, Value>> added = new ArrayList<>();
        for (Value.Obj include : includes) {
            boolean joined = false;
            for (int i = 0; i < originals.size(); i++) {
                if (agrees(include, originals.get(i))) {
                    put(all.get(i), include);
                    joined = true;
                }
            }
            if (!joined) {
                added.add(new LinkedHashMap<>(include.entries()));
            }
        }
        all.addAll(added);
        if (all.isEmpty()) {
            throw fault(span, "the matrix gives no combination", "remove an exclude, or add a value");
        }
        if (all.size() > Planner.MATRIX_LIMIT) {
            throw tooLarge(Integer.toString(all.size()));
        }
        return all.stream().map(Value.Obj::new).toList();
    }

    private List<Map<String, Value>> product() {
        List<Map<String, Value>> rows = new ArrayList<>();
        if (axes.isEmpty()) {
            return rows;
        }
        rows.add(Map.of());
        for (Map.Entry<String, List<Value>> axis : axes.entrySet()) {
            List<Map<String, Value>> longer = new ArrayList<>();
            for (Map<String, Value> row : rows) {
                for (Value value : axis.getValue()) {
                    Map<String, Value> next = new LinkedHashMap<>(row);
                    next.put(axis.getKey(), value);
                    longer.add(next);
                }
            }
            // Excludes may bring a product down to the limit, but not one that would fill the memory first.
            if (longer.size() > Planner.MATRIX_LIMIT * Planner.MATRIX_LIMIT) {
                throw tooLarge("more than " + Planner.MATRIX_LIMIT * Planner.MATRIX_LIMIT);
            }
            rows = longer;
        }
        return rows;
    }

    private boolean excluded(Map<String, Value> row) {
        return excludes.stream().anyMatch(exclude -> !exclude.keys().isEmpty() && matches(exclude, row));
    }

    private static boolean matches(Value.Obj exclude, Map<String, Value> row) {
        return exclude.entries().entrySet().stream().allMatch(entry -> {
            String key = axis(entry.getKey(), row);
            Value value = key == null ? null : row.get(key);
            return value != null && matches(entry.getValue(), value);
        });
    }

    /** A pattern that is an object needs only the keys it names; all else is compared as {@code ==} does. */
    private static boolean matches(Value pattern, Value value) {
        return switch (pattern) {
            case Value.Obj object -> value instanceof Value.Obj other && matches(object, other.entries());
            case Value.Arr(List<Value> items) ->
                value instanceof Value.Arr(List<Value> others)
                        && items.size() == others.size()
                        && java.util.stream.IntStream.range(0, items.size())
                                .allMatch(i -> matches(items.get(i), others.get(i)));
            case Value.Null _, Value.Bool _, Value.Num _, Value.Str _ -> equal(pattern, value);
        };
    }

    private static boolean equal(Value a, Value b) {
        if (!b.primitive()) {
            return false;
        }
        if (a instanceof Value.Str(String left) && b instanceof Value.Str(String right)) {
            return left.equalsIgnoreCase(right);
        }
        return a.getClass() == b.getClass() ? a.equals(b) : a.number() == b.number();
    }

    /** Whether an include contradicts none of a combination's original values. */
    private static boolean agrees(Value.Obj include, Map<String, Value> original) {
        return include.entries().entrySet().stream().allMatch(entry -> {
            String key = axis(entry.getKey(), original);
            Value value = key == null ? null : original.get(key);
            return value == null || matches(entry.getValue(), value) && matches(value, entry.getValue());
        });
    }

    private static void put(Map<String, Value> row, Value.Obj include) {
        include.entries().forEach((key, value) -> {
            String known = axis(key, row);
            row.put(known == null ? key : known, value);
        });
    }

    private static @Nullable String axis(String name, Map<String, Value> row) {
        return row.containsKey(name)
                ? name
                : row.keySet().stream()
                        .filter(name::equalsIgnoreCase)
                        .findFirst()
                        .orElse(null);
    }

    private List<Value> axis(String key, Value value) {
        if (!(value instanceof Value.Arr(List<Value> items))) {
            throw fault(span, "'" + key + "' of the matrix must be a list, but it gives " + describe(value), null);
        }
        if (items.isEmpty()) {
            throw fault(span, "'" + key + "' of the matrix has no values", null);
        }
        return items;
    }

    private List<Value.Obj> objects(String key, @Nullable Value value) {
        return switch (value) {
            case null -> Collections.emptyList();
            case Value.Null _ -> Collections.emptyList();
            case Value.Arr(List<Value> items) ->
                items.stream().map(item -> object(key, item)).toList();
            case Value.Bool _, Value.Num _, Value.Str _, Value.Obj _ ->
                throw fault(span, "'" + key + "' of the matrix must be a list, but it gives " + describe(value), null);
        };
    }

    private Value.Obj object(String key, Value item) {
        if (!(item instanceof Value.Obj object)) {
            throw fault(span, "an item of '" + key + "' must be an object, but it is " + describe(item), null);
        }
        for (String name : object.keys()) {
            if (key.equals("exclude") && axes.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                throw fault(span, "'exclude' names '" + name + "', which the matrix has not", null);
            }
        }
        return object;
    }

    private InvalidSourceException tooLarge(String count) {
        return fault(
                span,
                "the matrix gives " + count + " combinations; at most " + Planner.MATRIX_LIMIT + " are allowed",
                "split the job, or exclude some");
    }

    private static String describe(Value value) {
        return switch (value) {
            case Value.Null _ -> "nothing";
            case Value.Arr _ -> "a list";
            case Value.Obj _ -> "an object";
            case Value.Bool _, Value.Num _, Value.Str _ -> "'" + value.text() + "'";
        };
    }

    private static InvalidSourceException fault(Span span, String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }
}
