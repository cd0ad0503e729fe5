package dev.runner.build;

import dev.runner.build.sbom.SbomDocument;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is said about an image beside it, for each platform.
 *
 * @param provenance how it was made; null for nothing
 * @param sbom what is in it, in these forms
 * @param vcs what is known of the context's version control: {@code revision}, {@code source}
 * @param claims of the provenance
 * @see <a href="https://docs.docker.com/build/metadata/attestations/">Docker's docs, Build attestations</a>
 */
public record Attestations(
        @Nullable Provenance provenance, Set<SbomDocument.Format> sbom, Map<String, String> vcs, Claims claims) {
    public static final Attestations NONE = new Attestations(null, Set.of(), Map.of(), Claims.NONE);

    /**
     * What a provenance says because somebody has asked for it.
     *
     * @param builderId who builds, by a URL; empty for nobody
     * @param reproducible that the same build gives the same image
     */
    public record Claims(String builderId, boolean reproducible) {
        public static final Claims NONE = new Claims("", false);
    }

    /** How much is told of the build. */
    public enum Provenance {
        /** Materials, times, the source: nothing that a user gave as an argument. */
        MIN,
        /** Arguments, the Dockerfile and the steps, too. */
        MAX
    }

    public Attestations {
        sbom = sbom.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(sbom));
        vcs = Map.copyOf(vcs);
    }

    public Attestations withVcs(Map<String, String> value) {
        return new Attestations(provenance, sbom, value, claims);
    }

    public boolean isEmpty() {
        return provenance == null && sbom.isEmpty();
    }
}
