package dev.runner.build.embedded;

import dev.runner.build.Packaging;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.StargzWriter;
import dev.runner.oci.layer.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Packs layers as the outputs want them, each once; remembers the result beside the layer it came from. */
final class Repacker {
    private static final int GZIP_LEVEL = 6;

    private final Workshop shop;
    private final Packaging packaging;
    private final Tasks tasks;
    private final Map<Digest, Task<LayerRecord>> packed = new ConcurrentHashMap<>();

    Repacker(Workshop shop, Packaging packaging, Tasks tasks) {
        this.shop = shop;
        this.packaging = packaging;
        this.tasks = tasks;
    }

    /**
     * The layer as it goes into the image.
     *
     * @param own whether the build made it
     */
    LayerRecord packed(LayerRecord layer, boolean own)
            throws dev.runner.build.BuildFailedException, IOException, InterruptedException {
        boolean leave = !own && !packaging.force() || isSo(layer.blob());
        if (leave) {
            return layer;
        }
        return packed.computeIfAbsent(layer.blob().digest(), key -> tasks.startFor(() -> known(layer)))
                .await();
    }

    /** Whether it is packed so already; at what level nobody can see, so a level that is asked for is never had. */
    private boolean isSo(Descriptor blob) {
        boolean stargz = blob.annotations().containsKey(StargzWriter.TOC_DIGEST);
        return switch (packaging.compression()) {
            case GZIP -> isGzip(blob) && !stargz && packaging.level() == null;
            case ZSTD -> blob.mediaType().endsWith("zstd") && packaging.level() == null;
            case UNCOMPRESSED ->
                blob.mediaType().equals(MediaTypes.OCI_LAYER)
                        || blob.mediaType().equals(MediaTypes.DOCKER_LAYER);
            case ESTARGZ -> stargz && packaging.level() == null;
        };
    }

    private static boolean isGzip(Descriptor blob) {
        return blob.mediaType().endsWith("gzip");
    }

    private LayerRecord known(LayerRecord layer) throws IOException {
        Digest key = KeyHash.of("packed/1")
                .add(layer.blob().digest())
                .add(packaging.compression().name())
                .add(packaging.level() == null ? null : packaging.level().toString())
                .finish();
        byte[] before = shop.store().keys().get(key);
        LayerRecord known = before == null ? null : LayerRecord.parse(before);
        if (known == null || !shop.layers().reachable(known.blob())) {
            known = pack(layer);
            shop.store().keys().put(key, known.toJson());
        }
        return layer.packedAs(known.blob(), known.diffId());
    }

    private LayerRecord pack(LayerRecord layer) throws IOException {
        try (InputStream tar = shop.layers()
                .limits()
                .bounded(Compression.decompress(shop.layers().open(layer.blob())))) {
            return switch (packaging.compression()) {
                case GZIP -> write(layer, tar, gzip(packaging.level()));
                case ZSTD ->
                    write(
                            layer,
                            tar,
                            packaging.level() == null ? Compression.ZSTD : new Compression.Zstd(packaging.level()));
                case UNCOMPRESSED -> write(layer, tar, Compression.NONE);
                case ESTARGZ -> stargz(layer, tar);
            };
        }
    }

    private static Compression gzip(@Nullable Integer level) {
        return level == null ? Compression.GZIP : new Compression.Gzip(level);
    }

    private LayerRecord write(LayerRecord layer, InputStream tar, Compression compression) throws IOException {
        try (BlobWriter blob = shop.store().blobs().hashedElsewhere();
                LayerWriter writer = LayerWriter.open(blob, compression)) {
            tar.transferTo(writer.raw());
            LayerDigests made = writer.finish();
            blob.commit(made.blob().digest());
            return layer.packedAs(made.blob(), made.diffId());
        }
    }

    private LayerRecord stargz(LayerRecord layer, InputStream tar) throws IOException {
        int level = packaging.level() == null ? GZIP_LEVEL : packaging.level();
        try (BlobWriter blob = shop.store().blobs().hashedElsewhere();
                TarReader reader = new TarReader(tar, shop.layers().limits())) {
            StargzWriter.Packed made = StargzWriter.write(reader, blob, level);
            Descriptor descriptor = made.layer().blob().withAnnotations(made.annotations());
            blob.commit(descriptor.digest());
            return layer.packedAs(descriptor, made.layer().diffId());
        }
    }
}
