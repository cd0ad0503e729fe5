package dev.runner.step.action.metadata;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a run is about.
 *
 * @param baseRef the payload's {@code base_ref} of a pushed tag, or the branch that a pull request goes to; empty for none
 * @param now the time that {@code date} and the label {@code created} tell
 */
public record Occasion(Commit commit, String event, String baseRef, Repository repository, Instant now) {
    /**
     * The commit.
     *
     * @param ref as {@code refs/heads/main}
     * @param shortLength how many digits a short SHA has
     */
    public record Commit(String ref, String sha, int shortLength, Instant date) {
        String shortSha() {
            return sha.length() <= shortLength ? sha : sha.substring(0, shortLength);
        }
    }

    /**
     * The repository; empty texts for what is unknown.
     *
     * @param url where people look at it
     * @param license an SPDX identifier
     */
    public record Repository(String name, String description, String url, String defaultBranch, String license) {}

    /** What follows a prefix of the ref, such as {@code refs/tags/}; null when it has another one. */
    @Nullable
    String after(String prefix) {
        return commit.ref().startsWith(prefix) ? commit.ref().substring(prefix.length()) : null;
    }

    /** Events that always are about the newest commit of the default branch count as it, too. */
    boolean isDefaultBranch() {
        String branch = commit.ref().startsWith("refs/heads/") ? commit.ref().substring(11) : commit.ref();
        return !branch.isEmpty()
                && (branch.equals(repository.defaultBranch())
                        || event.contains("create")
                        || event.contains("discussion")
                        || event.contains("issues")
                        || event.contains("schedule"));
    }
}
