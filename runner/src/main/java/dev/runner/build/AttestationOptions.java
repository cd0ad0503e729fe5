package dev.runner.build;

import dev.runner.build.Attestations.Claims;
import dev.runner.build.Attestations.Provenance;
import dev.runner.build.sbom.SbomDocument;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code --provenance}, {@code --sbom} and {@code --attest}; the last word on a type wins.
 *
 * @see <a href="https://docs.docker.com/build/metadata/attestations/">Docker's docs, Build attestations</a>
 */
public final class AttestationOptions {
    private @Nullable Provenance provenance;
    private Claims claims = Claims.NONE;
    private Set<SbomDocument.Format> sbom = EnumSet.noneOf(SbomDocument.Format.class);

    private AttestationOptions() {}

    /**
     * What is wanted, without what is known of the context's version control.
     *
     * @param provenance what {@code --provenance} takes; null when it is not given
     * @param sbom the same for {@code --sbom}
     * @throws IllegalArgumentException with a message for people
     */
    public static Attestations parse(@Nullable String provenance, @Nullable String sbom, List<String> attestations) {
        AttestationOptions options = new AttestationOptions();
        for (String text : attestations) {
            Map<String, String> keys = new LinkedHashMap<>(CommaFields.parse(text));
            String type = keys.remove("type");
            switch (type == null ? "" : type) {
                case "provenance" -> options.provenance(text, keys);
                case "sbom" -> options.sbom(text, keys);
                default ->
                    throw new IllegalArgumentException(
                            "an attestation is type=provenance or type=sbom, not '" + text + "'");
            }
        }
        if (provenance != null) {
            options.provenance(provenance, keys(provenance));
        }
        if (sbom != null) {
            options.sbom(sbom, keys(sbom));
        }
        return new Attestations(options.provenance, options.sbom, Map.of(), options.claims);
    }

    /** {@code true} and {@code false} are short for keys. */
    private static Map<String, String> keys(String text) {
        return switch (text) {
            case "true", "1", "" -> Map.of();
            case "false", "0" -> Map.of("disabled", "true");
            case "min", "max" -> Map.of("mode", text);
            default -> CommaFields.parse(text);
        };
    }

    private void provenance(String text, Map<String, String> keys) {
        known(text, keys, Set.of("mode", "disabled", "version", "builder-id", "reproducible", "inline-only"));
        // Only images carry provenance here, so it is inline whether that is asked for or not.
        OutputAttributes.flag(keys, "inline-only", false);
        claims = new Claims(keys.getOrDefault("builder-id", ""), OutputAttributes.flag(keys, "reproducible", false));
        if (!keys.getOrDefault("version", "v1").equals("v1")) {
            throw new IllegalArgumentException("provenance is written as SLSA v1, not " + keys.get("version"));
        }
        Provenance mode = switch (keys.getOrDefault("mode", "min")) {
            case "min" -> Provenance.MIN;
            case "max" -> Provenance.MAX;
            default ->
                throw new IllegalArgumentException(
                        "the mode of provenance is min or max, not '" + keys.get("mode") + "'");
        };
        provenance = OutputAttributes.flag(keys, "disabled", false) ? null : mode;
    }

    private void sbom(String text, Map<String, String> keys) {
        known(text, keys, Set.of("format", "disabled"));
        Set<SbomDocument.Format> formats = switch (keys.getOrDefault("format", "spdx")) {
            case "spdx" -> EnumSet.of(SbomDocument.Format.SPDX);
            case "cyclonedx" -> EnumSet.of(SbomDocument.Format.CYCLONEDX);
            case "both" -> EnumSet.allOf(SbomDocument.Format.class);
            default ->
                throw new IllegalArgumentException(
                        "an SBOM is spdx, cyclonedx or both, not '" + keys.get("format") + "'");
        };
        sbom = OutputAttributes.flag(keys, "disabled", false) ? EnumSet.noneOf(SbomDocument.Format.class) : formats;
    }

    private static void known(String text, Map<String, String> keys, Set<String> known) {
        for (String key : keys.keySet()) {
            if (!known.contains(key)) {
                String more = key.equals("generator") ? "; this engine scans by itself" : "";
                throw new IllegalArgumentException("'" + text + "' has an unknown key '" + key + "'" + more);
            }
        }
    }
}
