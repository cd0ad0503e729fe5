package dev.runner.build.bake;

import dev.runner.secret.Dotenv;
import dev.runner.source.Diagnostics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The {@code build} of a service, as a target. */
final class ComposeTarget {
    private static final List<String> KNOWN = List.of(
            "additional_contexts",
            "args",
            "cache_from",
            "cache_to",
            "context",
            "dockerfile",
            "dockerfile_inline",
            "entitlements",
            "extra_hosts",
            "isolation",
            "labels",
            "network",
            "no_cache",
            "no_cache_filter",
            "platforms",
            "privileged",
            "provenance",
            "pull",
            "sbom",
            "secrets",
            "shm_size",
            "ssh",
            "tags",
            "target",
            "ulimits");

    private final ComposeNode service;
    private final ComposeNode build;
    private final Map<String, ComposeNode> secrets;
    private final BakeInputs inputs;
    private final Diagnostics diagnostics;
    private final Map<BakeAttribute, BakeValue> attributes = new EnumMap<>(BakeAttribute.class);

    ComposeTarget(ComposeNode service, Map<String, ComposeNode> secrets, BakeInputs inputs, Diagnostics diagnostics) {
        this.service = service;
        ComposeNode written = Objects.requireNonNull(service.get("build"));
        this.build = written instanceof ComposeNode.Scalar
                ? new ComposeNode.Entries(written.span(), Map.of("context", written))
                : written;
        this.secrets = secrets;
        this.inputs = inputs;
        this.diagnostics = diagnostics;
    }

    BakeTarget read(String name) {
        if (build instanceof ComposeNode.Entries(var _, Map<String, ComposeNode> entries)) {
            entries.forEach((key, value) -> {
                if (!KNOWN.contains(key) && !key.startsWith("x-")) {
                    diagnostics.unknown(value.span(), "key of 'build'", key, KNOWN);
                }
            });
        }
        text("context", BakeAttribute.CONTEXT, ComposeTarget::cleaned);
        text("dockerfile", BakeAttribute.DOCKERFILE, text -> text);
        text("dockerfile_inline", BakeAttribute.DOCKERFILE_INLINE, text -> text);
        text("network", BakeAttribute.NETWORK, text -> text);
        text("shm_size", BakeAttribute.SHM_SIZE, text -> text);
        text("target", BakeAttribute.TARGET, text -> text);
        flag("no_cache", BakeAttribute.NO_CACHE);
        flag("pull", BakeAttribute.PULL);
        texts("tags", BakeAttribute.TAGS);
        texts("platforms", BakeAttribute.PLATFORMS);
        texts("entitlements", BakeAttribute.ENTITLEMENTS);
        texts("no_cache_filter", BakeAttribute.NO_CACHE_FILTER);
        entries("cache_from", BakeAttribute.CACHE_FROM);
        entries("cache_to", BakeAttribute.CACHE_TO);
        entries("ssh", BakeAttribute.SSH);
        arguments();
        pairs("labels", BakeAttribute.LABELS);
        hosts();
        contexts("additional_contexts", build);
        ulimits();
        secrets();
        attestations();
        ComposeNode extension = build.get("x-bake");
        if (extension != null) {
            extend(extension);
        }
        ComposeNode image = service.get("image");
        if (image != null && image.text() != null && !attributes.containsKey(BakeAttribute.TAGS)) {
            attributes.put(BakeAttribute.TAGS, new BakeValue.Texts(List.of(image.text())));
        }
        return new BakeTarget(name, attributes, false);
    }

    private static String cleaned(String path) {
        if (path.contains("://") || path.startsWith("git@")) {
            return path;
        }
        String clean = Path.of(path).normalize().toString();
        return clean.isEmpty() ? "." : clean;
    }

    private void text(String key, BakeAttribute attribute, java.util.function.UnaryOperator<String> change) {
        ComposeNode node = build.get(key);
        String text = node == null ? null : node.text();
        if (text != null && !text.isEmpty()) {
            attributes.put(attribute, new BakeValue.Text(change.apply(text)));
        }
    }

    private void flag(String key, BakeAttribute attribute) {
        ComposeNode node = build.get(key);
        if (node != null && "true".equals(node.text())) {
            attributes.put(attribute, new BakeValue.Flag(true));
        }
    }

    private void texts(String key, BakeAttribute attribute) {
        ComposeNode node = build.get(key);
        if (node != null && !node.texts().isEmpty()) {
            attributes.put(attribute, new BakeValue.Texts(node.texts()));
        }
    }

    private void entries(String key, BakeAttribute attribute) {
        ComposeNode node = build.get(key);
        if (node != null) {
            List<String> texts = node instanceof ComposeNode.Entries
                    ? node.pairs().entrySet().stream()
                            .map(pair ->
                                    pair.getValue() == null ? pair.getKey() : pair.getKey() + "=" + pair.getValue())
                            .toList()
                    : node.texts();
            add(attribute, texts);
        }
    }

    private void add(BakeAttribute attribute, List<String> texts) {
        List<Map<String, String>> entries = new ArrayList<>();
        for (String text : texts) {
            Map<String, String> fields = BakeEntries.parse(attribute, text);
            if (fields != null) {
                entries.add(fields);
            }
        }
        if (!entries.isEmpty()) {
            put(attribute, new BakeValue.Entries(entries));
        }
    }

    private void put(BakeAttribute attribute, BakeValue value) {
        attributes.merge(attribute, value, (before, after) -> BakeTarget.merged(attribute, before, after));
    }

    /** One without a value takes it from the service's environment, then from the process's. */
    private void arguments() {
        ComposeNode node = build.get("args");
        if (node == null) {
            return;
        }
        Map<String, String> arguments = new LinkedHashMap<>();
        node.pairs().forEach((name, value) -> {
            String found = value != null ? value : fromEnvironment(name);
            if (found != null) {
                arguments.put(name, found);
            }
        });
        attributes.put(BakeAttribute.ARGS, new BakeValue.Pairs(arguments));
    }

    private @Nullable String fromEnvironment(String name) {
        ComposeNode environment = service.get("environment");
        String own = environment == null ? null : environment.pairs().get(name);
        if (own != null) {
            return own;
        }
        String file = fromFiles(name);
        return file != null ? file : inputs.lookup(name);
    }

    private @Nullable String fromFiles(String name) {
        ComposeNode files = service.get("env_file");
        if (files == null) {
            return null;
        }
        String found = null;
        for (String file : files.texts()) {
            try {
                found = Dotenv.read(file, Files.readString(Path.of(file)), new ArrayList<>())
                        .getOrDefault(name, found);
            } catch (IOException e) {
                diagnostics.error(files.span(), "the file " + file + " cannot be read", "check its name");
            }
        }
        return found;
    }

    private void pairs(String key, BakeAttribute attribute) {
        ComposeNode node = build.get(key);
        if (node != null) {
            Map<String, String> pairs = new LinkedHashMap<>();
            node.pairs().forEach((name, value) -> pairs.put(name, value == null ? "" : value));
            attributes.put(attribute, new BakeValue.Pairs(pairs));
        }
    }

    private void hosts() {
        ComposeNode node = build.get("extra_hosts");
        if (node == null) {
            return;
        }
        Map<String, String> hosts = new LinkedHashMap<>();
        node.pairs().forEach((name, address) -> {
            int colon = name.indexOf(':');
            boolean oneText = address == null && colon > 0;
            hosts.put(
                    oneText ? name.substring(0, colon) : name, oneText ? name.substring(colon + 1) : orEmpty(address));
        });
        attributes.put(BakeAttribute.EXTRA_HOSTS, new BakeValue.Pairs(hosts));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private void contexts(String key, ComposeNode from) {
        ComposeNode node = from.get(key);
        if (node == null) {
            return;
        }
        Map<String, String> contexts = new LinkedHashMap<>();
        node.pairs().forEach((name, value) -> {
            String path = orEmpty(value);
            boolean linked = path.startsWith("service:") || path.startsWith("target:");
            contexts.put(
                    name,
                    linked ? "target:" + path.substring(path.indexOf(':') + 1).replace('.', '_') : path);
        });
        put(BakeAttribute.CONTEXTS, new BakeValue.Pairs(contexts));
    }

    private void ulimits() {
        List<String> limits = new ArrayList<>();
        build.map("ulimits").forEach((name, limit) -> {
            String single = limit.text();
            ComposeNode soft = limit.get("soft");
            ComposeNode hard = limit.get("hard");
            limits.add(name + "="
                    + (single != null || soft == null || hard == null
                            ? single + ":" + single
                            : soft.text() + ":" + hard.text()));
        });
        if (!limits.isEmpty()) {
            attributes.put(BakeAttribute.ULIMITS, new BakeValue.Texts(limits));
        }
    }

    private void secrets() {
        ComposeNode node = build.get("secrets");
        if (!(node instanceof ComposeNode.Items(var _, List<ComposeNode> items))) {
            return;
        }
        List<Map<String, String>> entries = new ArrayList<>();
        for (ComposeNode item : items) {
            ComposeNode named = item.get("source");
            String source = named == null ? item.text() : named.text();
            ComposeNode secret = secrets.get(source);
            if (source == null || secret == null) {
                diagnostics.error(item.span(), "there is no secret '" + source + "'", "add it under 'secrets:'");
                continue;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("id", source);
            ComposeNode file = secret.get("file");
            ComposeNode variable = secret.get("environment");
            if (file != null && file.text() != null) {
                fields.put("src", file.text());
            } else if (variable != null && variable.text() != null) {
                fields.put("env", variable.text());
            } else {
                diagnostics.error(
                        secret.span(),
                        "the secret '" + source + "' comes from outside",
                        "give it as file: or environment:");
            }
            entries.add(fields);
        }
        put(BakeAttribute.SECRET, new BakeValue.Entries(entries));
    }

    private void attestations() {
        for (String type : List.of("provenance", "sbom")) {
            ComposeNode node = build.get(type);
            String text = node == null ? null : node.text();
            if (text != null && !text.isEmpty()) {
                String fields = switch (text) {
                    case "true" -> "type=" + type;
                    case "false" -> "type=" + type + ",disabled=true";
                    default -> "type=" + type + "," + (text.contains("=") ? text : "generator=" + text);
                };
                add(BakeAttribute.ATTEST, List.of(fields));
            }
        }
    }

    /** {@code x-bake}: what compose has no word for. */
    private void extend(ComposeNode extension) {
        if (!(extension instanceof ComposeNode.Entries(var _, Map<String, ComposeNode> entries))) {
            return;
        }
        entries.forEach((key, value) -> {
            BakeAttribute attribute = BakeAttribute.find(key);
            if (attribute == null) {
                return;
            }
            switch (attribute.kind()) {
                case FLAG -> put(attribute, new BakeValue.Flag("true".equals(value.text())));
                case TEXTS -> {
                    List<String> all = new ArrayList<>(
                            attributes.get(attribute) instanceof BakeValue.Texts(List<String> items)
                                    ? items
                                    : List.of());
                    all.addAll(value.texts());
                    attributes.put(attribute, new BakeValue.Texts(all));
                }
                case ENTRIES -> {
                    BakeValue before = attributes.remove(attribute);
                    add(attribute, value.texts());
                    if (before instanceof BakeValue.Entries(var first)
                            && attributes.get(attribute) instanceof BakeValue.Entries(var second)) {
                        List<Map<String, String>> all = new ArrayList<>(first);
                        all.addAll(second);
                        attributes.put(attribute, new BakeValue.Entries(all));
                    }
                }
                case PAIRS -> contexts("contexts", extension);
                case TEXT -> {}
            }
        });
    }
}
