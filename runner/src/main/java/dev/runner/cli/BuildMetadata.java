package dev.runner.cli;

import dev.runner.build.BuildResult;
import dev.runner.oci.Platform;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@code --metadata-file} and {@code --iidfile} hold, with BuildKit's keys. */
final class BuildMetadata {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private BuildMetadata() {}

    /** The config's digest for one platform, the index's for several, as Docker's containerd image store does. */
    static String imageId(BuildResult result) {
        return result.platforms().size() == 1
                ? result.platforms().values().iterator().next().config().toString()
                : result.image().digest().toString();
    }

    /** One JSON object: {@code containerimage.digest}, {@code containerimage.descriptor}, {@code image.name}, … */
    static String json(BuildResult result, List<String> names) {
        ObjectNode node = MAPPER.createObjectNode();
        result.provenance().forEach((platform, json) -> {
            String key = "buildx.build.provenance" + (result.platforms().size() == 1 ? "" : "/" + platform);
            node.set(key, MAPPER.readTree(json));
        });
        if (result.platforms().size() == 1) {
            node.put("containerimage.config.digest", imageId(result));
        }
        ObjectNode descriptor = node.putObject("containerimage.descriptor");
        descriptor.put("mediaType", result.image().mediaType());
        descriptor.put("digest", result.image().digest().toString());
        descriptor.put("size", result.image().size());
        Platform platform = result.image().platform();
        if (platform != null) {
            ObjectNode shown = descriptor.putObject("platform");
            shown.put("architecture", platform.architecture());
            shown.put("os", platform.os());
            if (!platform.variant().isEmpty()) {
                shown.put("variant", platform.variant());
            }
        }
        if (!result.image().annotations().isEmpty()) {
            ObjectNode annotations = descriptor.putObject("annotations");
            result.image().annotations().forEach(annotations::put);
        }
        node.put("containerimage.digest", result.image().digest().toString());
        if (!names.isEmpty()) {
            node.put(
                    "image.name",
                    String.join(
                            ",",
                            names.stream()
                                    .map(name -> Arguments.reference(name)
                                            .withDefaultTag()
                                            .toString())
                                    .toList()));
        }
        return GoJson.text(node) + "\n";
    }
}
