package dev.runner.step;

import dev.runner.build.BuildMetadata;
import dev.runner.build.BuildResult;
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
        outputs.put("imageid", BuildMetadata.imageId(result));
        outputs.put("metadata", BuildMetadata.json(result, tags, true));
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
}
