package dev.runner.build.embedded;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.context.ContextArchive;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.store.GuardedTarget;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.host.posix.ErrnoException;
import dev.runner.host.posix.OpenedPath;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Copies between a container's files and this machine's, by the rules of {@code docker cp}. The container may change its
 * links meanwhile: paths are resolved inside its root by the kernel, and what is written is written into folders that are
 * held open.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/cp/">docker cp</a>
 */
final class ContainerCopies implements AutoCloseable {
    private final Path root;
    private final AutoCloseable whole;

    private ContainerCopies(Path root, AutoCloseable whole) {
        this.root = root;
        this.whole = whole;
    }

    /** Of a root that can be seen. */
    static ContainerCopies at(Path root) {
        return new ContainerCopies(root, () -> {});
    }

    /** Of a container that does not run: its root is set up for as long as the copies take. */
    static ContainerCopies ofEnded(Workshop shop, ContainerFolder folder) throws IOException {
        About about = folder.about();
        try {
            IdleRoot idle = IdleRoot.of(shop, folder, about);
            return new ContainerCopies(idle.path(), idle);
        } catch (dev.runner.build.BuildFailedException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while files were copied");
        }
    }

    /** A path in two: the folder that is there, and the name in it. */
    private record Named(String folder, String name) {
        static Named of(String path) {
            String plain = path.replaceAll("/+$", "");
            int slash = plain.lastIndexOf('/');
            return new Named(slash <= 0 ? "/" : plain.substring(0, slash), plain.substring(slash + 1));
        }
    }

    void copyIn(Path source, String target) throws IOException {
        Path absolute = source.toAbsolutePath().normalize();
        boolean content = source.getFileName() != null && source.toString().endsWith("/.");
        Path parent = absolute.getParent();
        LiveTree tree = LiveTree.of(parent == null ? Path.of("/") : parent);
        ViewNode node = parent == null
                ? tree.resolve("")
                : tree.view().lookup(absolute.getFileName().toString());
        if (node == null) {
            throw new java.nio.file.NoSuchFileException(source.toString());
        }
        LiveTree inside = LiveTree.of(root);
        ViewNode there = inside.resolve(target);
        if (there != null && there.isDirectory()) {
            try (OpenedPath into = OpenedPath.inRoot(root, target, true)) {
                if (content && node.isDirectory()) {
                    new TreeCopy(tree, false).copyContent(node, into.path());
                } else {
                    new TreeCopy(tree, false).copyInto(node, into.path());
                }
            }
            return;
        }
        if (target.endsWith("/") && !node.isDirectory() || there != null && node.isDirectory()) {
            throw new ContainerFailedException("no such directory in the container: " + target, null);
        }
        Named named = Named.of(target);
        try (OpenedPath into = OpenedPath.inRoot(root, named.folder(), true)) {
            copyAs(tree, node, into.path(), named.name());
        } catch (ErrnoException e) {
            throw new ContainerFailedException("Could not find the file " + named.folder() + " in container", e);
        }
    }

    private static void copyAs(LiveTree tree, ViewNode node, Path folder, String name) throws IOException {
        try (GuardedTarget into = GuardedTarget.at(folder, false)) {
            if (node.isDirectory()) {
                try (GuardedTarget _ = into.folder(name)) {
                    new TreeCopy(tree, false).copyWhole(node, folder.resolve(name));
                }
            } else if (node.isFile()) {
                try (InputStream bytes = tree.open(node)) {
                    into.file(renamed(node, name), bytes, tree.xattrs(node));
                }
            } else {
                into.special(renamed(node, name));
            }
        }
    }

    private static ViewNode renamed(ViewNode node, String name) {
        return new ViewNode(name, node.status(), node.linkTarget(), node.layer());
    }

    private ViewNode need(LiveTree tree, String source) throws IOException {
        ViewNode node = source.endsWith("/") || source.endsWith("/.")
                ? tree.resolve(source)
                : tree.view().lookup(source);
        if (node == null) {
            throw new ContainerFailedException("Could not find the file " + source + " in container", null);
        }
        return node;
    }

    void copyOut(String source, Path target) throws IOException {
        LiveTree tree = LiveTree.of(root);
        ViewNode node = need(tree, source);
        if (Files.isDirectory(target)) {
            if (source.endsWith("/.") && node.isDirectory()) {
                new TreeCopy(tree, false).copyContent(node, target);
            } else {
                new TreeCopy(tree, false).copyInto(node, target);
            }
            return;
        }
        Path absolute = target.toAbsolutePath();
        Path parent = Objects.requireNonNull(absolute.getParent());
        if (!Files.isDirectory(parent)) {
            throw new java.nio.file.NoSuchFileException(parent.toString());
        }
        copyAs(tree, node, parent, absolute.getFileName().toString());
    }

    void archive(String source, OutputStream tar) throws IOException {
        LiveTree tree = LiveTree.of(root);
        ViewNode node = need(tree, source);
        TarWriter writer = new TarWriter(tar);
        String name = node.path().isEmpty() || source.endsWith("/.") ? "." : node.name();
        put(tree, node, name, writer);
        writer.finish();
    }

    private static void put(LiveTree tree, ViewNode node, String name, TarWriter tar) throws IOException {
        ViewNode.Status status = node.status();
        TarEntry.Attributes attributes =
                TarEntry.Attributes.of(status.mode(), status.uid(), status.gid(), status.mtime());
        switch (status.kind()) {
            case DIRECTORY -> {
                tar.put(new TarEntry.Directory(name, attributes));
                for (ViewNode child : tree.list(node)) {
                    put(tree, child, name + "/" + child.name(), tar);
                }
            }
            case FILE -> {
                try (InputStream content = tree.open(node)) {
                    tar.put(TarEntry.File.of(name, attributes, status.size()), content);
                }
            }
            case SYMLINK -> tar.put(new TarEntry.Symlink(name, attributes, node.linkTarget()));
            case FIFO -> tar.put(new TarEntry.Fifo(name, attributes));
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                tar.put(new TarEntry.Device(
                        name,
                        attributes,
                        status.kind() == ViewNode.Kind.BLOCK_DEVICE,
                        status.inode().major(),
                        status.inode().minor()));
            case SOCKET -> {}
        }
    }

    void unpack(InputStream tar, String folder) throws IOException {
        try (OpenedPath into = OpenedPath.inRoot(root, folder, true)) {
            ContextArchive.unpackOwned(tar, into.path(), LayerLimits.DEFAULT);
        } catch (ErrnoException e) {
            throw new ContainerFailedException("Could not find the file " + folder + " in container", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            whole.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
