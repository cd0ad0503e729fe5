package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.checkout.CheckoutRequest.Submodules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** Checks out one repository, and its submodules by itself again. */
final class RepositoryCheckout {
    /** Submodules of submodules of …: a repository that contains itself ends here. */
    private static final int DEEPEST = 32;

    private final CheckoutRequest request;
    private final Location main;
    private final CheckoutListener listener;

    RepositoryCheckout(CheckoutRequest request, Location main, CheckoutListener listener) {
        this.request = request;
        this.main = main;
        this.listener = listener;
    }

    /**
     * One repository of the checkout.
     *
     * @param dirty whether to take its working tree as it is
     * @param depth how many repositories it is inside of
     */
    private record Part(Source source, @Nullable String ref, Scope scope, boolean dirty, int depth) {}

    Commit run(Path gitDir, Path workTree) throws IOException, InterruptedException {
        try (Source source = open(main)) {
            if (source instanceof LocalSource local) {
                checkLocal(local, workTree);
            }
            Files.createDirectories(workTree);
            Part part = new Part(source, request.ref(), request.scope(), request.dirty(), 0);
            return check(part, gitDir, workTree);
        }
    }

    private void checkLocal(LocalSource local, Path workTree) throws IOException {
        if (local.wouldSuffer(workTree)) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED,
                    local.origin(),
                    "cannot check " + local.origin() + " out into " + workTree + ": it would overwrite the repository",
                    null);
        }
        if (request.dirty() && request.ref() != null) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED, local.origin(), "dirty takes the working tree as it is: give no ref", null);
        }
        if (request.dirty() && local.top() == null) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED, local.origin(), "a bare repository has no working tree to take", null);
        }
    }

    private Source open(Location location) throws IOException {
        return switch (location) {
            case Location.Local local -> LocalSource.open(local.path());
            case Location.Remote remote -> {
                if (request.dirty() && location == main) {
                    throw new CheckoutException(
                            Reason.UNSUPPORTED, remote.shown(), "only a local path has a working tree to take", null);
                }
                yield new RemoteSource(remote, credentialsFor(remote), listener);
            }
        };
    }

    /** Those of the request for the server of the request, and none for any other. */
    private GitCredentials credentialsFor(Location.Remote remote) {
        boolean same = main instanceof Location.Remote asked
                && java.util.Objects.equals(asked.uri().getHost(), remote.uri().getHost())
                && java.util.Objects.equals(
                        asked.uri().getScheme(), remote.uri().getScheme())
                && asked.uri().getPort() == remote.uri().getPort();
        return same ? request.credentials() : GitCredentials.none();
    }

    /** Those of the request, for what it names itself and for a submodule of the same server. */
    private GitCredentials credentialsFor(Part part) {
        if (part.depth() == 0) {
            return request.credentials();
        }
        return part.source() instanceof RemoteSource
                        && Location.parse(part.source().origin(), request.base()) instanceof Location.Remote remote
                ? credentialsFor(remote)
                : GitCredentials.none();
    }

    private Commit check(Part part, Path gitDir, Path workTree) throws IOException, InterruptedException {
        try (NewRepository made = NewRepository.create(gitDir, workTree)) {
            made.setOrigin(part.source().origin());
            Tip tip = part.source().bring(made.repository(), part.ref(), part.scope());
            made.setHead(tip);
            SparsePaths sparse = SparsePaths.of(part.scope().sparse());
            made.setSparse(sparse);
            if (request.credentials().persist() && main instanceof Location.Remote remote && part.depth() == 0) {
                made.persist(remote, request.credentials());
            }
            try (RevWalk walk = new RevWalk(made.repository())) {
                RevCommit commit = walk.parseCommit(tip.id());
                boolean differs = write(part, made, commit, sparse);
                made.writeConfig();
                return tip.describe(commit, differs);
            }
        }
    }

    /** Writes the files; true when they differ from the commit's. */
    private boolean write(Part part, NewRepository made, RevCommit commit, SparsePaths sparse)
            throws IOException, InterruptedException {
        SafeFolder folder = new SafeFolder(made.workTree());
        GitIndex index;
        List<TreeWriter.Written.Submodule> submodules;
        boolean differs = false;
        if (part.dirty() && part.source() instanceof LocalSource local && local.top() != null) {
            var copied = new WorkingTreeCopy(local, local.top(), folder, sparse, listener)
                    .copy(made.repository(), commit.getTree());
            index = copied.index();
            submodules = copied.submodules();
            differs = copied.differs();
        } else {
            var written = new TreeWriter(
                            made.repository(),
                            folder,
                            sparse,
                            listener,
                            part.scope().largeFiles())
                    .write(commit.getTree());
            index = written.index();
            submodules = written.submodules();
        }
        if (part.scope().largeFiles()) {
            new LargeFiles(made, listener).fill(commit.getTree(), part.source(), credentialsFor(part), index);
        }
        index.write(made.gitDir().resolve("index"));
        if (part.scope().submodules() != Submodules.NONE && !submodules.isEmpty()) {
            Config modules = modules(made, commit);
            for (var submodule : submodules) {
                if (part.depth() > 0 || part.scope().rules().takes(submodule.path())) {
                    differs |= checkSubmodule(part, made, modules, submodule);
                }
            }
        }
        return differs;
    }

    /** The {@code .gitmodules} of the commit, which counts only as a regular file. */
    private static Config modules(NewRepository made, RevCommit commit) throws IOException {
        Config config = new Config();
        try (TreeWalk walk = TreeWalk.forPath(made.repository(), Constants.DOT_GIT_MODULES, commit.getTree())) {
            if (walk != null
                    && (walk.getFileMode(0) == FileMode.REGULAR_FILE
                            || walk.getFileMode(0) == FileMode.EXECUTABLE_FILE)) {
                byte[] text = made.repository().open(walk.getObjectId(0)).getBytes();
                config.fromText(new String(text, StandardCharsets.UTF_8));
            }
            return config;
        } catch (ConfigInvalidException e) {
            throw new CheckoutException(
                    Reason.CORRUPT, made.workTree().toString(), ".gitmodules cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean checkSubmodule(
            Part parent, NewRepository made, Config modules, TreeWriter.Written.Submodule submodule)
            throws IOException, InterruptedException {
        Declared declared = declared(modules, submodule.path(), made);
        if ("none".equals(modules.getString("submodule", declared.name(), "update"))) {
            listener.note("left out submodule " + submodule.path() + ": .gitmodules says 'update = none'");
            return false;
        }
        if (parent.depth() >= DEEPEST) {
            throw new CheckoutException(
                    Reason.UNSAFE, declared.url(), "submodules are nested more than " + DEEPEST + " deep", null);
        }
        boolean recursive = parent.scope().submodules() == Submodules.RECURSIVE;
        SubmoduleRules rules = parent.scope().rules();
        Scope scope = parent.scope()
                .withDepth(rules.depth() == null ? parent.scope().depth() : rules.depth())
                .withTags(false)
                .withSubmodules(recursive ? Submodules.RECURSIVE : Submodules.NONE)
                .withSparse(List.of());
        Path gitDir = made.gitDir().resolve("modules").resolve(declared.name());
        Path workTree = made.workTree().resolve(submodule.path());
        LocalSource dirty = parent.dirty() ? dirtySource(parent, submodule.path()) : null;
        try (Source source = dirty != null ? dirty : source(parent, declared, rules, submodule.commit())) {
            made.addSubmodule(declared.name(), source.origin());
            String recorded = rules.newest()
                    ? branch(modules, declared.name(), made)
                    : submodule.commit().name();
            String ref = dirty != null ? null : recorded;
            Part part = new Part(source, ref, scope, dirty != null, parent.depth() + 1);
            Commit commit = check(part, gitDir, workTree);
            return commit.dirty() || !commit.sha().equals(submodule.commit().name());
        }
    }

    /** The branch that a submodule follows: {@code .} is the one of the repository around it; null for its usual one. */
    private static @Nullable String branch(Config modules, String name, NewRepository made) throws IOException {
        String branch = modules.getString("submodule", name, "branch");
        return ".".equals(branch) ? made.repository().getBranch() : branch;
    }

    /** A submodule as {@code .gitmodules} describes it. */
    private record Declared(String name, String url) {}

    private static Declared declared(Config modules, String path, NewRepository made) {
        for (String name : modules.getSubsections("submodule")) {
            String url = modules.getString("submodule", name, "url");
            if (path.equals(modules.getString("submodule", name, "path")) && url != null) {
                boolean bad = name.isEmpty()
                        || name.startsWith("/")
                        || name.startsWith("-")
                        || List.of(name.split("[/\\\\]", -1)).contains("..")
                        || url.startsWith("-")
                        || url.chars().anyMatch(c -> c < ' ');
                if (bad) {
                    throw new CheckoutException(
                            Reason.UNSAFE,
                            url,
                            "submodule " + path + " has a name or a URL that is refused: " + name,
                            null);
                }
                return new Declared(name, url);
            }
        }
        throw new CheckoutException(
                Reason.NOT_FOUND, made.workTree().toString(), ".gitmodules has no URL for submodule " + path, null);
    }

    /** The submodule's own working tree inside of the one that is taken as it is; null when it was never checked out. */
    private static @Nullable LocalSource dirtySource(Part parent, String path) throws IOException {
        if (!(parent.source() instanceof LocalSource local) || local.top() == null) {
            return null;
        }
        Path folder = local.top().resolve(path);
        return Files.exists(folder.resolve(Constants.DOT_GIT)) ? LocalSource.open(folder) : null;
    }

    /** What the parent's machine has already, else what the URL names. */
    private Source source(Part parent, Declared declared, SubmoduleRules rules, ObjectId commit) throws IOException {
        if (!rules.newest() && parent.source() instanceof LocalSource local) {
            LocalSource kept =
                    LocalSource.openGitDir(local.commonDir().resolve("modules").resolve(declared.name()));
            if (kept != null) {
                if (kept.has(commit)) {
                    return kept;
                }
                kept.close();
            }
        }
        return open(location(parent.source(), rules.address(declared.url())));
    }

    private Location location(Source parent, String url) {
        boolean here = parent instanceof LocalSource || parent.origin().startsWith("file:");
        Location location = Location.parse(Location.resolve(parent.origin(), url), request.base());
        if (parent instanceof LocalSource local
                && url.startsWith(".")
                && location instanceof Location.Local missing
                && !Files.exists(missing.path())
                && local.upstream() != null) {
            location = Location.parse(Location.resolve(local.upstream(), url), local.commonDir());
        }
        boolean reachesHere =
                location instanceof Location.Local || (location instanceof Location.Remote remote && remote.file());
        if (reachesHere && !here) {
            throw new CheckoutException(
                    Reason.UNSAFE,
                    url,
                    "a repository of a server may not take a submodule from this machine: " + Location.redacted(url),
                    null);
        }
        return location;
    }
}
