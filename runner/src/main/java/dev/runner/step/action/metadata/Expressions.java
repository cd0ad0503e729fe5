package dev.runner.step.action.metadata;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Handlebars expressions mean in the several inputs. */
final class Expressions {
    private final Occasion occasion;

    Expressions(Occasion occasion) {
        this.occasion = occasion;
    }

    /** In {@code enable}, {@code prefix}, {@code suffix}, {@code value}, labels and annotations. */
    String global(String text) {
        return text.contains("{{") ? HandlebarsText.render(text, this::global) : text;
    }

    /** In the pattern of a schedule: dates alone. */
    String dates(String text) {
        return HandlebarsText.render(text, this::date);
    }

    /** In the pattern of a version: its parts alone. */
    static String parts(String text, Map<String, String> parts) {
        return HandlebarsText.render(
                text, call -> call.words().isEmpty() && call.keys().isEmpty() ? parts.get(call.name()) : null);
    }

    private @Nullable String global(HandlebarsText.Call call) {
        return switch (call.name()) {
            case "branch" -> orEmpty(occasion.after("refs/heads/"));
            case "tag" -> orEmpty(occasion.after("refs/tags/"));
            case "sha" -> occasion.commit().shortSha();
            case "base_ref" -> baseRef();
            case "is_default_branch" -> String.valueOf(occasion.isDefaultBranch());
            case "is_not_default_branch" -> String.valueOf(!occasion.isDefaultBranch());
            default -> date(call);
        };
    }

    private @Nullable String date(HandlebarsText.Call call) {
        Instant instant = switch (call.name()) {
            case "date" -> occasion.now();
            case "commit_date" -> occasion.commit().date();
            default -> null;
        };
        if (instant == null) {
            return null;
        }
        for (String key : call.keys().keySet()) {
            if (!key.equals("tz")) {
                throw new MetadataException("Unknown " + key + " attribute");
            }
        }
        String format = call.words().isEmpty() ? "" : call.words().getFirst();
        return MomentFormat.format(instant, format, call.keys().getOrDefault("tz", "UTC"));
    }

    private String baseRef() {
        boolean hasOne = occasion.after("refs/tags/") != null || occasion.after("refs/pull/") != null;
        String base = occasion.baseRef();
        return !hasOne ? "" : base.startsWith("refs/heads/") ? base.substring("refs/heads/".length()) : base;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
