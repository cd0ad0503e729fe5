package dev.runner.build.embedded;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.ContentSource;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what another build left, wherever it left it. */
interface CacheImporter {
    /** Layers by key; their content can be fetched from now on. */
    Map<Digest, LayerRecord> load() throws IOException;

    /** The importer for a place. */
    static CacheImporter of(
            CacheReference place, Store store, RegistryClient registry, BaseImages images, Layers layers) {
        return switch (place) {
            case CacheReference.Registry(Reference reference, var mode, var ignore) ->
                () -> fromRegistry(reference, store, registry, images, layers);
            case CacheReference.Local(var path, var mode, var ignore) -> () -> fromLayout(OciLayout.at(path), store);
            case CacheReference.Inline inline -> Map::of;
        };
    }

    private static Map<Digest, LayerRecord> fromRegistry(
            Reference reference, Store store, RegistryClient registry, BaseImages images, Layers layers)
            throws IOException {
        ContentSource content = descriptor -> {
            if (!store.blobs().has(descriptor.digest())) {
                boolean document =
                        MediaTypes.isIndex(descriptor.mediaType()) || MediaTypes.isManifest(descriptor.mediaType());
                store.blobs()
                        .put(
                                document
                                        ? registry.manifest(reference.withDigest(descriptor.digest()))
                                                .bytes()
                                        : registry.blob(reference, descriptor));
            }
            return new ByteArrayInputStream(store.blobs().read(descriptor.digest()));
        };
        Map<Digest, LayerRecord> found = new LinkedHashMap<>();
        for (CacheRecord record : records(images.resolve(reference, true), content)) {
            for (CacheRecord.Entry entry : record.entries()) {
                layers.confirm(entry.layer().blob(), reference);
            }
            record.byKey().forEach(found::putIfAbsent);
        }
        return found;
    }

    private static Map<Digest, LayerRecord> fromLayout(OciLayout layout, Store store) throws IOException {
        Map<Digest, LayerRecord> found = new LinkedHashMap<>();
        for (Descriptor root : layout.index().manifests()) {
            for (CacheRecord record : records(root, layout)) {
                for (CacheRecord.Entry entry : record.entries()) {
                    Descriptor blob = entry.layer().blob();
                    if (!store.blobs().has(blob.digest()) && layout.has(blob.digest())) {
                        try (InputStream in = layout.open(blob)) {
                            store.blobs().ingest(in, blob);
                        }
                    }
                }
                record.byKey().forEach(found::putIfAbsent);
            }
        }
        return found;
    }

    private static List<CacheRecord> records(Descriptor root, ContentSource content) throws IOException {
        List<Descriptor> manifests = MediaTypes.isIndex(root.mediaType())
                ? Index.parse(content.read(root)).manifests()
                : List.of(root);
        List<CacheRecord> records = new ArrayList<>();
        for (Descriptor descriptor : manifests) {
            boolean attestation = descriptor.annotations().containsKey("vnd.docker.reference.type");
            if (attestation || !MediaTypes.isManifest(descriptor.mediaType())) {
                continue;
            }
            Manifest manifest = Manifest.parse(content.read(descriptor));
            if (MediaTypes.isConfig(manifest.config().mediaType())) {
                CacheRecord record = CacheRecord.read(manifest, ImageConfig.parse(content.read(manifest.config())));
                if (record != null) {
                    records.add(record);
                }
            }
        }
        return records;
    }
}
