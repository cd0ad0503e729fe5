package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.Contexts;
import dev.runner.build.GitAddress;
import dev.runner.build.GitFetcher;
import dev.runner.build.context.ArchiveStream;
import dev.runner.build.context.ContextArchive;
import dev.runner.host.posix.PosixFiles;
import dev.runner.secret.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Brings contexts into folders of the store that end with the run. */
final class RemoteContexts implements Contexts {
    /** An archive is told by its first blocks, also when these are packed badly. */
    private static final int PEEK = 1 << 20;

    private static final String GIT_DIR = ".git";

    /** A Dockerfile that comes alone is not longer than this. */
    private static final int LONGEST_DOCKERFILE = 16 << 20;

    private final Workshop shop;

    RemoteContexts(Workshop shop) {
        this.shop = shop;
    }

    @Override
    public BuildContext.Directory git(GitAddress address, @Nullable Secret token)
            throws IOException, InterruptedException {
        Path root = shop.store().newTemporaryFolder().resolve("git");
        GitFetcher.Fetched commit = shop.git().fetch(address, root, token);
        if (address.keepGitDir() == null || !address.keepGitDir()) {
            withoutGit(root);
        }
        Path folder = root.resolve(address.folder());
        boolean inside = Files.isDirectory(folder) && folder.toRealPath().startsWith(root.toRealPath());
        if (!inside) {
            throw new IOException("the repository has no folder '" + address.folder() + "'");
        }
        String algorithm = commit.sha().length() == 40 ? "sha1" : "sha256";
        return new BuildContext.Directory(
                folder.toRealPath(), new BuildContext.Origin(address.shown(), Map.of(algorithm, commit.sha())));
    }

    /** Submodules have one, too: a file that leads into that of the repository. */
    private static void withoutGit(Path root) throws IOException {
        PosixFiles.deleteTree(root.resolve(GIT_DIR));
        List<Path> leads;
        try (Stream<Path> all = Files.find(
                root,
                Integer.MAX_VALUE,
                (path, attributes) -> path.getFileName().toString().equals(GIT_DIR))) {
            leads = all.toList();
        }
        for (Path lead : leads) {
            PosixFiles.deleteTree(lead);
        }
    }

    @Override
    public Content fetch(String address) throws IOException, InterruptedException {
        Downloads.File file = new Downloads(shop).fetch(address, null);
        BuildContext.Origin origin = new BuildContext.Origin(
                GitAddress.redacted(address),
                Map.of(file.digest().algorithm(), file.digest().hex()));
        try (InputStream in = shop.store().blobs().open(file.digest())) {
            return read(in, origin);
        }
    }

    @Override
    public Content read(InputStream stream) throws IOException {
        return read(stream, null);
    }

    private Content read(InputStream stream, BuildContext.@Nullable Origin origin) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream, PEEK);
        in.mark(PEEK);
        byte[] start = in.readNBytes(PEEK - 1);
        in.reset();
        if (ArchiveStream.isArchive(new java.io.ByteArrayInputStream(start))) {
            Path folder = shop.store().newTemporaryFolder();
            ContextArchive.unpack(in, folder, shop.layers().limits());
            return new Content.Folder(new BuildContext.Directory(folder, origin));
        }
        byte[] text = in.readNBytes(LONGEST_DOCKERFILE + 1);
        if (text.length > LONGEST_DOCKERFILE) {
            throw new IOException("this is neither an archive nor a Dockerfile: more than 16 MiB of something else");
        }
        return new Content.Dockerfile(new String(text, StandardCharsets.UTF_8));
    }
}
