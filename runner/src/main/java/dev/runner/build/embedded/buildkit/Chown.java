package dev.runner.build.embedded.buildkit;

import org.jspecify.annotations.Nullable;

/**
 * An owner as BuildKit writes it. A name is looked up in the files below, so that their place among the inputs is part
 * of it; here they are the first input always.
 *
 * @param group null where none is given
 */
public record Chown(String user, @Nullable String group) {
    /** Reads {@code USER[:GROUP]}. */
    public static Chown parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? new Chown(text, null) : new Chown(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Whether a file of names must be read for it. */
    public boolean named() {
        return isName(user) || group != null && isName(group);
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && number(text) == null;
    }

    GoJson json() {
        return new GoJson().struct("user", json(user)).struct("group", group == null ? null : json(group));
    }

    private static GoJson json(String text) {
        Integer number = number(text);
        GoJson inner = isName(text)
                ? new GoJson().struct("byName", new GoJson().text("name", text))
                : new GoJson().number("byId", number == null ? 0 : Integer.toUnsignedLong(number));
        return new GoJson().struct("User", inner);
    }

    private static @Nullable Integer number(String text) {
        if (text.equals("root")) {
            return 0;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
