package dev.runner.step.github;

import org.jspecify.annotations.Nullable;

/**
 * An input that an action knows.
 *
 * @param name in lower case; compared without case
 * @param standard what it is when a step does not give it; may hold expressions such as {@code ${{ github.token }}}, read
 *     where the action runs; null for the empty text
 * @param deprecated what to say to a step that gives it, or null
 */
public record ActionInput(
        String name,
        @Nullable String standard,
        boolean required,
        @Nullable String deprecated) {
    /** One that is empty unless given. */
    public static ActionInput of(String name) {
        return new ActionInput(name, null, false, null);
    }

    public static ActionInput of(String name, String standard) {
        return new ActionInput(name, standard, false, null);
    }

    /** One whose absence the action itself complains about; GitHub does not check it. */
    public static ActionInput required(String name) {
        return new ActionInput(name, null, true, null);
    }

    public ActionInput withDeprecation(String message) {
        return new ActionInput(name, standard, required, message);
    }
}
