package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.Images.PlatformImage;
import dev.runner.build.Output;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.host.posix.Posix;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.DockerArchive;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a finished image to an output. */
final class Exports {
    private final Workshop shop;
    private final ImageMover mover;
    private final Progress progress;

    Exports(Workshop shop, ImageMover mover, Progress progress) {
        this.shop = shop;
        this.mover = mover;
        this.progress = progress;
    }

    void write(Descriptor image, Output output, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        Progress.Vertex shown = progress.start(output.description());
        try {
            switch (output) {
                case Output.Push push -> mover.push(image, push.names());
                case Output.PushByDigest push -> mover.pushByDigest(image, push.repositories());
                case Output.Store store -> {
                    for (Reference name : store.names()) {
                        shop.store().images().put(BaseImages.local(name), image.withPlatform(null));
                    }
                }
                case Output.OciArchive archive ->
                    to(
                            archive.sink(),
                            out -> OciLayout.writeTar(out, index(image, archive.names()), shop.layers()::open));
                case Output.OciFolder folder -> ociFolder(image, folder);
                case Output.DockerArchive archive ->
                    to(archive.sink(), out -> dockerArchive(image, archive.names(), out));
                case Output.DockerLoad load -> new DaemonLoad(shop).load(image, load.names(), only(image));
                case Output.LocalFiles files -> localFiles(image, files.path(), tasks);
                case Output.TarFiles files -> to(files.sink(), out -> tarFiles(image, out, tasks));
            }
            shown.finished(false, null);
        } catch (BuildFailedException | IOException | RuntimeException | InterruptedException e) {
            shown.failed(Tasks.isCancellation(e), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Writes an archive. */
    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws BuildFailedException, IOException, InterruptedException;
    }

    private static void to(Output.Sink sink, Writing writing)
            throws BuildFailedException, IOException, InterruptedException {
        switch (sink) {
            case Output.Sink.Stream(OutputStream stream) -> {
                writing.to(stream);
                stream.flush();
            }
            case Output.Sink.File(Path path) -> {
                Path target = path.toAbsolutePath();
                Path temporary = Files.createFile(
                        target.resolveSibling("." + target.getFileName() + "." + java.util.UUID.randomUUID()));
                try {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                        writing.to(out);
                    }
                    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(temporary);
                }
            }
        }
    }

    static Index index(Descriptor image, List<Reference> names) {
        List<Descriptor> entries = new ArrayList<>();
        for (Reference name : names) {
            Map<String, String> annotations = new LinkedHashMap<>(image.annotations());
            annotations.put(OciLayout.IMAGE_NAME, name.withDefaultTag().toString());
            annotations.put(OciLayout.REF_NAME, name.withDefaultTag().manifestName());
            entries.add(image.withAnnotations(annotations));
        }
        return Index.of(MediaTypes.OCI_INDEX, entries.isEmpty() ? List.of(image) : entries);
    }

    private void ociFolder(Descriptor image, Output.OciFolder folder) throws IOException {
        OciLayout layout = OciLayout.create(folder.path());
        Index added = index(image, folder.names());
        layout.copy(added.manifests(), shop.layers()::open);
        List<Descriptor> all = new ArrayList<>(added.manifests());
        for (Descriptor other : layout.index().manifests()) {
            boolean replaced = all.stream()
                    .anyMatch(mine -> mine.digest().equals(other.digest())
                            || mine.annotations()
                                    .getOrDefault(OciLayout.REF_NAME, "")
                                    .equals(other.annotations().getOrDefault(OciLayout.REF_NAME, "")));
            if (!replaced) {
                all.add(other);
            }
        }
        layout.putIndex(Index.of(MediaTypes.OCI_INDEX, all));
    }

    private void dockerArchive(Descriptor image, List<Reference> names, OutputStream out) throws IOException {
        Descriptor only = only(image);
        if (only == null) {
            throw new ImageTransferException(
                    "a Docker archive holds one platform, and this image has several: build one with --platform",
                    "docker archive",
                    false,
                    null);
        }
        DockerArchive.write(out, List.of(new DockerArchive.Image(only, names)), shop.layers()::open);
    }

    /** The manifest of an image of one platform, attestations aside; null for several. */
    private @Nullable Descriptor only(Descriptor image) throws IOException {
        if (!MediaTypes.isIndex(image.mediaType())) {
            return image;
        }
        List<PlatformImage> platforms = platforms(image);
        return platforms.size() == 1 ? platforms.getFirst().manifest() : null;
    }

    private void localFiles(Descriptor image, Path folder, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        List<PlatformImage> platforms = platforms(image);
        for (PlatformImage platform : platforms) {
            String name = platform.platform().toString().replace('/', '_');
            Path target = platforms.size() == 1 ? folder : folder.resolve(name);
            Files.createDirectories(target);
            FileTree tree = tree(platform, tasks);
            TreeCopy copy = new TreeCopy(tree, Posix.available() && Posix.effectiveUid() == 0);
            ViewNode root = tree.resolve("");
            if (root != null) {
                copy.copyContent(root, target);
            }
        }
    }

    private void tarFiles(Descriptor image, OutputStream out, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        List<PlatformImage> platforms = platforms(image);
        TarWriter tar = new TarWriter(out);
        for (PlatformImage platform : platforms) {
            FileTree tree = tree(platform, tasks);
            String prefix =
                    platforms.size() == 1 ? "" : platform.platform().toString().replace('/', '_');
            ViewNode root = tree.resolve("");
            if (root != null) {
                addTree(tar, tree, root, prefix, new HashMap<>());
            }
        }
        tar.finish();
    }

    private static void addTree(
            TarWriter tar, FileTree tree, ViewNode node, String path, Map<ViewNode.Inode, String> links)
            throws IOException {
        if (!path.isEmpty()) {
            addEntry(tar, tree, node, path, links);
        }
        if (node.isDirectory()) {
            for (ViewNode child : tree.list(node)) {
                addTree(tar, tree, child, CopySources.join(path, child.name()), links);
            }
        }
    }

    private static void addEntry(
            TarWriter tar, FileTree tree, ViewNode node, String path, Map<ViewNode.Inode, String> links)
            throws IOException {
        TarEntry entry = TreeEntries.entry(tree, node, path);
        if (!(entry instanceof TarEntry.File file)) {
            tar.put(entry);
            return;
        }
        String first = node.status().inode().links() > 1
                ? links.putIfAbsent(node.status().inode(), path)
                : null;
        if (first != null) {
            tar.put(new TarEntry.HardLink(path, file.attributes(), first));
            return;
        }
        try (InputStream content = tree.open(node)) {
            tar.put(file, content);
        }
    }

    private FileTree tree(PlatformImage image, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        return tree(image.manifest(), tasks);
    }

    /** The files of an image of one platform. */
    FileTree tree(Descriptor image, Tasks tasks) throws BuildFailedException, IOException, InterruptedException {
        Manifest manifest = Manifest.parse(shop.store().blobs().read(image.digest()));
        List<LayerRef> layers = new ArrayList<>();
        List<Digest> diffIds = ImageConfig.parse(
                        shop.store().blobs().read(manifest.config().digest()))
                .diffIds();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(LayerRef.of(new LayerRecord(manifest.layers().get(i), diffIds.get(i), null, diffIds.get(i))));
        }
        List<Snapshot> snapshots = shop.layers().snapshots(layers, tasks);
        return new ViewTree(MergedView.of(snapshots), shop.store().files());
    }

    private List<PlatformImage> platforms(Descriptor image) throws IOException {
        return EmbeddedImages.platforms(shop.store(), image, null);
    }
}
