package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.TagRule;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of texts that hold no expression, so that what cannot work is said before anything runs. */
final class Literals {
    private static final List<String> OUTPUTS =
            List.of("local", "tar", "oci", "docker", "image", "registry", "cacheonly");
    private static final List<String> LEVELS = List.of("index", "index-descriptor", "manifest", "manifest-descriptor");
    private static final List<String> ENTITLEMENTS = List.of("network.host", "security.insecure");
    private static final Pattern PROVENANCE =
            Pattern.compile("true|false|min|max|(?:(?:^|,)(?:mode=(?:min|max)|version=v1|disabled=(?:true|false)))+");
    private static final Pattern SBOM =
            Pattern.compile("true|false|(?:(?:^|,)(?:format=(?:spdx|cyclonedx|both)|disabled=(?:true|false)))+");
    private static final Pattern SIZE = Pattern.compile("[0-9]+(?:\\.[0-9]+)?(?:[kKmMgGtT]?(?:[iI]?[bB])?)");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]+(?:\\.[0-9]+)?");
    private static final Pattern ULIMIT = Pattern.compile("[a-z]+=-?[0-9]+(?::-?[0-9]+)?");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern REGISTRY =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");

    private final Diagnostics diagnostics;

    Literals(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void platforms(Template list) {
        for (String word : list.source().strip().split("[,\\s]+", -1)) {
            if (Platform.tryParse(word) == null) {
                error(list, "'" + word + "' is not a platform", "write it as linux/amd64 or linux/arm/v7");
            }
        }
    }

    void reference(Template name) {
        for (String line : name.source().split("\\R", -1)) {
            if (!line.isBlank()) {
                parse(name, line.strip());
            }
        }
    }

    /** An image of this run or another: a digest or a reference. */
    void image(Template image) {
        if (!DIGEST.matcher(image.source()).matches()) {
            parse(image, image.source());
        }
    }

    /** A repository: a reference without tag and digest. */
    void repository(Template repository) {
        Reference reference = parse(repository, repository.source().strip());
        if (reference != null && (reference.tag() != null || reference.digest() != null)) {
            error(repository, "'to' takes a repository without tag or digest", "write the tag under 'tags'");
        }
    }

    private @Nullable Reference parse(Template at, String text) {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            error(at, String.valueOf(e.getMessage()), "write it as [host[:port]/]name[:tag]");
            return null;
        }
    }

    void registry(Template registry) {
        String text = registry.source();
        if (!REGISTRY.matcher(text).matches()) {
            String remedy = text.contains("://") || text.contains("/")
                    ? "write only the host and port, as in ghcr.io or localhost:5000"
                    : "write it as ghcr.io or localhost:5000";
            error(registry, "'" + text + "' is not a registry", remedy);
        }
    }

    void tagRule(Template rule) {
        for (String word : rule.source().strip().split("[,\\s]+", -1)) {
            if (TagRule.tryParse(word) == null) {
                error(
                        rule,
                        "'" + word + "' is neither a rule nor a legal tag",
                        "rules are " + String.join(", ", TagRule.WORDS));
            }
        }
    }

    void cacheFrom(Template entry) {
        cache(entry, "cache-from", "src");
    }

    void cacheTo(Template entry) {
        cache(entry, "cache-to", "dest");
    }

    private void cache(Template entry, String key, String folder) {
        String text = entry.source().strip();
        if (!text.contains("=")) {
            parse(entry, text);
            return;
        }
        Map<String, String> attributes = attributes(text);
        String type = attributes.getOrDefault("type", "");
        if (!CacheAttributes.TYPES.contains(type)) {
            wrongType(entry, "cache", type, CacheAttributes.TYPES);
            return;
        }
        for (String name : attributes.keySet()) {
            if (!CacheAttributes.of(type).contains(name)) {
                diagnostics.unknown(
                        entry.span(), "attribute of a cache of type " + type, name, CacheAttributes.of(type));
            }
        }
        if (type.equals("inline") && key.equals("cache-from")) {
            error(entry, "'cache-from' cannot be inline", "inline cache is read with type=registry,ref=IMAGE");
        } else if (type.equals("registry")) {
            attribute(entry, attributes, "ref");
        } else if (type.equals("local")) {
            attribute(entry, attributes, folder);
        }
    }

    void output(Template entry) {
        String text = entry.source().strip();
        if (!text.contains("=")) {
            return;
        }
        Map<String, String> attributes = attributes(text);
        String type = attributes.getOrDefault("type", "");
        if (!OUTPUTS.contains(type)) {
            wrongType(entry, "output", type, OUTPUTS);
        } else if (List.of("local", "tar", "oci").contains(type)) {
            attribute(entry, attributes, "dest");
        }
    }

    void provenance(Template text) {
        matches(text, PROVENANCE, "provenance", "write true, false, mode=min or mode=max");
    }

    void sbom(Template text) {
        matches(text, SBOM, "SBOM", "write true, false, format=spdx, format=cyclonedx or format=both");
    }

    void attestation(Template entry) {
        Map<String, String> attributes = attributes(entry.source().strip());
        String type = attributes.getOrDefault("type", "");
        if (!List.of("provenance", "sbom").contains(type)) {
            wrongType(entry, "attestation", type, List.of("provenance", "sbom"));
        }
    }

    void cacheMounts(Template image) {
        if (!image.source().contains("=")) {
            parse(image, image.source().strip());
            return;
        }
        Map<String, String> attributes = attributes(image.source().strip());
        if (attributes.getOrDefault("type", "").equals("registry")) {
            attribute(image, attributes, "ref");
        } else {
            wrongType(image, "cache", attributes.getOrDefault("type", ""), List.of("registry"));
        }
    }

    void entitlement(Template entry) {
        for (String word : entry.source().strip().split("[,\\s]+", -1)) {
            if (!ENTITLEMENTS.contains(word)) {
                diagnostics.unknown(entry.span(), "entitlement", word, ENTITLEMENTS);
            }
        }
    }

    void size(Template size) {
        matches(size, SIZE, "size", "write it as 512m or 2g");
    }

    void amount(Template number) {
        matches(number, AMOUNT, "number", null);
    }

    void ulimit(Template limit) {
        matches(limit, ULIMIT, "ulimit", "write it as nofile=1024 or nofile=1024:4096");
    }

    private void matches(Template text, Pattern pattern, String what, @Nullable String remedy) {
        if (!pattern.matcher(text.source().strip()).matches()) {
            error(text, "'" + text.source() + "' is no " + what, remedy);
        }
    }

    /** {@code KEY}, or {@code LEVEL,LEVEL[PLATFORM]:KEY}. */
    void annotationLevels(String key, Span span) {
        int colon = key.lastIndexOf(':');
        for (String level : colon < 0 ? new String[0] : key.substring(0, colon).split(",", -1)) {
            int bracket = level.indexOf('[');
            String name = bracket < 0 ? level : level.substring(0, bracket);
            if (!LEVELS.contains(name)) {
                diagnostics.unknown(span, "annotation level", name, LEVELS);
            } else if (bracket >= 0
                    && (!level.endsWith("]")
                            || Platform.tryParse(level.substring(bracket + 1, level.length() - 1)) == null)) {
                diagnostics.error(span, "'" + level + "' names no platform", "write it as manifest[linux/amd64]");
            }
        }
    }

    void secretSource(Template entry) {
        Map<String, String> attributes = attributes(entry.source().strip());
        attribute(entry, attributes, "id");
        for (String key : attributes.keySet()) {
            if (!List.of("id", "src", "source", "env", "type").contains(key)) {
                diagnostics.unknown(entry.span(), "secret attribute", key, List.of("id", "src", "env", "type"));
            }
        }
    }

    void oneOf(@Nullable Template choice, String key, List<String> known) {
        if (choice != null && choice.isLiteral() && !known.contains(choice.source())) {
            error(
                    choice,
                    "'" + key + "' cannot be '" + choice.source() + "'",
                    "it is one of " + String.join(", ", known));
        }
    }

    private void wrongType(Template entry, String what, String type, List<String> known) {
        if (type.isEmpty()) {
            error(entry, "this " + what + " has no type", "begin with type=" + known.getFirst());
        } else {
            diagnostics.unknown(entry.span(), what + " type", type, known);
        }
    }

    private void attribute(Template entry, Map<String, String> attributes, String name) {
        if (attributes.getOrDefault(name, "").isEmpty()) {
            error(entry, "this entry needs '" + name + "='", null);
        }
    }

    private static Map<String, String> attributes(String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            attributes.put(
                    key.strip(), equals < 0 ? "" : part.substring(equals + 1).strip());
        }
        return attributes;
    }

    private void error(Template at, String message, @Nullable String remedy) {
        diagnostics.error(at.span(), message, remedy);
    }
}
