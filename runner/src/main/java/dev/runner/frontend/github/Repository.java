package dev.runner.frontend.github;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What events are made from: the repository that a workflow is in, as its history knows it. */
public interface Repository {
    /** The id of no commit. */
    String NONE = "0".repeat(40);

    /** The URL of the remote repository {@code origin}, or null. */
    @Nullable
    String origin();

    /** The name of its folder. */
    String folder();

    /** The commit that is checked out; {@link #NONE} without one. */
    String head();

    /** The branch that is checked out, without {@code refs/heads/}, or null. */
    @Nullable
    String branch();

    /** The highest tag of the commit that is checked out, or null. */
    @Nullable
    String tag();

    /** The branch that others are merged into; never empty. */
    String defaultBranch();

    /** The commit that a ref, such as {@code refs/heads/main}, or an id names, or null. */
    @Nullable
    String resolve(String ref);

    /** The commit that the remote repository knew before this one was pushed, else its parent, or null. */
    @Nullable
    String before(String ref, String commit);

    /** A commit, or null when it is not known here. */
    @Nullable
    Revision revision(String commit);

    /** The commits that the second has and the first has not, the oldest first; at most 20. */
    List<Revision> revisions(@Nullable String from, String to);

    /** The files that differ between two commits, or null when that cannot be told. */
    @Nullable
    List<Change> changes(@Nullable String from, String to);

    /** The newest commit that both have in their history, or null. */
    @Nullable
    String mergeBase(String one, String other);

    /** Who works here, by git's configuration. */
    Person user();

    /** A name and an address; both may be empty. */
    record Person(String name, String email) {
        /** As people are called on a server: without spaces. */
        public String login() {
            String plain = name.strip().replaceAll("\\s+", "-");
            return plain.isEmpty() ? "runner" : plain;
        }
    }

    /** A commit. */
    record Revision(
            String id,
            String tree,
            List<String> parents,
            String message,
            Person author,
            Person committer,
            OffsetDateTime time) {
        public Revision {
            parents = List.copyOf(parents);
        }
    }

    /** A file that a commit touches. */
    record Change(String path, Kind kind) {
        /** How. */
        public enum Kind {
            ADDED,
            MODIFIED,
            REMOVED
        }
    }
}
