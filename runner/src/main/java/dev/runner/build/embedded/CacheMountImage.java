package dev.runner.build.embedded;

import dev.runner.build.context.ContextArchive;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.LayerDiff;
import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The folders of cache mounts in a registry: an artifact with one layer for each. A folder that this machine lacks is filled
 * from there when a step first asks for it; those that steps have used go there when the build has passed.
 */
final class CacheMountImage {
    private static final String ARTIFACT = "application/vnd.dev.runner.cache-mounts.v1";
    private static final String NAME = "dev.runner.cache-mount.name";
    private static final String OWNER = "dev.runner.cache-mount.owner";

    private final Workshop shop;
    private final Progress progress;
    private final Reference place;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Path> used = new TreeMap<>();
    private @Nullable Map<String, Descriptor> before;

    CacheMountImage(Workshop shop, Progress progress, Reference place) {
        this.shop = shop;
        this.progress = progress;
        this.place = place.withDefaultTag();
    }

    /** A step uses a folder. */
    void use(String name, Path folder) {
        lock.lock();
        try {
            used.put(name, folder);
        } finally {
            lock.unlock();
        }
    }

    /** Fills a new folder with what the registry has for it; false when it has nothing. */
    boolean fill(String name, Path folder) throws IOException {
        Descriptor layer = before().get(name);
        if (layer == null) {
            return false;
        }
        try (InputStream in = shop.registry().openBlob(place, layer)) {
            ContextArchive.unpackOwned(in, folder, shop.layers().limits());
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.CANCELLED) {
                throw e;
            }
            progress.warn("a cache mount is not taken from " + place + ": " + e.getMessage());
            return false;
        }
        String[] owner = layer.annotations().getOrDefault(OWNER, "").split(":");
        if (owner.length == 3) {
            PosixFiles.chmod(folder, Integer.parseInt(owner[2], 8));
        }
        return true;
    }

    private Map<String, Descriptor> before() {
        lock.lock();
        try {
            Map<String, Descriptor> known = before;
            if (known == null) {
                known = read();
                before = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Descriptor> read() {
        Map<String, Descriptor> layers = new LinkedHashMap<>();
        try {
            Manifest manifest = Manifest.parse(shop.registry().manifest(place).bytes());
            for (Descriptor layer :
                    ARTIFACT.equals(manifest.artifactType()) ? manifest.layers() : List.<Descriptor>of()) {
                layers.put(layer.annotations().getOrDefault(NAME, ""), layer);
            }
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.CANCELLED) {
                throw e;
            }
            if (e.kind() != RegistryException.Kind.NOT_FOUND) {
                progress.warn("the cache mounts of " + place + " are not read: " + e.getMessage());
            }
        }
        return layers;
    }

    /** Sends the folders that were used; what the registry has of others stays. */
    void export() throws IOException {
        if (used.isEmpty()) {
            return;
        }
        Progress.Vertex shown = progress.start("exporting " + used.size() + " cache mounts to " + place.familiar());
        try {
            Map<String, Descriptor> layers = new TreeMap<>(before());
            for (Map.Entry<String, Path> folder : used.entrySet()) {
                layers.put(folder.getKey(), pack(folder.getKey(), folder.getValue()));
            }
            push(List.copyOf(layers.values()));
            shown.finished(false, null);
        } catch (RegistryException e) {
            shown.failed(e.kind() == RegistryException.Kind.CANCELLED, String.valueOf(e.getMessage()));
            if (e.kind() == RegistryException.Kind.CANCELLED) {
                throw e;
            }
            progress.warn("the cache mounts are not exported: " + e.getMessage());
        }
    }

    private Descriptor pack(String name, Path folder) throws IOException {
        try (BlobWriter blob = shop.store().blobs().hashedElsewhere();
                LayerWriter layer = LayerWriter.open(blob, Compression.ZSTD)) {
            LayerDiff.write(folder, layer, LayerDiff.Options.PLAIN);
            LayerDigests made = layer.finish();
            blob.commit(made.blob().digest());
            FileStatus status = PosixFiles.lstat(folder);
            return made.blob()
                    .withAnnotations(Map.of(NAME, name, OWNER, "0:0:" + Integer.toOctalString(status.mode())));
        }
    }

    private void push(List<Descriptor> layers) throws IOException {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor empty = Descriptor.of(MediaTypes.OCI_EMPTY, Digest.of(config), config.length);
        List<BlobPush> blobs = new ArrayList<>();
        blobs.add(BlobPush.of(empty, BlobSource.of(config)));
        for (Descriptor layer : layers) {
            if (shop.store().blobs().has(layer.digest())) {
                blobs.add(new BlobPush(layer, shop.layers().source(layer), List.of()));
            }
        }
        shop.registry().pushBlobs(place, blobs);
        byte[] manifest = new Manifest(MediaTypes.OCI_MANIFEST, empty, layers, Map.of(), null, ARTIFACT).toJson();
        shop.registry().putManifest(place, MediaTypes.OCI_MANIFEST, manifest);
    }
}
