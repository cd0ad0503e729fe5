package dev.runner.frontend.github;

import dev.runner.expression.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a repository, so that workflows run.
 *
 * @param name such as {@code push}
 * @param action what became of its subject, such as {@code opened}, or null for events without activity types
 * @param ref the whole ref that it is about, such as {@code refs/heads/main}
 * @param sha the commit that it is about
 * @param baseRef the branch that a pull request is to be merged into, else empty
 * @param headRef the branch of a pull request, else empty
 * @param changed the paths that it touched; null when it is about none, or nobody knows
 */
public record Event(
        String name,
        @Nullable String action,
        Value.Obj payload,
        String ref,
        String sha,
        Branches branches,
        @Nullable List<String> changed) {
    public Event {
        changed = changed == null ? null : List.copyOf(changed);
    }

    /** The two sides of a pull request; empty for other events. */
    public record Branches(String base, String head) {
        static final Branches NONE = new Branches("", "");
    }

    /** What a run is asked to be about. */
    public record Wish(
            @Nullable String name,
            Value.@Nullable Obj payload,
            @Nullable String ref) {}

    public boolean isTag() {
        return ref.startsWith("refs/tags/");
    }

    /** The ref as people say it: {@code main}, {@code v1}, {@code 1/merge}. */
    public String refName() {
        for (String prefix : List.of("refs/heads/", "refs/tags/", "refs/pull/")) {
            if (ref.startsWith(prefix)) {
                return ref.substring(prefix.length());
            }
        }
        return ref;
    }

    boolean isPullRequest() {
        return name.equals("pull_request") || name.equals("pull_request_target");
    }
}
