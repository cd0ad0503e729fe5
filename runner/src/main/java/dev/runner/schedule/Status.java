package dev.runner.schedule;

import dev.runner.expression.Expression;
import dev.runner.expression.Scope;
import dev.runner.expression.UnknownFunctionException;
import dev.runner.expression.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code success()}, {@code failure()}, {@code always()} and {@code cancelled()} answer, in a job or before it.
 *
 * @param failed whether an earlier step, or a job that was needed, has failed
 * @param cancelled whether the work is being cancelled
 * @param succeeded whether all went well so far
 */
record Status(boolean succeeded, boolean failed, boolean cancelled) {
    Value call(String function) {
        return Value.of(
                switch (function) {
                    case "success" -> succeeded;
                    case "failure" -> failed;
                    case "cancelled" -> cancelled;
                    case "always" -> true;
                    default -> throw new UnknownFunctionException(function);
                });
    }

    /** A scope with the status functions. */
    Scope over(Scope scope) {
        Status status = this;
        return new Scope() {
            @Override
            public @Nullable Value context(String name) {
                return scope.context(name);
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                return switch (function) {
                    case "success", "failure", "cancelled", "always" -> status.call(function);
                    default -> scope.call(function, arguments);
                };
            }
        };
    }

    /** Whether a condition holds; without a status function in it, {@code success()} is part of it. */
    boolean allows(@Nullable Expression condition, Scope scope) {
        if (condition == null) {
            return succeeded;
        }
        if (!condition.usesStatusFunction() && !succeeded) {
            return false;
        }
        return condition.evaluate(over(scope)).truthy();
    }
}
