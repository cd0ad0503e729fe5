package dev.runner.build;

import dev.runner.oci.Descriptor;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is told of a build that is done, with Buildx's keys: what {@code --metadata-file} and {@code --iidfile} hold.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file">docker buildx build,
 *     metadata-file</a>
 */
public final class BuildMetadata {

    private BuildMetadata() {}

    /** The digest of the config, or of the index where there is one, as of several platforms or with attestations. */
    public static String imageId(BuildResult result) {
        String config = config(result);
        return config == null ? result.image().digest().toString() : config;
    }

    /** Null where the result is an index: it has several configs. */
    private static @Nullable String config(BuildResult result) {
        return MediaTypes.isIndex(result.image().mediaType())
                ? null
                : result.platforms().values().iterator().next().config().toString();
    }

    /**
     * One JSON object: how it was made, and of an image {@code containerimage.digest}, {@code containerimage.descriptor},
     * {@code image.name}, …
     *
     * @param names of the image
     * @param image whether an image was asked for; else there are only files
     */
    public static String json(BuildResult result, List<Reference> names, boolean image) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        result.provenance().forEach((platform, json) -> {
            String key = "buildx.build.provenance" + (result.platforms().size() == 1 ? "" : "/" + platform);
            node.set(key, JsonTree.read(json));
        });
        if (image) {
            String config = config(result);
            if (config != null) {
                node.put("containerimage.config.digest", config);
            }
            descriptor(node.putObject("containerimage.descriptor"), result.image());
            node.put("containerimage.digest", result.image().digest().toString());
            List<String> shown = names.stream()
                    .map(name -> name.withDefaultTag().toString())
                    .distinct()
                    .toList();
            if (!shown.isEmpty()) {
                node.put("image.name", String.join(",", shown));
            }
        }
        return JsonTree.text(node);
    }

    private static void descriptor(ObjectNode node, Descriptor image) {
        node.put("mediaType", image.mediaType());
        node.put("digest", image.digest().toString());
        node.put("size", image.size());
        if (!image.annotations().isEmpty()) {
            ObjectNode annotations = node.putObject("annotations");
            image.annotations().forEach(annotations::put);
        }
        Platform platform = image.platform();
        if (platform != null) {
            ObjectNode shown = node.putObject("platform");
            shown.put("architecture", platform.architecture());
            shown.put("os", platform.os());
            if (!platform.variant().isEmpty()) {
                shown.put("variant", platform.variant());
            }
        }
    }
}
