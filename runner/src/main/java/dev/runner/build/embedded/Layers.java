package dev.runner.build.embedded;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.BlobHolder;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.registry.BlobSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Brings layers to where they are needed, and no earlier: from a registry to the store, from a blob to files. */
final class Layers {
    private final Store store;
    private final RegistryClient registry;
    private final Origins origins;
    private final LayerLimits limits;
    private final @Nullable Progress progress;
    private final Set<Digest> confirmed = ConcurrentHashMap.newKeySet();
    private final Map<Digest, List<BlobHolder>> holders = new ConcurrentHashMap<>();

    Layers(Store store, RegistryClient registry, Origins origins, LayerLimits limits) {
        this(store, registry, origins, limits, null);
    }

    private Layers(
            Store store, RegistryClient registry, Origins origins, LayerLimits limits, @Nullable Progress progress) {
        this.store = store;
        this.registry = registry;
        this.origins = origins;
        this.limits = limits;
        this.progress = progress;
    }

    /** The same for one build, which is told of transfers. */
    Layers reporting(Progress listener) {
        return new Layers(store, registry, origins, limits, listener);
    }

    /** The files of a layer; downloads and unpacks it in one pass when they are not here. */
    Snapshot snapshot(LayerRef layer) throws BuildFailedException, IOException, InterruptedException {
        if (layer.sealed() != null) {
            return layer.sealed();
        }
        LayerRecord record = layer.awaitRecord();
        Snapshot here = store.snapshots().find(record.diffId());
        return here != null ? here : store.snapshots().apply(record.diffId(), () -> open(record.blob()), limits);
    }

    /** The files of several layers, fetched at the same time. In: bottom first. Out: topmost first. */
    List<Snapshot> snapshots(List<LayerRef> layers, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        List<Task<Snapshot>> all = new ArrayList<>();
        for (LayerRef layer : layers) {
            all.add(layer.sealed() != null ? Task.done(layer.sealed()) : tasks.startFor(() -> snapshot(layer)));
        }
        List<Snapshot> topFirst = new ArrayList<>();
        for (Task<Snapshot> task : all.reversed()) {
            topFirst.addAll(task.await().topFirst());
        }
        return topFirst;
    }

    /** A blob's content, kept in the store when it comes from a registry. */
    InputStream open(Descriptor blob) throws IOException {
        if (store.blobs().has(blob.digest())) {
            return store.blobs().open(blob.digest());
        }
        return new Keeping(
                reported(openRemote(blob), blob, BuildEvent.Direction.PULL),
                store.blobs().writer(),
                blob);
    }

    /** For pushes: a blob's content from the store, or straight through from where it is. */
    BlobSource source(Descriptor blob) {
        return () -> reported(
                store.blobs().has(blob.digest()) ? store.blobs().open(blob.digest()) : openRemote(blob),
                blob,
                BuildEvent.Direction.PUSH);
    }

    private InputStream reported(InputStream in, Descriptor blob, BuildEvent.Direction direction) {
        return progress == null ? in : new ReportingStream(in, blob, direction, progress);
    }

    /** Whether a blob is here, or a registry or another holder says now that it has it. */
    boolean reachable(Descriptor blob) throws IOException {
        if (store.blobs().has(blob.digest()) || confirmed.contains(blob.digest())) {
            return true;
        }
        for (BlobHolder holder : holders(blob)) {
            try {
                if (holder.has(blob)) {
                    confirmed.add(blob.digest());
                    return true;
                }
            } catch (IOException | RegistryException e) {
                if (Tasks.isCancellation(e)) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** A repository has the blob, as a manifest of it has just said. */
    void confirm(Descriptor blob, Reference repository) throws IOException {
        origins.add(blob.digest(), repository);
        confirmed.add(blob.digest());
    }

    /**
     * For the rest of the build a blob can be had there.
     *
     * @param certain whether it needs no asking
     */
    void held(Descriptor blob, BlobHolder holder, boolean certain) throws IOException {
        if (holder.repository() != null) {
            origins.add(blob.digest(), holder.repository());
        } else {
            holders.computeIfAbsent(blob.digest(), key -> new CopyOnWriteArrayList<>())
                    .add(holder);
        }
        if (certain) {
            confirmed.add(blob.digest());
        }
    }

    /** Where a blob can be had: what this build was told of first, for it is known to work. */
    private List<BlobHolder> holders(Descriptor blob) throws IOException {
        List<BlobHolder> all = new ArrayList<>(holders.getOrDefault(blob.digest(), List.of()));
        for (Reference repository : origins.find(blob.digest())) {
            all.add(new Repository(registry, repository));
        }
        return all;
    }

    /** A repository as a holder. */
    private record Repository(RegistryClient registry, Reference repository) implements BlobHolder {
        @Override
        public boolean has(Descriptor blob) {
            return registry.hasBlob(repository, blob.digest());
        }

        @Override
        public InputStream open(Descriptor blob) {
            return registry.openBlob(repository, blob);
        }
    }

    boolean isLocal(Descriptor blob) {
        return store.blobs().has(blob.digest());
    }

    Origins origins() {
        return origins;
    }

    /** Of what layers and archives unpack to. */
    LayerLimits limits() {
        return limits;
    }

    private InputStream openRemote(Descriptor blob) throws IOException {
        Exception failure = null;
        for (BlobHolder holder : holders(blob)) {
            try {
                return holder.open(blob);
            } catch (IOException | RegistryException e) {
                failure = e;
            }
        }
        switch (failure) {
            case IOException broken -> throw broken;
            case RuntimeException refused -> throw refused;
            case null, default ->
                throw new NoSuchFileException(
                        blob.digest().toString(),
                        null,
                        "the layer is neither in the store nor known to be in a registry or a cache");
        }
    }

    /** Writes what is read from a registry into the store as well. */
    private static final class Keeping extends FilterInputStream {
        private final BlobWriter copy;
        private final Descriptor blob;
        private boolean failed;

        private Keeping(InputStream in, BlobWriter copy, Descriptor blob) {
            super(in);
            this.copy = copy;
            this.blob = blob;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int count = super.read(bytes, offset, length);
                if (count > 0) {
                    copy.write(bytes, offset, count);
                }
                return count;
            } catch (IOException | RuntimeException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public long skip(long count) throws IOException {
            return Math.max(0, readNBytes((int) Math.min(count, 1 << 16)).length);
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        /** Whoever unpacks may stop at the archive's end, before the blob's: the rest belongs to the blob too. */
        @Override
        public void close() throws IOException {
            try (copy;
                    InputStream source = in) {
                if (!failed) {
                    byte[] rest = new byte[8192];
                    while (read(rest, 0, rest.length) >= 0) {
                        continue;
                    }
                    copy.commit(blob.digest());
                }
            }
        }
    }
}
