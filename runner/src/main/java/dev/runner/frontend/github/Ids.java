package dev.runner.frontend.github;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ids of one scope: those that people write, checked, and those that are made for what has none. */
final class Ids {
    private static final int LONGEST = 100;
    private static final Pattern VALID = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private final Set<String> taken = new HashSet<>();

    /** Takes an id that a person has written; what is wrong with it, in GitHub's words, or null. */
    @Nullable
    String take(String id) {
        if (!VALID.matcher(id).matches() || id.length() >= LONGEST) {
            return "The identifier '" + id
                    + "' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs"
                    + " must start with a letter or '_' and and must be less than " + LONGEST + " characters.";
        }
        if (id.startsWith("__")) {
            return "The identifier '" + id + "' is invalid. IDs starting with '__' are reserved.";
        }
        if (!taken.add(id.toLowerCase(Locale.ROOT))) {
            return "The identifier '" + id + "' may not be used more than once within the same scope.";
        }
        return null;
    }

    /** A new id that resembles a name; characters that no id may have become {@code _}. */
    String make(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        if (!plain.isEmpty() && !plain.matches("[A-Za-z_].*")) {
            plain = "_" + plain;
        }
        for (int attempt = 1; ; attempt++) {
            String suffix = attempt == 1 ? "" : "_" + attempt;
            String id = plain.substring(0, Math.min(plain.length(), LONGEST - suffix.length())) + suffix;
            if (taken.add(id.toLowerCase(Locale.ROOT))) {
                return id;
            }
        }
    }
}
