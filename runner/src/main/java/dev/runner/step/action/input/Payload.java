package dev.runner.step.action.input;

import dev.runner.expression.Value;
import dev.runner.step.github.ActionContext;
import org.jspecify.annotations.Nullable;

/** The event's payload, {@code github.event}: values by their path. */
public final class Payload {
    private final @Nullable Value event;

    private Payload(@Nullable Value event) {
        this.event = event;
    }

    public static Payload of(ActionContext context) {
        Value github = context.scope().context("github");
        return new Payload(github instanceof Value.Obj object ? object.get("event") : null);
    }

    /** The value at the end of a path of names; null when there is none. */
    public @Nullable Value value(String... path) {
        Value value = event;
        for (String name : path) {
            value = value instanceof Value.Obj object ? object.get(name) : null;
        }
        return value;
    }

    /** Its text; empty when there is none. */
    public String text(String... path) {
        Value value = value(path);
        return value == null ? "" : value.text();
    }
}
