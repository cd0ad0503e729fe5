package dev.runner.cli;

import dev.runner.build.EngineKind;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user's {@code config.yml}:
 *
 * <pre>{@code
 * registries:
 *   docker.io:
 *     mirrors: [https://mirror.example.com]
 *     rewrite: http://127.0.0.1:5000
 *     ca: /etc/ssl/acme.pem
 *     insecure: true
 * }</pre>
 *
 * <p>and {@code engine}, which builds what does not say it: {@code embedded} or {@code buildkit}; and {@code gc}, which is {@link GcConfig}'s, and {@code runs-on}, which is {@link RunsOn}'s.
 */
final class ConfigFile {
    private static final String ENGINE = "engine";
    private static final List<String> KEYS = List.of("registries", "gc", RunsOn.KEY, ENGINE);
    private static final List<String> REGISTRY_KEYS = List.of("mirrors", "rewrite", "ca", "insecure");

    private final Diagnostics diagnostics = new Diagnostics();
    private RegistryConfiguration configuration = RegistryConfiguration.DEFAULT;
    private EngineKind engine = EngineKind.EMBEDDED;

    private ConfigFile() {}

    /**
     * Reads the file.
     *
     * @return the default when there is none
     * @throws dev.runner.source.InvalidSourceException with every fault in it
     */
    static RegistryConfiguration read(Path file) {
        return whole(file).configuration;
    }

    /** What builds images where nobody says it. */
    static EngineKind engine(Path file) {
        return whole(file).engine;
    }

    private static ConfigFile whole(Path file) {
        if (!Files.exists(file)) {
            return new ConfigFile();
        }
        try {
            YamlNode root = YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT);
            ConfigFile reader = new ConfigFile();
            if (root != null) {
                reader.file(root);
            }
            reader.diagnostics.throwIfErrors();
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void file(YamlNode root) {
        for (YamlNode.Entry entry : entries(root, "a mapping with the key 'registries'")) {
            String key = text(entry.key());
            if (key.equals("gc")) {
                // Read again where it is wanted; its faults are told with the others.
                GcConfig.of(entry.value(), diagnostics);
                continue;
            }
            if (key.equals(RunsOn.KEY)) {
                RunsOn.of(entry.value(), diagnostics);
                continue;
            }
            if (key.equals(ENGINE)) {
                engine(text(entry.value()), entry.value());
                continue;
            }
            if (!key.equals("registries")) {
                diagnostics.unknown(entry.key().span(), "key", key, KEYS);
                continue;
            }
            for (YamlNode.Entry registry : entries(entry.value(), "a mapping of domains")) {
                registry(text(registry.key()), registry.value());
            }
        }
    }

    private void engine(String word, YamlNode node) {
        try {
            engine = EngineKind.parse(word);
        } catch (IllegalArgumentException e) {
            diagnostics.error(node.span(), String.valueOf(e.getMessage()));
        }
    }

    private void registry(String domain, YamlNode node) {
        for (YamlNode.Entry entry : entries(node, "a mapping with " + String.join(", ", REGISTRY_KEYS))) {
            String key = text(entry.key());
            if (!REGISTRY_KEYS.contains(key)) {
                diagnostics.unknown(entry.key().span(), "key", key, REGISTRY_KEYS);
                continue;
            }
            try {
                setting(domain, key, entry.value());
            } catch (IllegalArgumentException e) {
                diagnostics.error(entry.value().span(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void setting(String domain, String key, YamlNode node) {
        List<String> none = List.of();
        List<String> values = node instanceof YamlNode.Sequence list
                ? list.items().stream().map(this::text).toList()
                : List.of(text(node));
        for (String value : values) {
            List<String> pair = List.of(domain + "=" + value);
            RegistryConfiguration one = switch (key) {
                case "mirrors" -> RegistryConfiguration.parse(pair, none, none, none);
                case "rewrite" -> RegistryConfiguration.parse(none, pair, none, none);
                case "ca" -> RegistryConfiguration.parse(none, none, pair, none);
                default -> insecure(domain, value, node);
            };
            configuration = RegistryOptions.merge(configuration, one);
        }
    }

    private RegistryConfiguration insecure(String domain, String value, YamlNode node) {
        return switch (value) {
            case "true" -> RegistryConfiguration.DEFAULT.withInsecure(domain);
            case "false" -> RegistryConfiguration.DEFAULT;
            default -> {
                diagnostics.error(node.span(), "'insecure' is true or false");
                yield RegistryConfiguration.DEFAULT;
            }
        };
    }

    private List<YamlNode.Entry> entries(YamlNode node, String expected) {
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping.entries();
        }
        diagnostics.error(node.span(), "expected " + expected);
        return List.of();
    }

    private String text(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar.value();
        }
        diagnostics.error(node.span(), "expected a text");
        return "";
    }
}
