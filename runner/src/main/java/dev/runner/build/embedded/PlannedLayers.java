package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.SnapshotWriter;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes layers of what COPY, ADD and WORKDIR have laid out, each distinct one once.
 *
 * <p>Where a later step reads the files, they go into a snapshot straight from where they are, and that step starts as soon
 * as they stand: no layer is unpacked again that was just packed. The packer follows file by file and reads what the
 * snapshot has, so that layer and files are the same whatever becomes of their source meanwhile.
 */
final class PlannedLayers {
    private final Store store;
    private final Layers layers;
    private final Tasks tasks;
    private final VertexWork.Times times;
    private final Map<Digest, Task<Written>> begun = new ConcurrentHashMap<>();

    PlannedLayers(Store store, Layers layers, Tasks tasks, VertexWork.Times times) {
        this.store = store;
        this.layers = layers;
        this.tasks = tasks;
        this.times = times;
    }

    /**
     * A layer that is being packed.
     *
     * @param files what it holds, where that was wanted; null where it is known from before, or was not wanted
     * @param index its entries by path
     */
    record Written(Task<LayerRecord> record, @Nullable Snapshot files, Map<String, TarEntry> index) {}

    /**
     * Begins a layer, unless an equal one is known: of another platform, or over another base. With the cache off an older
     * one is not taken, but platforms share what this build makes.
     */
    Written write(LayerPlan plan, Vertex vertex) throws BuildFailedException, IOException, InterruptedException {
        Map<String, Item> items = plan.finish(times.folders());
        LayerRows rows = new LayerRows();
        Digest key = KeyHash.of("layer/1")
                .add(LayerPlan.digest(items, rows))
                .add(times.latest() == null ? null : String.valueOf(times.latest()))
                .finish();
        return begun.computeIfAbsent(key, same -> tasks.startFor(() -> begin(key, items, vertex, rows)))
                .await();
    }

    private Written begin(Digest key, Map<String, Item> items, Vertex vertex, LayerRows rows) throws IOException {
        Map<String, TarEntry> index = new HashMap<>();
        items.forEach((path, item) -> index.put(path, item.entry()));
        LayerRecord known = vertex.noCache() ? null : known(key);
        if (known != null) {
            return new Written(Task.done(known), null, index);
        }
        Digest instruction = instruction(vertex);
        if (vertex.isRead()) {
            return withFiles(key, new Wanted(items, rows, instruction), index);
        }
        Task<LayerRecord> record =
                tasks.startFor(() -> kept(key, pack(items, (file, content) -> content.open(), instruction)));
        return new Written(record, null, index);
    }

    /** Says which instruction it is, whatever it copies by now. */
    private static Digest instruction(Vertex vertex) {
        KeyHash hash = KeyHash.of("instruction/1");
        switch (vertex) {
            case Vertex.Copy copy -> {
                Path root = copy.from instanceof Vertex.Files.Context context
                        ? context.tree().root()
                        : null;
                hash.add(root == null ? null : root.toString())
                        .add(copy.sources)
                        .add(copy.destination)
                        .add(copy.options.excludes());
            }
            case Vertex.Workdir workdir -> hash.add(workdir.path);
            case Vertex.Run run -> hash.add(run.where().name());
        }
        return hash.finish();
    }

    private LayerDigests pack(Map<String, Item> items, LayerFiles.Opening opening, Digest instruction)
            throws IOException {
        try (EarlierBlocks earlier = EarlierBlocks.of(store, instruction)) {
            LayerDigests made = new LayerFiles(store.blobs()).write(items, opening, earlier);
            earlier.keep(made.blob().digest());
            return made;
        }
    }

    private @Nullable LayerRecord known(Digest key) throws IOException {
        byte[] before = store.keys().get(key);
        LayerRecord known = before == null ? null : LayerRecord.parse(before);
        return known != null && layers.reachable(known.blob()) ? known : null;
    }

    /** Files of an instruction that a later step reads. */
    private record Wanted(Map<String, Item> items, LayerRows rows, Digest instruction) {}

    private Written withFiles(Digest key, Wanted wanted, Map<String, TarEntry> index) throws IOException {
        EarlierFiles earlier = EarlierFiles.of(store, wanted.instruction, wanted.items, wanted.rows);
        try (SnapshotWriter writer = store.snapshots().newWriter(earlier == null ? null : earlier.under())) {
            Trail trail = new Trail();
            Task<LayerRecord> record = tasks.startFor(() -> kept(key, follow(wanted, earlier, writer, trail)));
            try {
                for (Item item : wanted.items.values()) {
                    if (earlier == null
                            || earlier.written().contains(item.entry().path())) {
                        put(item, writer, trail);
                    } else if (item.content() != null) {
                        trail.step();
                    }
                }
                if (earlier == null && EarlierFiles.fits(wanted.items)) {
                    writer.note(wanted.rows.encode());
                }
                Snapshot sealed = writer.seal();
                trail.end(sealed);
                return new Written(record, sealed, index);
            } finally {
                trail.leave();
            }
        }
    }

    private static void put(Item item, SnapshotWriter writer, Trail trail) throws IOException {
        if (item.content() == null) {
            writer.put(item.entry(), null);
            return;
        }
        try (InputStream content = item.content().open()) {
            writer.put(item.entry(), content);
        }
        trail.step();
    }

    private LayerDigests follow(Wanted wanted, @Nullable EarlierFiles earlier, SnapshotWriter writer, Trail trail)
            throws IOException {
        LayerFiles.Opening opening = (file, content) -> {
            trail.await();
            if (earlier != null && !earlier.written().contains(file.path())) {
                return writer.openUnder(file);
            }
            InputStream written = writer.open(file);
            return written == null ? content.open() : written;
        };
        LayerDigests made = pack(wanted.items, opening, wanted.instruction);
        store.snapshots().commit(trail.awaitEnd(), made.diffId());
        if (earlier == null) {
            EarlierFiles.keep(store, wanted.instruction, wanted.items, made.diffId());
        }
        return made;
    }

    private LayerRecord kept(Digest key, LayerDigests made) throws IOException {
        LayerRecord record =
                new LayerRecord(made.blob(), made.diffId(), times.created().toString(), key);
        store.keys().put(key, record.toJson());
        return record;
    }

    /** How far the files have come, for the packer behind. */
    private static final class Trail {
        private final Semaphore written = new Semaphore(0);
        private final CompletableFuture<Snapshot> end = new CompletableFuture<>();

        void step() {
            written.release();
        }

        void end(Snapshot sealed) {
            end.complete(sealed);
        }

        /** Whoever still follows a trail without an end learns that none will come. */
        void leave() {
            if (end.completeExceptionally(new IOException("the files of the layer could not be written"))) {
                written.release(Integer.MAX_VALUE / 2);
            }
        }

        /** Waits until one more file is written. */
        void await() throws IOException {
            try {
                written.acquire();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (end.isCompletedExceptionally()) {
                awaitEnd();
            }
        }

        Snapshot awaitEnd() throws IOException {
            try {
                return end.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private static IOException interrupted(InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException result = new InterruptedIOException("interrupted while a layer was made");
            result.initCause(e);
            return result;
        }
    }
}
