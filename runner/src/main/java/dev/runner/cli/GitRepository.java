package dev.runner.cli;

import dev.runner.checkout.Commit;
import dev.runner.checkout.RepositoryHistory;
import dev.runner.frontend.github.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The repository around a folder, for events; a folder outside of any repository is one without commits. */
final class GitRepository implements Repository, AutoCloseable {
    private static final int COMMITS = 20;

    private final @Nullable RepositoryHistory history;
    private final Path folder;
    private final Path home;

    private GitRepository(@Nullable RepositoryHistory history, Path folder, Path home) {
        this.history = history;
        this.folder = folder;
        this.home = home;
    }

    static GitRepository open(Path folder, Path home) {
        return new GitRepository(RepositoryHistory.open(folder), folder, home);
    }

    /** The root of the working tree; null outside of any repository. */
    @Nullable
    Path top() {
        return history == null ? null : history.top();
    }

    @Override
    public String folder() {
        Path top = top();
        Path name = (top == null ? folder : top).toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }

    private interface Question<T> {
        T ask(RepositoryHistory history) throws IOException;
    }

    private <T extends @Nullable Object> T ask(Question<T> question, T otherwise) {
        try {
            return history == null ? otherwise : question.ask(history);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the repository", e);
        }
    }

    @Override
    public @Nullable String origin() {
        return this.<@Nullable String>ask(RepositoryHistory::origin, null);
    }

    private @Nullable Commit commit() {
        return this.<@Nullable Commit>ask(RepositoryHistory::head, null);
    }

    @Override
    public String head() {
        Commit commit = commit();
        return commit == null ? NONE : commit.sha();
    }

    @Override
    public @Nullable String branch() {
        return this.<@Nullable String>ask(RepositoryHistory::branch, null);
    }

    @Override
    public @Nullable String tag() {
        Commit commit = commit();
        return commit == null ? null : commit.tag();
    }

    @Override
    public String defaultBranch() {
        return ask(RepositoryHistory::defaultBranch, "main");
    }

    @Override
    public @Nullable String resolve(String ref) {
        return this.<@Nullable String>ask(open -> open.resolve(ref), null);
    }

    @Override
    public @Nullable String before(String ref, String commit) {
        String remote = resolve(ref.replaceFirst("^refs/heads/", "refs/remotes/origin/"));
        if (remote != null && !remote.equals(commit)) {
            return remote;
        }
        Revision revision = revision(commit);
        return revision == null || revision.parents().isEmpty()
                ? null
                : revision.parents().getFirst();
    }

    @Override
    public @Nullable Revision revision(String commit) {
        RepositoryHistory.Revision found =
                this.<RepositoryHistory.@Nullable Revision>ask(open -> open.revision(commit), null);
        return found == null ? null : revision(found);
    }

    private static Revision revision(RepositoryHistory.Revision found) {
        return new Revision(
                found.id(),
                found.tree(),
                found.parents(),
                found.message(),
                person(found.author()),
                person(found.committer()),
                found.time());
    }

    private static Person person(RepositoryHistory.Person person) {
        return new Person(person.name(), person.email());
    }

    @Override
    public List<Revision> revisions(@Nullable String from, String to) {
        return ask(open -> open.revisions(from, to, COMMITS), List.<RepositoryHistory.Revision>of()).stream()
                .map(GitRepository::revision)
                .toList();
    }

    @Override
    public @Nullable List<Change> changes(@Nullable String from, String to) {
        List<RepositoryHistory.Change> changes =
                this.<@Nullable List<RepositoryHistory.Change>>ask(open -> open.changes(from, to), null);
        return changes == null
                ? null
                : changes.stream()
                        .map(change -> new Change(
                                change.path(), Change.Kind.valueOf(change.kind().name())))
                        .toList();
    }

    @Override
    public @Nullable String mergeBase(String one, String other) {
        return this.<@Nullable String>ask(open -> open.mergeBase(one, other), null);
    }

    @Override
    public Person user() {
        return person(ask(open -> open.user(home), new RepositoryHistory.Person("", "")));
    }

    @Override
    public void close() {
        if (history != null) {
            history.close();
        }
    }
}
