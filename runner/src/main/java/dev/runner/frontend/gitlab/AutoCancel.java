package dev.runner.frontend.gitlab;

import java.util.Set;

/**
 * When a pipeline is cancelled without being asked.
 *
 * @param onFailure whether a job that fails cancels all others
 * @param onNewCommit what a pipeline for a newer commit of the same branch or tag does to it
 * @param interruptible ids of the jobs that may be cancelled for a newer commit
 */
public record AutoCancel(boolean onFailure, OnNewCommit onNewCommit, Set<String> interruptible) {
    public AutoCancel {
        interruptible = Set.copyOf(interruptible);
    }

    AutoCancel withInterruptible(Set<String> ids) {
        return new AutoCancel(onFailure, onNewCommit, ids);
    }

    /** What becomes of the older pipeline. */
    public enum OnNewCommit {
        /** It is cancelled as a whole, unless a job that is not interruptible has started. */
        CONSERVATIVE,
        /** Its interruptible jobs are cancelled. */
        INTERRUPTIBLE,
        NONE;

        static OnNewCommit of(@org.jspecify.annotations.Nullable String word) {
            return switch (word) {
                case "interruptible" -> INTERRUPTIBLE;
                case "none" -> NONE;
                case null, default -> CONSERVATIVE;
            };
        }
    }
}
