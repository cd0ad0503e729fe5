package dev.runner.cli;

import dev.runner.build.CommaFields;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What to do with a Dockerfile: {@code METHOD[,format=text|json][,ignorestatus=BOOL]}.
 *
 * @param ignoreStatus findings of the checks are no failure
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#call">docker buildx build, call</a>
 */
record CallOption(Method method, Format format, boolean ignoreStatus) {
    /** What is called. */
    enum Method {
        BUILD,
        CHECK,
        OUTLINE,
        TARGETS
    }

    /** How the answer is printed. */
    enum Format {
        TEXT,
        JSON
    }

    static CallOption parse(String text) {
        int comma = text.indexOf(',');
        String name = comma < 0 ? text : text.substring(0, comma);
        Map<String, String> fields = comma < 0 ? Map.of() : CommaFields.parse(text.substring(comma + 1));
        if (!Set.of("format", "ignorestatus").containsAll(fields.keySet())) {
            throw new UsageException("--call takes METHOD[,format=text|json][,ignorestatus=true], not '" + text + "'");
        }
        Method method = switch (name) {
            case "build", "" -> Method.BUILD;
            case "check", "lint" -> Method.CHECK;
            case "outline" -> Method.OUTLINE;
            case "targets" -> Method.TARGETS;
            default -> throw new UsageException("--call is build, check, outline or targets, not '" + name + "'");
        };
        Format format = switch (fields.getOrDefault("format", "text")) {
            case "text" -> Format.TEXT;
            case "json" -> Format.JSON;
            default ->
                throw new UsageException("--call prints format=text or format=json, not " + fields.get("format"));
        };
        String ignore = fields.getOrDefault("ignorestatus", "false").toLowerCase(Locale.ROOT);
        return new CallOption(method, format, ignore.isEmpty() || ignore.equals("1") || ignore.equals("true"));
    }

    CallOption withMethod(Method value) {
        return new CallOption(value, format, ignoreStatus);
    }
}
