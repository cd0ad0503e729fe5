package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.TagRule;
import dev.runner.source.Diagnostics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of texts that hold no expression, so that what cannot work is said before anything runs. */
final class Literals {
    private static final List<String> CACHES = List.of("registry", "inline", "local");
    private static final List<String> OUTPUTS =
            List.of("local", "tar", "oci", "docker", "image", "registry", "cacheonly");
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
        if (!CACHES.contains(type)) {
            wrongType(entry, "cache", type, CACHES);
        } else if (type.equals("inline") && key.equals("cache-from")) {
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
