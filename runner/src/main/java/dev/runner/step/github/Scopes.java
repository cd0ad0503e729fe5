package dev.runner.step.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scopes that lie over others. */
final class Scopes {
    private Scopes() {}

    /** These contexts, by name in lower case; all else comes from the other scope. */
    static Scope over(Scope scope, Map<String, Value> contexts) {
        Map<String, Value> own = new LinkedHashMap<>(contexts);
        return new Scope() {
            @Override
            public @Nullable Value context(String name) {
                Value value = own.get(name);
                return value == null ? scope.context(name) : value;
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                return scope.call(function, arguments);
            }
        };
    }

    /** With other answers of {@code success()} and {@code failure()}: those of an action's own steps. */
    static Scope withStatus(Scope scope, boolean failed) {
        return new Scope() {
            @Override
            public @Nullable Value context(String name) {
                return scope.context(name);
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                return switch (function) {
                    case "success" ->
                        Value.of(!failed && !scope.call("cancelled", List.of()).truthy());
                    case "failure" -> Value.of(failed);
                    default -> scope.call(function, arguments);
                };
            }
        };
    }

    /** A context's entries; none when it is no object. */
    static Map<String, Value> entries(@Nullable Value context) {
        return context instanceof Value.Obj object ? new LinkedHashMap<>(object.entries()) : new LinkedHashMap<>();
    }

    /** The context {@code env}, whose names keep their case. */
    static Value env(Map<String, String> variables) {
        Map<String, Value> values = new LinkedHashMap<>();
        variables.forEach((name, text) -> values.put(name, Value.of(text)));
        return Value.Obj.caseSensitive(values);
    }

    /** A field of a context as text; empty when it is not there. */
    static String field(Scope scope, String context, String name) {
        Value value = scope.context(context) instanceof Value.Obj object ? object.get(name) : null;
        return value == null ? "" : value.text();
    }
}
