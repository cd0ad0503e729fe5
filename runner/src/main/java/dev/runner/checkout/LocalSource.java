package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A repository of this machine: a working tree, a linked one, a folder inside of one, or a bare repository. It is only
 * read; its objects are borrowed through {@code objects/info/alternates}.
 */
final class LocalSource implements Source {
    private final Repository repository;
    private final @Nullable Path top;

    private LocalSource(Repository repository, @Nullable Path top) {
        this.repository = repository;
        this.top = top;
    }

    /** Opens the repository that a path is in. */
    static LocalSource open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new CheckoutException(Reason.NOT_FOUND, path.toString(), "no such folder: " + path, null);
        }
        Path real = path.toRealPath();
        for (Path folder = real; folder != null; folder = folder.getParent()) {
            Path gitDir = gitDir(folder.resolve(Constants.DOT_GIT));
            if (gitDir != null) {
                return new LocalSource(build(gitDir, folder), folder);
            }
            if (isGitDir(folder)) {
                return new LocalSource(build(folder, null), null);
            }
        }
        throw new CheckoutException(
                Reason.NOT_FOUND, path.toString(), "no git repository at " + path + " or above it", null);
    }

    /** Opens a bare repository or the inside of a {@code .git} folder; null when it is none. */
    static @Nullable LocalSource openGitDir(Path gitDir) throws IOException {
        return isGitDir(gitDir) ? new LocalSource(build(gitDir.toRealPath(), null), null) : null;
    }

    private static Repository build(Path gitDir, @Nullable Path top) throws IOException {
        FileRepositoryBuilder builder = new FileRepositoryBuilder();
        builder.setFS(NeutralGit.files()).setMustExist(true).setGitDir(gitDir.toFile());
        if (top == null) {
            builder.setBare();
        } else {
            builder.setWorkTree(top.toFile());
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED,
                    gitDir.toString(),
                    "cannot read the repository at " + gitDir + ": " + e.getMessage(),
                    e);
        }
    }

    private static @Nullable Path gitDir(Path dotGit) throws IOException {
        if (Files.isDirectory(dotGit)) {
            return isGitDir(dotGit) ? dotGit : null;
        }
        if (!Files.isRegularFile(dotGit)) {
            return null;
        }
        String text = Files.readString(dotGit).strip();
        if (!text.startsWith("gitdir:")) {
            return null;
        }
        Path named = dotGit.resolveSibling(text.substring("gitdir:".length()).strip());
        if (!Files.exists(named.resolve(Constants.HEAD))) {
            throw new CheckoutException(
                    Reason.NOT_FOUND, dotGit.toString(), dotGit + " names a repository that is gone: " + named, null);
        }
        return named.toRealPath();
    }

    private static boolean isGitDir(Path folder) {
        return Files.exists(folder.resolve(Constants.HEAD))
                && Files.isDirectory(folder.resolve("objects"))
                && Files.isDirectory(folder.resolve("refs"));
    }

    Repository repository() {
        return repository;
    }

    /** The working tree's root; null for a bare repository. */
    @Nullable
    Path top() {
        return top;
    }

    /** Where the objects, the refs and the submodules' repositories are. */
    Path commonDir() {
        return repository.getCommonDirectory().toPath();
    }

    @Override
    public String origin() {
        return (top == null ? repository.getDirectory().toPath() : top).toString();
    }

    /** Where this repository came from itself, or null. */
    @Nullable
    String upstream() {
        return repository.getConfig().getString("remote", "origin", "url");
    }

    boolean has(ObjectId id) throws IOException {
        return repository.getObjectDatabase().has(id);
    }

    @Override
    public Tip bring(Repository target, @Nullable String ref, CheckoutRequest.Scope scope) throws IOException {
        Tip tip = resolve(ref);
        Path gitDir = target.getDirectory().toPath();
        Path objects = commonDir().resolve("objects");
        Files.createDirectories(gitDir.resolve("objects/info"));
        Files.writeString(gitDir.resolve("objects/info/alternates"), quoted(objects.toString()) + "\n");
        Path shallow = commonDir().resolve("shallow");
        if (Files.exists(shallow)) {
            Files.copy(shallow, gitDir.resolve("shallow"));
        }
        writeRefs(gitDir, scope);
        return tip;
    }

    /** The commit that is checked out here; files that differ from it are not looked at. */
    Commit headCommit() throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            Tip tip = resolve(null);
            return tip.describe(walk.parseCommit(tip.id()), false);
        }
    }

    private static String quoted(String path) {
        if (path.indexOf('\n') >= 0) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED, path, "a repository whose path has a line break cannot be shared", null);
        }
        return path.startsWith("\"") || path.startsWith("#")
                ? '"' + path.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : path;
    }

    private void writeRefs(Path gitDir, CheckoutRequest.Scope scope) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Ref branch : repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
            add(lines, branch, "refs/remotes/origin/" + Repository.shortenRefName(branch.getName()));
        }
        if (scope.tags() || scope.depth() == 0) {
            for (Ref tag : repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
                add(lines, tag, tag.getName());
            }
        }
        Files.write(gitDir.resolve("packed-refs"), lines, StandardCharsets.UTF_8);
    }

    private static void add(List<String> lines, Ref ref, String name) {
        ObjectId id = ref.getObjectId();
        if (id != null) {
            lines.add(id.name() + " " + name);
        }
    }

    private Tip resolve(@Nullable String ref) throws IOException {
        if (ref == null) {
            return head();
        }
        if (ObjectId.isId(ref)) {
            ObjectId id = ObjectId.fromString(ref);
            return tip(id, null, null, ref);
        }
        for (String prefix :
                List.of("", Constants.R_HEADS, Constants.R_TAGS, Constants.R_REFS, "refs/remotes/origin/")) {
            if (prefix.isEmpty() && !ref.startsWith(Constants.R_REFS)) {
                continue;
            }
            Ref found = repository.getRefDatabase().exactRef(prefix + ref);
            if (found != null && found.getObjectId() != null) {
                return named(found, ref);
            }
        }
        if (AbbreviatedObjectId.isId(ref)) {
            return abbreviated(ref);
        }
        throw noSuchRef(ref, null);
    }

    private Tip head() throws IOException {
        Ref head = repository.getRefDatabase().exactRef(Constants.HEAD);
        if (head == null || head.getObjectId() == null) {
            boolean none = repository
                    .getRefDatabase()
                    .getRefsByPrefix(Constants.R_HEADS)
                    .isEmpty();
            String unborn = head == null ? "HEAD" : head.getTarget().getName();
            throw new CheckoutException(
                    none ? Reason.EMPTY : Reason.NO_SUCH_REF,
                    origin(),
                    none
                            ? "the repository " + origin() + " has no commit yet"
                            : "HEAD of " + origin() + " names " + unborn + ", which has no commit yet: give a ref",
                    null);
        }
        return named(head.getLeaf(), head.getLeaf().getName());
    }

    private Tip named(Ref ref, String asked) throws IOException {
        String name = ref.getName();
        String branch = null;
        String tag = null;
        if (name.startsWith(Constants.R_HEADS)) {
            branch = name.substring(Constants.R_HEADS.length());
        } else if (name.startsWith("refs/remotes/origin/")) {
            branch = name.substring("refs/remotes/origin/".length());
        } else if (name.startsWith(Constants.R_TAGS)) {
            tag = name.substring(Constants.R_TAGS.length());
        }
        return tip(Objects.requireNonNull(ref.getObjectId()), branch, tag, asked);
    }

    private Tip abbreviated(String ref) throws IOException {
        Collection<ObjectId> found;
        try (var reader = repository.newObjectReader();
                RevWalk walk = new RevWalk(reader)) {
            List<ObjectId> commits = new ArrayList<>();
            for (ObjectId id : reader.resolve(AbbreviatedObjectId.fromString(ref))) {
                if (walk.parseAny(id) instanceof RevCommit) {
                    commits.add(id.copy());
                }
            }
            found = commits;
        }
        return one(found, ref, origin(), id -> tip(id, null, null, ref), this::noSuchRef);
    }

    private CheckoutException noSuchRef(String ref, @Nullable Throwable cause) {
        return new CheckoutException(
                Reason.NO_SUCH_REF, origin(), "no branch, tag or commit '" + ref + "' in " + origin(), cause);
    }

    /** The only one of the candidates, or what is wrong. */
    static Tip one(Collection<ObjectId> found, String ref, String origin, ToTip toTip, MissingRef missing)
            throws IOException {
        if (found.size() > 1) {
            throw new CheckoutException(
                    Reason.AMBIGUOUS_REF, origin, "several commits of " + origin + " begin with " + ref, null);
        }
        for (ObjectId id : found) {
            return toTip.of(id);
        }
        throw missing.of(ref, null);
    }

    interface ToTip {
        Tip of(ObjectId id) throws IOException;
    }

    interface MissingRef {
        CheckoutException of(String ref, @Nullable Throwable cause);
    }

    private Tip tip(ObjectId named, @Nullable String branch, @Nullable String tag, String asked) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit commit = walk.parseCommit(named);
            return new Tip(commit.copy(), branch, tag != null ? tag : tagOf(commit));
        } catch (MissingObjectException e) {
            throw noSuchRef(asked, e);
        }
    }

    private @Nullable String tagOf(ObjectId commit) throws IOException {
        List<String> tags = new ArrayList<>();
        for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
            Ref peeled = repository.getRefDatabase().peel(ref);
            ObjectId id = peeled.getPeeledObjectId() == null ? ref.getObjectId() : peeled.getPeeledObjectId();
            if (commit.equals(id)) {
                tags.add(ref.getName().substring(Constants.R_TAGS.length()));
            }
        }
        return Tip.highest(tags);
    }

    /** Whether the path and this repository lie in each other in a way that a checkout there would destroy it. */
    boolean wouldSuffer(Path into) throws IOException {
        Path existing = into;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        Path real = existing == null ? into : existing.toRealPath().resolve(existing.relativize(into));
        return Stream.of(top, repository.getDirectory().toPath(), commonDir())
                        .anyMatch(mine -> mine != null && mine.startsWith(real))
                || real.startsWith(commonDir())
                || real.startsWith(repository.getDirectory().toPath());
    }

    @Override
    public void close() {
        repository.close();
    }
}
