package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A cache in a folder of this machine: an OCI layout. A lock keeps processes apart while one replaces the index; content
 * that nothing names any more goes then, unless it is so young that another process may be about to name it.
 */
final class FolderPlace implements CachePlace {
    /** How long content may lie unnamed: far longer than an export takes. */
    static final Duration UNNAMED = Duration.ofHours(6);

    /** Of this process: locks of files are for others only. */
    private static final ReentrantLock HERE = new ReentrantLock();

    private final CacheReference.Local place;

    FolderPlace(CacheReference.Local place) {
        this.place = place;
    }

    @Override
    public State read() throws IOException {
        if (Files.notExists(place.path().resolve("oci-layout"))) {
            return State.EMPTY;
        }
        OciLayout layout = OciLayout.at(place.path());
        List<Descriptor> roots = roots(layout);
        List<CacheDocument> documents = new ArrayList<>();
        for (Descriptor root : roots) {
            documents.addAll(CacheImage.read(root, layout));
        }
        return new State(documents, version(roots), false);
    }

    /** What the user means; in a layout that does not know the default tag, whatever is there. */
    private List<Descriptor> roots(OciLayout layout) throws IOException {
        List<Descriptor> all = layout.index().manifests();
        Digest digest = place.digest();
        if (digest != null) {
            return all.stream().filter(root -> root.digest().equals(digest)).toList();
        }
        List<Descriptor> tagged = all.stream().filter(this::isTagged).toList();
        boolean any = tagged.isEmpty() && place.tag().equals(CacheReference.Local.DEFAULT_TAG);
        return any
                ? all.stream()
                        .filter(root -> !root.annotations().containsKey(OciLayout.REF_NAME))
                        .toList()
                : tagged;
    }

    private boolean isTagged(Descriptor root) {
        return place.tag().equals(root.annotations().get(OciLayout.REF_NAME));
    }

    private static @Nullable String version(List<Descriptor> roots) {
        return roots.isEmpty()
                ? null
                : String.join(
                        " ",
                        roots.stream().map(root -> root.digest().toString()).toList());
    }

    @Override
    public void push(List<BlobPush> layers) throws IOException {
        OciLayout layout = OciLayout.create(place.path());
        for (BlobPush layer : layers) {
            if (layout.has(layer.blob().digest())) {
                Files.setLastModifiedTime(path(layer.blob().digest()), FileTime.from(Instant.now()));
            } else {
                try (InputStream in = layer.source().open()) {
                    layout.put(layer.blob(), in);
                }
            }
        }
    }

    private Path path(Digest digest) {
        return place.path().resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    @Override
    public boolean replace(State before, CacheRecord record) throws IOException {
        OciLayout layout = OciLayout.create(place.path());
        CacheImage image = CacheImage.of(record, CacheImage.Shape.of(place.export()));
        layout.put(image.config(), new ByteArrayInputStream(image.configJson()));
        layout.put(image.root(), new ByteArrayInputStream(image.document()));
        HERE.lock();
        try (FileChannel channel = FileChannel.open(
                        place.path().resolve("index.json.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || !Objects.equals(version(roots(layout)), before.version())) {
                return false;
            }
            List<Descriptor> all = new ArrayList<>(layout.index().manifests().stream()
                    .filter(root -> !isTagged(root))
                    .toList());
            all.addFirst(image.root().withAnnotations(Map.of(OciLayout.REF_NAME, place.tag())));
            layout.putIndex(Index.of(MediaTypes.OCI_INDEX, all));
            layout.deleteUnnamed(Instant.now().minus(UNNAMED));
            return true;
        } finally {
            HERE.unlock();
        }
    }

    @Override
    public boolean has(Descriptor blob) {
        return Files.exists(path(blob.digest()));
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        return Files.newInputStream(path(blob.digest()));
    }

    @Override
    public @Nullable Reference repository() {
        return null;
    }
}
