package dev.runner.build.embedded;

import dev.runner.build.CacheReference;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leaves what this build knows for other machines. */
interface CacheExporter {
    /**
     * Writes a record with its layers.
     *
     * @param before what the same place held when the build began: what this build says nothing about stays
     */
    void export(CacheRecord record, Map<Digest, LayerRecord> before) throws IOException, InterruptedException;

    /** How many layers a cache holds at most; the oldest of what was there before go first. */
    int MOST_LAYERS = 500;

    /** The exporter to a registry: an image whose config holds the record. */
    static CacheExporter toRegistry(CacheReference.Registry place, RegistryClient registry, Layers layers) {
        return (record, before) -> {
            Image image = Image.of(merge(record, before));
            Reference target = place.reference();
            List<BlobPush> blobs = new ArrayList<>();
            for (Descriptor layer : image.manifest().layers()) {
                blobs.add(new BlobPush(
                        layer, layers.source(layer), layers.origins().find(layer.digest())));
            }
            blobs.add(BlobPush.of(image.manifest().config(), BlobSource.of(image.config())));
            registry.pushBlobs(target, blobs);
            registry.putManifest(
                    target, MediaTypes.OCI_MANIFEST, image.manifest().toJson());
        };
    }

    /** The exporter to a folder. */
    static CacheExporter toFolder(CacheReference.Local place, Layers layers) {
        return (record, before) -> {
            Image image = Image.of(merge(record, before));
            OciLayout layout = OciLayout.create(place.path());
            for (Descriptor layer : image.manifest().layers()) {
                if (!layout.has(layer.digest())) {
                    try (InputStream in = layers.open(layer)) {
                        layout.put(layer, in);
                    }
                }
            }
            layout.put(image.manifest().config(), new ByteArrayInputStream(image.config()));
            byte[] manifest = image.manifest().toJson();
            Descriptor root = Descriptor.of(MediaTypes.OCI_MANIFEST, manifest);
            layout.put(root, new ByteArrayInputStream(manifest));
            layout.putIndex(Index.of(
                    MediaTypes.OCI_INDEX, List.of(root.withAnnotations(Map.of(OciLayout.REF_NAME, "latest")))));
        };
    }

    private static CacheRecord merge(CacheRecord record, Map<Digest, LayerRecord> before) {
        List<CacheRecord.Entry> entries = new ArrayList<>(record.entries());
        Set<Digest> known = new HashSet<>(record.byKey().keySet());
        Map<LayerRecord, List<Digest>> others = new LinkedHashMap<>();
        before.forEach((key, layer) -> {
            if (!known.contains(key)) {
                others.computeIfAbsent(layer, same -> new ArrayList<>()).add(key);
            }
        });
        others.forEach((layer, keys) -> entries.add(new CacheRecord.Entry(keys, layer)));
        return new CacheRecord(entries.subList(0, Math.min(entries.size(), MOST_LAYERS)));
    }

    /** A cache as an image. */
    record Image(Manifest manifest, byte[] config) {
        static Image of(CacheRecord record) {
            Map<Digest, LayerRecord> layers = new LinkedHashMap<>();
            record.entries()
                    .forEach(entry -> layers.putIfAbsent(entry.layer().blob().digest(), entry.layer()));
            ImageConfig empty = ImageConfig.scratch(Platform.host());
            byte[] config = new ImageConfig(
                            null,
                            null,
                            empty.platform(),
                            empty.config(),
                            layers.values().stream().map(LayerRecord::diffId).toList(),
                            List.of(),
                            Map.of(CacheRecord.MEMBER, record.toJson(List.copyOf(layers.keySet()))))
                    .toJson();
            Descriptor descriptor = Descriptor.of(MediaTypes.OCI_CONFIG, config);
            List<Descriptor> blobs =
                    layers.values().stream().map(LayerRecord::blob).toList();
            return new Image(Manifest.of(MediaTypes.OCI_MANIFEST, descriptor, blobs), config);
        }
    }
}
