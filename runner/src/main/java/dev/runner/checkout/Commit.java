package dev.runner.checkout;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The commit that was checked out.
 *
 * @param sha 40 hexadecimal digits, then {@code -dirty} when the files differ from the commit's
 * @param shortSha the first 7 digits, then {@code -dirty} in that case
 * @param branch without {@code refs/heads/}; null when what was asked for is not a branch
 * @param tag the tag asked for, else the highest by version that names this commit; null when there is none
 * @param message whole, without the last line break
 * @param author as {@code name <address>}
 * @param time when it was committed, in the committer's zone
 * @param dirty whether the files differ from the commit's
 */
public record Commit(
        String sha,
        String shortSha,
        @Nullable String branch,
        @Nullable String tag,
        String message,
        String author,
        OffsetDateTime time,
        boolean dirty) {
    /** Digits of a short SHA, as GitHub shows it. */
    static final int SHORT = 7;

    /** The same commit on another branch; for a run whose service says which one it is about. */
    public Commit withBranch(@Nullable String newBranch) {
        return new Commit(sha, shortSha, newBranch, tag, message, author, time, dirty);
    }

    /** The same commit under another tag. */
    public Commit withTag(@Nullable String newTag) {
        return new Commit(sha, shortSha, branch, newTag, message, author, time, dirty);
    }
}
