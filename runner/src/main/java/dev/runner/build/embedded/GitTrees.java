package dev.runner.build.embedded;

import dev.runner.build.BuildSecret;
import dev.runner.build.GitAddress;
import dev.runner.build.GitFetcher;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The git repositories that one build reads, each fetched once. */
final class GitTrees {
    /** The secret that is a token for every host; with {@code .HOST} behind it, for that one. */
    private final Workshop shop;

    private final List<BuildSecret> secrets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<GitAddress, Tree> fetched = new HashMap<>();

    GitTrees(Workshop shop, List<BuildSecret> secrets) {
        this.shop = shop;
        this.secrets = secrets;
    }

    /**
     * A repository's files.
     *
     * @param folder the part that was asked for, below the root of the files; empty for all
     */
    record Tree(String sha, Path root, ContextTree files, String folder) {
        /** Only the part that was asked for, found without leaving the repository. */
        ContextTree rooted(Workshop shop) throws IOException {
            if (folder.isEmpty()) {
                return files;
            }
            ViewNode node = files.resolve(folder);
            if (node == null || !node.isDirectory()) {
                throw new NoSuchFileException(folder, null, "the repository has no such folder");
            }
            return new ContextTree(
                    root.resolve(node.path()),
                    IgnorePatterns.none(),
                    shop.store().files());
        }
    }

    /** An address of ADD with what the flags add to it. */
    static GitAddress wanted(String source, Vertex.Copy.Remote flags) {
        GitAddress address = GitAddress.parse(source);
        if (flags.checksum() != null) {
            address = address.withChecksum(flags.checksum());
        }
        boolean keep =
                flags.keepGitDir() != null ? flags.keepGitDir() : address.keepGitDir() != null && address.keepGitDir();
        return address.withKeepGitDir(keep);
    }

    /** The SHA of what an address names; a full one tells it without fetching. */
    private String sha(GitAddress address) throws IOException, InterruptedException {
        String ref = address.ref();
        boolean known = ref != null && ref.matches("[0-9a-f]{40}([0-9a-f]{24})?");
        return known && ref != null ? ref : fetch(address).sha();
    }

    /** The SHA by its algorithm. */
    Map<String, String> commit(GitAddress address) throws IOException, InterruptedException {
        String sha = sha(address);
        return Map.of(sha.length() == 40 ? "sha1" : "sha256", sha);
    }

    /** What the files are. */
    Digest key(GitAddress address) throws IOException, InterruptedException {
        return KeyHash.of("git/1")
                .add(sha(address))
                .add(address.folder())
                .add(Objects.requireNonNullElse(address.keepGitDir(), false))
                .add(address.submodules())
                .finish();
    }

    Tree fetch(GitAddress address) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Tree known = fetched.get(address);
            if (known == null) {
                Path folder = shop.store().newTemporaryFolder().resolve("git");
                GitFetcher.Fetched commit = shop.git().fetch(address, folder, BuildSecret.gitToken(address, secrets));
                boolean keep = address.keepGitDir() != null && address.keepGitDir();
                IgnorePatterns ignored = keep ? IgnorePatterns.none() : IgnorePatterns.of(List.of("**/.git"));
                known = new Tree(
                        commit.sha(),
                        folder,
                        new ContextTree(folder, ignored, shop.store().files()),
                        address.folder());
                fetched.put(address, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }
}
