package dev.runner.step;

import dev.runner.build.BuildResult;
import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outputs of a build: {@code digest}, {@code image}, {@code imageid}, {@code metadata} (as buildx writes it), a
 * {@code digest-OS-ARCH} for each platform, and {@code cached} of {@code vertices}.
 */
final class BuildOutputs {
    private BuildOutputs() {}

    static Map<String, String> of(BuildResult result, List<Reference> tags) {
        String digest = result.image().digest().toString();
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("digest", digest);
        outputs.put("image", tags.isEmpty() ? digest : tags.getFirst().name() + "@" + digest);
        var only = result.platforms().values().stream().findFirst().orElse(null);
        outputs.put(
                "imageid",
                result.platforms().size() == 1 && only != null ? only.config().toString() : digest);
        outputs.put("metadata", metadata(result, tags));
        int cached = 0;
        int vertices = 0;
        for (var entry : result.platforms().entrySet()) {
            outputs.put(
                    "digest-" + name(entry.getKey()),
                    entry.getValue().manifest().digest().toString());
            cached += entry.getValue().cachedVertices();
            vertices += entry.getValue().vertices();
        }
        outputs.put("cached", String.valueOf(cached));
        outputs.put("vertices", String.valueOf(vertices));
        return outputs;
    }

    private static String name(Platform platform) {
        return platform.toString().replace('/', '-');
    }

    private static String metadata(BuildResult result, List<Reference> tags) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", result.image().mediaType());
        descriptor.put("digest", result.image().digest().toString());
        descriptor.put("size", result.image().size());
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (result.platforms().size() == 1) {
            result.platforms()
                    .values()
                    .forEach(only -> metadata.put(
                            "containerimage.config.digest", only.config().toString()));
        }
        metadata.put("containerimage.descriptor", descriptor);
        metadata.put("containerimage.digest", result.image().digest().toString());
        if (!tags.isEmpty()) {
            metadata.put(
                    "image.name",
                    String.join(
                            ",",
                            tags.stream()
                                    .map(name -> name.withDefaultTag().toString())
                                    .toList()));
        }
        return Value.of(metadata).toJson();
    }
}
