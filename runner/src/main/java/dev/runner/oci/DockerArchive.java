package dev.runner.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images as {@code docker load} reads them: {@code manifest.json} in an archive that is an OCI image layout too, as
 * Docker 25 and later write it.
 *
 * @see <a href="https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format">
 *     Docker image specification, combined format</a>
 */
public final class DockerArchive {
    private DockerArchive() {}

    /**
     * An image of one platform and its names.
     *
     * @param manifest a manifest, not an index
     * @param names with tags
     */
    public record Image(Descriptor manifest, List<Reference> names) {
        public Image {
            if (!MediaTypes.isManifest(manifest.mediaType())) {
                throw new IllegalArgumentException(
                        "a Docker archive holds images of one platform, not an index; it is " + manifest.mediaType());
            }
            names = names.stream().map(Reference::withDefaultTag).toList();
        }
    }

    /** Writes an archive as a stream, which it does not close. */
    public static void write(OutputStream out, List<Image> images, ContentSource content) throws IOException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        List<Descriptor> entries = new ArrayList<>();
        for (Image image : images) {
            list.add(entry(image, Manifest.parse(content.read(image.manifest()))));
            if (image.names().isEmpty()) {
                entries.add(image.manifest());
            }
            for (Reference name : image.names()) {
                Map<String, String> annotations =
                        new LinkedHashMap<>(image.manifest().annotations());
                annotations.put(OciLayout.IMAGE_NAME, name.toString());
                annotations.put(OciLayout.REF_NAME, name.manifestName());
                entries.add(image.manifest().withAnnotations(annotations));
            }
        }
        LayoutTar.write(
                out,
                Index.of(MediaTypes.OCI_INDEX, entries),
                List.of(new LayoutTar.Document("manifest.json", JsonTree.write(list))),
                content);
    }

    private static ObjectNode entry(Image image, Manifest manifest) {
        ObjectNode node = Json.object();
        node.put("Config", OciLayout.blobName(manifest.config().digest()));
        Json.put(
                node,
                "RepoTags",
                image.names().stream().map(Reference::familiar).toList());
        Json.put(
                node,
                "Layers",
                manifest.layers().stream()
                        .map(layer -> OciLayout.blobName(layer.digest()))
                        .toList());
        return node;
    }
}
