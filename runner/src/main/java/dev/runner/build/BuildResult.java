package dev.runner.build;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.source.Diagnostic;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was built.
 *
 * @param image the index; for one platform its manifest itself, as BuildKit does when there is no attestation: a
 *     manifest is what every tool takes, and an index of one says nothing more
 * @param platforms in the requested order
 * @param warnings of the Dockerfile
 * @param provenance the SLSA predicate of each platform as JSON, attached or not
 */
public record BuildResult(
        Descriptor image,
        Map<Platform, PlatformResult> platforms,
        List<Diagnostic> warnings,
        Map<Platform, String> provenance) {
    public BuildResult(Descriptor image, Map<Platform, PlatformResult> platforms, List<Diagnostic> warnings) {
        this(image, platforms, warnings, Map.of());
    }

    public BuildResult {
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
        platforms = Collections.unmodifiableMap(new LinkedHashMap<>(platforms));
        warnings = List.copyOf(warnings);
    }

    /**
     * One platform's image.
     *
     * @param config the digest of the image config, which {@code docker images} calls the image id
     * @param cachedVertices how many of the vertices needed no work
     * @param vertices how many vertices make layers, shared ones counted for each platform
     */
    public record PlatformResult(Descriptor manifest, Digest config, int cachedVertices, int vertices) {}
}
