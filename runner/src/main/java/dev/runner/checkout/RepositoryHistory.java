package dev.runner.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** What a repository of this machine knows of its commits, branches and owner; it is only read. */
public final class RepositoryHistory implements AutoCloseable {
    /** A person of a commit, or the one who works here. */
    public record Person(String name, String email) {}

    /** A commit; ids have 40 hexadecimal digits. */
    public record Revision(
            String id,
            String tree,
            List<String> parents,
            String message,
            Person author,
            Person committer,
            OffsetDateTime time) {}

    /** A path that differs between two commits; a renamed file is removed and added. */
    public record Change(String path, Kind kind) {
        /** How it differs. */
        public enum Kind {
            ADDED,
            MODIFIED,
            REMOVED
        }
    }

    private final LocalSource source;
    private final Repository repository;

    private RepositoryHistory(LocalSource source) {
        this.source = source;
        this.repository = source.repository();
    }

    /** The repository around a folder, or null when there is none or it cannot be read. */
    public static @Nullable RepositoryHistory open(Path folder) {
        try {
            return new RepositoryHistory(LocalSource.open(folder.toAbsolutePath()));
        } catch (CheckoutException | IOException e) {
            return null; // What needs a repository says so itself.
        }
    }

    /** The working tree's root; null for a bare repository. */
    public @Nullable Path top() {
        return source.top();
    }

    /** The URL of the remote repository {@code origin}, or null. */
    public @Nullable String origin() {
        return source.upstream();
    }

    /** The commit that is checked out, or null when there is none yet. */
    public @Nullable Commit head() throws IOException {
        ObjectId id = repository.resolve(Constants.HEAD);
        return id == null ? null : source.headCommit();
    }

    /** The branch that is checked out, also before its first commit; null for a detached head. */
    public @Nullable String branch() throws IOException {
        Ref head = repository.exactRef(Constants.HEAD);
        return head != null && head.isSymbolic() && head.getTarget().getName().startsWith(Constants.R_HEADS)
                ? head.getTarget().getName().substring(Constants.R_HEADS.length())
                : null;
    }

    /** The remote repository's default branch if it is known, else {@code main} or {@code master}, else the current one. */
    public String defaultBranch() throws IOException {
        String prefix = Constants.R_REMOTES + "origin/";
        Ref remote = repository.exactRef(prefix + Constants.HEAD);
        if (remote != null
                && remote.isSymbolic()
                && remote.getTarget().getName().startsWith(prefix)) {
            return remote.getTarget().getName().substring(prefix.length());
        }
        for (String name : List.of("main", "master")) {
            if (repository.exactRef(Constants.R_HEADS + name) != null || repository.exactRef(prefix + name) != null) {
                return name;
            }
        }
        String branch = branch();
        return branch == null ? "main" : branch;
    }

    /** The commit that a ref or an id names, or null. */
    public @Nullable String resolve(String name) throws IOException {
        try {
            ObjectId id = repository.resolve(name + "^{commit}");
            return id == null ? null : id.name();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A commit, or null when it is not here. */
    public @Nullable Revision revision(String commit) throws IOException {
        ObjectId id = ObjectId.isId(commit) ? ObjectId.fromString(commit) : null;
        if (id == null || !repository.getObjectDatabase().has(id)) {
            return null;
        }
        try (RevWalk walk = new RevWalk(repository)) {
            return revision(walk.parseCommit(id));
        }
    }

    private static Revision revision(RevCommit commit) {
        PersonIdent author = commit.getAuthorIdent();
        PersonIdent committer = commit.getCommitterIdent();
        Instant time = committer.getWhenAsInstant();
        return new Revision(
                commit.name(),
                commit.getTree().name(),
                Arrays.stream(commit.getParents()).map(RevCommit::name).toList(),
                commit.getFullMessage().strip(),
                new Person(author.getName(), author.getEmailAddress()),
                new Person(committer.getName(), committer.getEmailAddress()),
                time.atZone(committer.getZoneId()).toOffsetDateTime());
    }

    /** The newest commits that the second has and the first has not, the oldest first. */
    public List<Revision> revisions(@Nullable String from, String to, int most) throws IOException {
        List<Revision> revisions = new ArrayList<>();
        if (revision(to) == null) {
            return revisions;
        }
        try (RevWalk walk = new RevWalk(repository)) {
            walk.sort(RevSort.TOPO);
            walk.markStart(walk.parseCommit(ObjectId.fromString(to)));
            if (from != null && revision(from) != null) {
                walk.markUninteresting(walk.parseCommit(ObjectId.fromString(from)));
            }
            for (RevCommit commit : walk) {
                if (revisions.size() == most) {
                    break;
                }
                revisions.add(revision(commit));
            }
        }
        Collections.reverse(revisions);
        return revisions;
    }

    /** The paths that differ between two commits, or since the empty tree; null when one of them is not here. */
    public @Nullable List<Change> changes(@Nullable String from, String to) throws IOException {
        if (revision(to) == null || from != null && revision(from) == null) {
            return null;
        }
        List<Change> changes = new ArrayList<>();
        try (RevWalk commits = new RevWalk(repository);
                TreeWalk walk = new TreeWalk(repository)) {
            walk.setRecursive(true);
            if (from == null) {
                walk.addTree(new EmptyTreeIterator());
            } else {
                walk.addTree(commits.parseCommit(ObjectId.fromString(from)).getTree());
            }
            walk.addTree(commits.parseCommit(ObjectId.fromString(to)).getTree());
            for (DiffEntry entry : DiffEntry.scan(walk)) {
                switch (entry.getChangeType()) {
                    case ADD, COPY, RENAME -> changes.add(new Change(entry.getNewPath(), Change.Kind.ADDED));
                    case MODIFY -> changes.add(new Change(entry.getNewPath(), Change.Kind.MODIFIED));
                    case DELETE -> changes.add(new Change(entry.getOldPath(), Change.Kind.REMOVED));
                }
            }
        }
        return changes;
    }

    /** The newest commit that both have in their history, or null. */
    public @Nullable String mergeBase(String one, String other) throws IOException {
        if (revision(one) == null || revision(other) == null) {
            return null;
        }
        try (RevWalk walk = new RevWalk(repository)) {
            walk.setRevFilter(RevFilter.MERGE_BASE);
            walk.markStart(walk.parseCommit(ObjectId.fromString(one)));
            walk.markStart(walk.parseCommit(ObjectId.fromString(other)));
            RevCommit base = walk.next();
            return base == null ? null : base.name();
        }
    }

    /** Who works here: {@code user.name} and {@code user.email} of the repository, else of the user; may be empty. */
    public Person user(Path home) {
        Config own = repository.getConfig();
        String name = own.getString("user", null, "name");
        String email = own.getString("user", null, "email");
        for (Path file : List.of(home.resolve(".gitconfig"), home.resolve(".config/git/config"))) {
            Config config = read(file);
            name = name == null ? config.getString("user", null, "name") : name;
            email = email == null ? config.getString("user", null, "email") : email;
        }
        return new Person(name == null ? "" : name, email == null ? "" : email);
    }

    private static Config read(Path file) {
        Config config = new Config();
        try {
            if (Files.isRegularFile(file)) {
                config.fromText(Files.readString(file));
            }
        } catch (IOException | ConfigInvalidException e) {
            return new Config(); // As if it were not there: a name is all that is missed.
        }
        return config;
    }

    @Override
    public void close() {
        source.close();
    }
}
