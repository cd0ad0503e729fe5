package dev.runner.checkout;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to bring, and where to.
 *
 * @param repository a local path, or a {@code file://}, {@code https://}, {@code http://}, {@code ssh://} or
 *     {@code git://} URL, or {@code user@host:path}
 * @param base what a relative local path is relative to
 * @param ref branch, tag, full or short SHA, or a full name such as {@code refs/pull/7/merge}; null means what HEAD of
 *     the repository names
 * @param into the folder to fill; made when absent. It may hold an earlier checkout of ours, which is replaced, or other
 *     files, which stay unless the commit has them too; another repository is refused
 * @param scope how much of the history and of the tree
 * @param credentials whom to be; {@link GitCredentials#none()} for what needs none
 * @param dirty take the working tree of a local repository as it is: what is tracked or untracked but not ignored
 */
public record CheckoutRequest(
        String repository,
        Path base,
        @Nullable String ref,
        Path into,
        Scope scope,
        GitCredentials credentials,
        boolean dirty) {
    public CheckoutRequest {
        if (repository.isBlank()) {
            throw new IllegalArgumentException("a repository is needed");
        }
        if (ref != null && ref.isBlank()) {
            ref = null;
        }
        base = base.toAbsolutePath().normalize();
        into = base.resolve(into).normalize();
    }

    /** The commit that HEAD of the repository names, alone, with every file and without submodules. */
    public static CheckoutRequest of(String repository, Path into) {
        return new CheckoutRequest(
                repository, Path.of("").toAbsolutePath(), null, into, Scope.TIP, GitCredentials.none(), false);
    }

    public CheckoutRequest withRef(@Nullable String newRef) {
        return new CheckoutRequest(repository, base, newRef, into, scope, credentials, dirty);
    }

    public CheckoutRequest withScope(Scope newScope) {
        return new CheckoutRequest(repository, base, ref, into, newScope, credentials, dirty);
    }

    public CheckoutRequest withCredentials(GitCredentials newCredentials) {
        return new CheckoutRequest(repository, base, ref, into, scope, newCredentials, dirty);
    }

    public CheckoutRequest withDirty(boolean newDirty) {
        return new CheckoutRequest(repository, base, ref, into, scope, credentials, newDirty);
    }

    /** The repository as it may be shown: without what stands before the {@code @} of a URL. */
    public String shownRepository() {
        return Location.redacted(repository);
    }

    /** Which submodules come along: none, those of the repository, or those of the submodules too. */
    public enum Submodules {
        NONE,
        TRUE,
        RECURSIVE
    }

    /**
     * How much of a repository.
     *
     * @param depth commits of history to fetch; 0 means all, of all branches and tags. A local path always has all of
     *     it, for it is shared and costs nothing
     * @param tags whether tags are fetched too
     * @param submodules which submodules
     * @param sparse what part of the tree; empty means all. Folders without wildcards select as git's cone mode does
     *     (the folder, and the files beside it on the way up); as soon as one has a wildcard or a {@code !}, all are
     *     patterns as in {@code .gitignore}
     * @param largeFiles whether the contents of Git LFS are fetched, too; else their pointers are left
     * @param rules for submodules
     */
    public record Scope(
            int depth,
            boolean tags,
            Submodules submodules,
            List<String> sparse,
            boolean largeFiles,
            SubmoduleRules rules) {
        /** One commit, all its files, without the contents of Git LFS. */
        public static final Scope TIP = new Scope(1, false, Submodules.NONE, List.of(), false, SubmoduleRules.USUAL);

        public Scope {
            if (depth < 0) {
                throw new IllegalArgumentException("depth is 0 or more: " + depth);
            }
            sparse = List.copyOf(sparse);
        }

        public Scope withDepth(int newDepth) {
            return new Scope(newDepth, tags, submodules, sparse, largeFiles, rules);
        }

        public Scope withTags(boolean newTags) {
            return new Scope(depth, newTags, submodules, sparse, largeFiles, rules);
        }

        public Scope withSubmodules(Submodules newSubmodules) {
            return new Scope(depth, tags, newSubmodules, sparse, largeFiles, rules);
        }

        public Scope withSparse(List<String> newSparse) {
            return new Scope(depth, tags, submodules, newSparse, largeFiles, rules);
        }

        public Scope withRules(SubmoduleRules newRules) {
            return new Scope(depth, tags, submodules, sparse, largeFiles, newRules);
        }

        public Scope withLargeFiles(boolean newLargeFiles) {
            return new Scope(depth, tags, submodules, sparse, newLargeFiles, rules);
        }
    }
}
