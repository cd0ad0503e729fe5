package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.LargeFileServer.Wanted;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Puts the contents of Git LFS where a checkout has left its pointers. They come from the repository that was checked out
 * when that is on this machine and has them, else from the server; they are kept in the new repository as the program
 * git-lfs keeps them, so that it finds them there.
 *
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md">Where the server is</a>
 */
final class LargeFiles {
    private final Repository repository;
    private final Path gitDir;
    private final Path workTree;
    private final CheckoutListener listener;

    LargeFiles(NewRepository made, CheckoutListener listener) {
        this.repository = made.repository();
        this.gitDir = made.gitDir();
        this.workTree = made.workTree();
        this.listener = listener;
    }

    /** A pointer in the working tree. */
    private record Found(String path, Path file, FileMode mode, LargeFilePointer pointer) {}

    /**
     * Does it.
     *
     * @param source where the repository was taken from
     * @param credentials for the server of the repository
     * @param index is told of the files that are replaced
     */
    void fill(RevTree tree, Source source, GitCredentials credentials, GitIndex index)
            throws IOException, InterruptedException {
        Config settings = settings(tree);
        List<Found> found = find(tree, settings);
        if (found.isEmpty()) {
            return;
        }
        Map<String, Wanted> missing = new LinkedHashMap<>();
        for (Found each : found) {
            LargeFilePointer pointer = each.pointer();
            Path kept = gitDir.resolve(pointer.place());
            if (!isThere(kept, pointer) && !takeFrom(source, pointer, kept)) {
                missing.put(pointer.id(), new Wanted(pointer, kept));
            }
        }
        if (!missing.isEmpty()) {
            long bytes = missing.values().stream()
                    .mapToLong(wanted -> wanted.pointer().size())
                    .sum();
            listener.note("Fetching " + missing.size() + (missing.size() == 1 ? " file" : " files") + " of Git LFS, "
                    + bytes + " bytes");
            try (LargeFileServer server = server(source, settings, credentials)) {
                server.get(missing.values(), listener);
            }
        }
        Map<String, Path> replaced = new HashMap<>();
        for (Found each : found) {
            replace(each);
            replaced.put(each.path(), each.file());
        }
        index.see(replaced);
    }

    private void replace(Found found) throws IOException {
        Files.delete(found.file());
        try (OutputStream out = TreeWriter.create(found.file(), found.mode() == FileMode.EXECUTABLE_FILE)) {
            Files.copy(gitDir.resolve(found.pointer().place()), out);
        }
    }

    private static boolean isThere(Path file, LargeFilePointer pointer) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == pointer.size();
    }

    /** The contents that a repository of this machine keeps. */
    private static boolean takeFrom(Source source, LargeFilePointer pointer, Path into) throws IOException {
        List<Path> folders = new ArrayList<>();
        if (source instanceof LocalSource local) {
            folders.add(local.commonDir());
        }
        String upstream = source instanceof LocalSource local ? local.upstream() : source.origin();
        if (upstream != null && (upstream.startsWith("/") || upstream.startsWith("file://"))) {
            Path path = Path.of(upstream.replaceFirst("^file://", ""));
            folders.add(path);
            folders.add(path.resolve(".git"));
        }
        for (Path folder : folders) {
            Path kept = folder.resolve(pointer.place());
            if (isThere(kept, pointer)) {
                Files.createDirectories(Objects.requireNonNull(into.getParent()));
                Files.copy(kept, into);
                return true;
            }
        }
        return false;
    }

    /** The {@code .lfsconfig} of the commit. */
    private Config settings(RevTree tree) throws IOException {
        Config config = new Config();
        try (TreeWalk walk = TreeWalk.forPath(repository, ".lfsconfig", tree)) {
            if (walk != null && walk.getFileMode(0) != FileMode.SYMLINK) {
                byte[] text = repository.open(walk.getObjectId(0)).getBytes();
                config.fromText(new String(text, StandardCharsets.UTF_8));
            }
        } catch (ConfigInvalidException e) {
            listener.note(".lfsconfig cannot be read, and does not count: " + e.getMessage());
        }
        return config;
    }

    private List<Found> find(RevTree tree, Config settings) throws IOException, InterruptedException {
        List<FastIgnoreRule> included = rules(settings, "fetchinclude");
        List<FastIgnoreRule> excluded = rules(settings, "fetchexclude");
        List<Found> found = new ArrayList<>();
        try (TreeWalk walk = TreeWriter.files(repository, tree)) {
            while (walk.next()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                FileMode mode = walk.getFileMode(0);
                if (mode != FileMode.REGULAR_FILE && mode != FileMode.EXECUTABLE_FILE
                        || !"lfs".equals(walk.getAttributes().getValue("filter"))) {
                    continue;
                }
                String path = walk.getPathString();
                if (!included.isEmpty() && !matches(included, path) || matches(excluded, path)) {
                    continue;
                }
                Path file = workTree.resolve(path);
                LargeFilePointer pointer = pointer(file);
                if (pointer != null) {
                    found.add(new Found(path, file, mode, pointer));
                }
            }
        }
        return found;
    }

    private static @Nullable LargeFilePointer pointer(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > TreeWriter.POINTER_LIMIT) {
            return null;
        }
        return LargeFilePointer.parse(Files.readAllBytes(file));
    }

    private static List<FastIgnoreRule> rules(Config settings, String name) {
        String written = settings.getString("lfs", null, name);
        return written == null
                ? List.of()
                : Arrays.stream(written.split(","))
                        .map(String::strip)
                        .filter(rule -> !rule.isEmpty())
                        .map(FastIgnoreRule::new)
                        .toList();
    }

    private static boolean matches(List<FastIgnoreRule> rules, String path) {
        return rules.stream().anyMatch(rule -> rule.isMatch("/" + path, false));
    }

    /** Whom to ask: what the commit says, else what goes with the repository's own URL. */
    private static LargeFileServer server(Source source, Config settings, GitCredentials credentials)
            throws IOException {
        String written = settings.getString("lfs", null, "url");
        String origin = source instanceof LocalSource local ? local.upstream() : source.origin();
        Location location = origin == null ? null : Location.parse(origin, Path.of("/"));
        Location asked = written == null ? location : Location.parse(written, Path.of("/"));
        if (asked instanceof Location.Remote remote) {
            if (remote.http()) {
                boolean own = location instanceof Location.Remote home && sameServer(home, remote);
                String url = remote.uri().toString().replaceFirst("/+$", "");
                String endpoint = written != null ? url : (url.endsWith(".git") ? url : url + ".git") + "/info/lfs";
                return new LargeFileServer(URI.create(endpoint), own ? login(remote, credentials) : Map.of());
            }
            if (remote.ssh()) {
                try (SshAccess ssh = new SshAccess(credentials)) {
                    return ssh.largeFiles(remote.uri());
                }
            }
        }
        throw new CheckoutException(
                Reason.NOT_FOUND,
                source.origin(),
                "the contents of Git LFS are not on this machine, and " + source.origin()
                        + (origin == null ? " has no remote 'origin'" : " comes from " + Location.redacted(origin))
                        + ", where no server can be asked: run 'git lfs pull' there",
                null);
    }

    private static boolean sameServer(Location.Remote one, Location.Remote other) {
        return Objects.equals(one.uri().getScheme(), other.uri().getScheme())
                && Objects.equals(one.uri().getHost(), other.uri().getHost())
                && one.uri().getPort() == other.uri().getPort();
    }

    private static Map<String, String> login(Location.Remote remote, GitCredentials credentials) {
        String user = credentials.password() == null ? remote.userInfo() : credentials.usernameOrToken();
        String password = credentials.password() == null
                ? remote.password()
                : credentials.password().reveal();
        if (password == null) {
            return Map.of();
        }
        byte[] pair = ((user == null ? "" : user) + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
}
