package dev.runner.expression;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where an expression's names get their values. Pure functions are built in and never reach the scope. */
public interface Scope {
    /**
     * The value of a context such as {@code github} or {@code steps}.
     *
     * @param name in lower case
     * @return null when there is no such context; the expression then reads a null value
     */
    @Nullable
    Value context(String name);

    /**
     * Calls a function that depends on the run: {@code success}, {@code failure}, {@code always}, {@code cancelled},
     * {@code hashFiles}.
     *
     * @param function in lower case
     * @throws UnknownFunctionException when this scope has no such function
     */
    default Value call(String function, List<Value> arguments) {
        throw new UnknownFunctionException(function);
    }

    /** A scope of contexts only; names are compared without case. */
    static Scope of(Map<String, Value> contexts) {
        Map<String, Value> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(contexts);
        return name -> copy.get(name.toLowerCase(Locale.ROOT));
    }

    /** A scope without any name. */
    static Scope empty() {
        return name -> null;
    }
}
