package dev.runner.frontend.github;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a job's token may do, by scope; what is not named it may not. */
record Permissions(Map<String, Level> scopes) {
    /** Each may all that those before it may. */
    enum Level {
        NONE,
        READ,
        WRITE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In the order in which GitHub lists them. */
    private static final List<String> SCOPES = List.of(
            "actions",
            "checks",
            "contents",
            "deployments",
            "discussions",
            "issues",
            "packages",
            "pages",
            "pull-requests",
            "repository-projects",
            "statuses",
            "security-events",
            "id-token");

    private static final List<String> NEWER =
            List.of("artifact-metadata", "attestations", "copilot-requests", "models", "vulnerability-alerts");

    static final Permissions READ_ALL = all(Level.READ);
    static final Permissions WRITE_ALL = all(Level.WRITE);

    Permissions {
        scopes = Map.copyOf(scopes);
    }

    private static Permissions all(Level level) {
        Map<String, Level> scopes = new LinkedHashMap<>();
        SCOPES.forEach(scope -> scopes.put(scope, level));
        return new Permissions(scopes);
    }

    /** What is written under {@code permissions}; null when nothing is. */
    static @Nullable Permissions of(@Nullable Token token) {
        return switch (token) {
            case Token.Text(String word, var _) -> word.equals("write-all") ? WRITE_ALL : READ_ALL;
            case Token.Fields fields -> {
                Map<String, Level> scopes = new LinkedHashMap<>();
                for (Token.Field field : fields.fields()) {
                    Level level = Level.valueOf(field.value().literal().toUpperCase(Locale.ROOT));
                    if (level != Level.NONE) {
                        scopes.put(field.key().literal(), level);
                    }
                }
                yield new Permissions(scopes);
            }
            case null, default -> null;
        };
    }

    private Level level(String scope) {
        return scopes.getOrDefault(scope, Level.NONE);
    }

    /** The shorthands allow newer scopes, too. */
    private boolean allowsAll() {
        return equals(READ_ALL) || equals(WRITE_ALL);
    }

    /** The scopes of which this asks for more than others allow. */
    List<String> beyond(Permissions allowed) {
        List<String> beyond = new ArrayList<>();
        for (List<String> names : List.of(SCOPES, NEWER)) {
            for (String scope : names) {
                boolean within = NEWER.contains(scope) && allowed.allowsAll();
                if (!within && level(scope).compareTo(allowed.level(scope)) > 0) {
                    beyond.add(scope);
                }
            }
        }
        return beyond;
    }

    /** {@code contents: read, packages: none}, for some scopes. */
    String words(List<String> names) {
        return String.join(
                ", ",
                names.stream().map(scope -> scope + ": " + level(scope).word()).toList());
    }

    /** What people see of a job's token. */
    Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        for (List<String> names : List.of(SCOPES, NEWER)) {
            for (String scope : names) {
                if (scopes.containsKey(scope)) {
                    shown.put(scope, level(scope).word());
                }
            }
        }
        return shown;
    }
}
