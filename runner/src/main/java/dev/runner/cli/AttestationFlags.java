package dev.runner.cli;

import dev.runner.build.Attestations;
import dev.runner.build.Attestations.Provenance;
import dev.runner.build.OutputAttributes;
import dev.runner.build.sbom.SbomDocument;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code --provenance}, {@code --sbom} and {@code --attest}; the last word on a type wins. */
final class AttestationFlags {
    private @Nullable Provenance provenance;
    private Set<SbomDocument.Format> sbom = EnumSet.noneOf(SbomDocument.Format.class);

    private AttestationFlags() {}

    static Attestations parse(@Nullable String provenance, @Nullable String sbom, List<String> attestations) {
        AttestationFlags flags = new AttestationFlags();
        for (String text : attestations) {
            Map<String, String> keys = new LinkedHashMap<>(Arguments.fields(text));
            String type = keys.remove("type");
            switch (type == null ? "" : type) {
                case "provenance" -> flags.provenance(text, keys);
                case "sbom" -> flags.sbom(text, keys);
                default -> throw new UsageException("--attest takes type=provenance or type=sbom, not '" + text + "'");
            }
        }
        if (provenance != null) {
            flags.provenance(provenance, keys(provenance));
        }
        if (sbom != null) {
            flags.sbom(sbom, keys(sbom));
        }
        return new Attestations(flags.provenance, flags.sbom, Map.of());
    }

    /** {@code true} and {@code false} are short for keys. */
    private static Map<String, String> keys(String text) {
        return switch (text) {
            case "true", "1", "" -> Map.of();
            case "false", "0" -> Map.of("disabled", "true");
            case "min", "max" -> Map.of("mode", text);
            default -> Arguments.fields(text);
        };
    }

    private void provenance(String text, Map<String, String> keys) {
        known(text, keys, Set.of("mode", "disabled", "version"));
        if (!keys.getOrDefault("version", "v1").equals("v1")) {
            throw new UsageException("provenance is written as SLSA v1, not " + keys.get("version"));
        }
        Provenance mode = switch (keys.getOrDefault("mode", "min")) {
            case "min" -> Provenance.MIN;
            case "max" -> Provenance.MAX;
            default -> throw new UsageException("the mode of provenance is min or max, not '" + keys.get("mode") + "'");
        };
        provenance = OutputAttributes.flag(keys, "disabled", false) ? null : mode;
    }

    private void sbom(String text, Map<String, String> keys) {
        known(text, keys, Set.of("format", "disabled"));
        Set<SbomDocument.Format> formats = switch (keys.getOrDefault("format", "spdx")) {
            case "spdx" -> EnumSet.of(SbomDocument.Format.SPDX);
            case "cyclonedx" -> EnumSet.of(SbomDocument.Format.CYCLONEDX);
            case "both" -> EnumSet.allOf(SbomDocument.Format.class);
            default -> throw new UsageException("an SBOM is spdx, cyclonedx or both, not '" + keys.get("format") + "'");
        };
        sbom = OutputAttributes.flag(keys, "disabled", false) ? EnumSet.noneOf(SbomDocument.Format.class) : formats;
    }

    private static void known(String text, Map<String, String> keys, Set<String> known) {
        for (String key : keys.keySet()) {
            if (!known.contains(key)) {
                String more = key.equals("generator") ? "; this engine scans by itself" : "";
                throw new UsageException("'" + text + "' has an unknown key '" + key + "'" + more);
            }
        }
    }

    /** A bare {@code --provenance} or {@code --sbom} does not take the context for its value. */
    static List<String> arrange(List<String> words) {
        List<String> arranged = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean bare = word.equals("--provenance") || word.equals("--sbom");
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            boolean value = next.matches("true|false|0|1|min|max|(mode|disabled|format|version|generator)=.*");
            if (bare && value) {
                arranged.add(word + "=" + next);
                i++;
            } else {
                arranged.add(bare ? word + "=true" : word);
            }
        }
        return arranged;
    }
}
