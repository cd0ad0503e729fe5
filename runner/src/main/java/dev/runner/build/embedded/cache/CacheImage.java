package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.ContentSource;
import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A cache as an image, which registries and layouts can hold: a config with the record, and a manifest that names it and
 * the layers. Where a manifest is not wanted, an index names them, as BuildKit's caches once did.
 *
 * @param root of the document
 */
record CacheImage(Descriptor root, byte[] document, Descriptor config, byte[] configJson, List<Descriptor> layers) {
    /** The annotation by which attestations are known among an index's manifests. */
    private static final String ATTESTS = "vnd.docker.reference.type";

    /**
     * How a cache is written.
     *
     * @param manifest as an image's manifest; otherwise as an index
     * @param docker with Docker's media types
     */
    record Shape(boolean manifest, boolean docker) {
        static Shape of(CacheReference.Export export) {
            return new Shape(export.imageManifest(), export.docker());
        }
    }

    static CacheImage of(CacheRecord record, Shape shape) {
        List<Descriptor> layers = record.layers().stream()
                .map(LayerRecord::blob)
                .map(layer -> shape.docker() ? layer.withMediaType(MediaTypes.dockerLayer(layer.mediaType())) : layer)
                .toList();
        ImageConfig empty = ImageConfig.scratch(Platform.host());
        byte[] json = new ImageConfig(
                        null,
                        null,
                        empty.platform(),
                        empty.config(),
                        record.layers().stream().map(LayerRecord::diffId).toList(),
                        List.of(),
                        record.toMember(layers))
                .toJson();
        Descriptor config = Descriptor.of(shape.docker() ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG, json);
        String type;
        byte[] document;
        if (shape.manifest()) {
            type = shape.docker() ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
            document = Manifest.of(type, config, layers).toJson();
        } else {
            type = shape.docker() ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX;
            List<Descriptor> all = new ArrayList<>(layers);
            all.add(config);
            document = Index.of(type, all).toJson();
        }
        return new CacheImage(Descriptor.of(type, document), document, config, json, layers);
    }

    /** The documents of an image, of all its platforms, or of a cache. */
    static List<CacheDocument> read(Descriptor root, ContentSource content) throws IOException {
        if (MediaTypes.isManifest(root.mediaType())) {
            Manifest manifest = Manifest.parse(content.read(root));
            return List.of(document(manifest.config(), manifest.layers(), content));
        }
        List<CacheDocument> documents = new ArrayList<>();
        if (MediaTypes.isIndex(root.mediaType())) {
            List<Descriptor> entries = Index.parse(content.read(root)).manifests();
            List<Descriptor> layers =
                    entries.stream().filter(entry -> isLayer(entry.mediaType())).toList();
            for (Descriptor entry : entries) {
                if (MediaTypes.isManifest(entry.mediaType())
                        && !entry.annotations().containsKey(ATTESTS)) {
                    documents.addAll(read(entry, content));
                } else if (!layers.contains(entry) && !isDocument(entry.mediaType())) {
                    documents.add(document(entry, layers, content));
                }
            }
        }
        return documents;
    }

    private static boolean isDocument(String mediaType) {
        return MediaTypes.isManifest(mediaType) || MediaTypes.isIndex(mediaType);
    }

    private static boolean isLayer(String mediaType) {
        return mediaType.startsWith(MediaTypes.OCI_LAYER)
                || mediaType.startsWith("application/vnd.docker.image.rootfs.");
    }

    private static CacheDocument document(Descriptor config, List<Descriptor> layers, ContentSource content)
            throws IOException {
        return new CacheDocument(config.mediaType(), content.read(config), layers);
    }
}
