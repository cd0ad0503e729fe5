package dev.runner.cli;

import dev.runner.build.CacheFilter;
import dev.runner.build.GcPolicy;
import dev.runner.build.GcPolicy.Limits;
import dev.runner.build.GcPolicy.Space;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@code config.yml} about the build cache, with the keys of {@code buildkitd.toml} in the file's spelling:
 *
 * <pre>{@code
 * gc:
 *   enabled: true
 *   reserved-space: 10GB
 *   max-used-space: 60%
 *   min-free-space: 20%
 *   rules:
 *     - filters: [type==source.local, type==exec.cachemount]
 *       keep-duration: 48h
 *       max-used-space: 512MB
 *     - all: true
 *       reserved-space: 10GB
 * }</pre>
 *
 * <p>Without rules, BuildKit's are applied with the limits given.
 *
 * @param enabled whether builds start it by themselves
 */
record GcConfig(boolean enabled, GcPolicy policy) {
    static final GcConfig DEFAULT = new GcConfig(true, GcPolicy.of(GcPolicy.DEFAULT_LIMITS));

    private static final List<String> LIMITS =
            List.of("reserved-space", "keep-storage", "max-used-space", "min-free-space");
    private static final List<String> KEYS = plus("enabled", "rules");
    private static final List<String> RULE_KEYS = plus("filters", "keep-duration", "all");

    private static List<String> plus(String... others) {
        List<String> keys = new ArrayList<>(List.of(others));
        keys.addAll(LIMITS);
        return List.copyOf(keys);
    }

    /**
     * Reads the file.
     *
     * @return the default when there is none, or when it does not speak of it
     * @throws dev.runner.source.InvalidSourceException with every fault in this part
     */
    static GcConfig read(Path file) {
        if (!Files.exists(file)) {
            return DEFAULT;
        }
        try {
            YamlNode root = YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT);
            if (root instanceof YamlNode.Mapping mapping) {
                for (YamlNode.Entry entry : mapping.entries()) {
                    if (entry.key() instanceof YamlNode.Scalar key
                            && key.value().equals("gc")) {
                        Diagnostics diagnostics = new Diagnostics();
                        GcConfig config = of(entry.value(), diagnostics);
                        diagnostics.throwIfErrors();
                        return config;
                    }
                }
            }
            return DEFAULT;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Reads what could stand under {@code gc}, as {@code {reserved-space: 20GB}}.
     *
     * @throws dev.runner.source.InvalidSourceException with every fault
     */
    static GcConfig parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        YamlNode node = YamlReader.read(Source.of("--policy", text), YamlReader.Limits.DEFAULT);
        GcConfig config = node == null ? DEFAULT : of(node, diagnostics);
        diagnostics.throwIfErrors();
        return config;
    }

    /** What stands under {@code gc}; every fault goes to the diagnostics. */
    static GcConfig of(YamlNode node, Diagnostics diagnostics) {
        return new Reader(diagnostics).config(node);
    }

    private record Reader(Diagnostics diagnostics) {
        GcConfig config(YamlNode node) {
            boolean enabled = true;
            List<GcPolicy.Rule> rules = null;
            Limits limits = Limits.NONE;
            for (YamlNode.Entry entry : entries(node, KEYS)) {
                switch (text(entry.key())) {
                    case "enabled" -> enabled = truth(entry.value());
                    case "rules" ->
                        rules = items(entry.value()).stream().map(this::rule).toList();
                    default -> limits = limit(limits, entry);
                }
            }
            GcPolicy policy = rules == null
                    ? GcPolicy.of(limits.isNone() ? GcPolicy.DEFAULT_LIMITS : limits)
                    : new GcPolicy(rules);
            return new GcConfig(enabled, policy);
        }

        private GcPolicy.Rule rule(YamlNode node) {
            List<CacheFilter> filters = new ArrayList<>();
            Duration keep = Duration.ZERO;
            boolean all = false;
            Limits limits = Limits.NONE;
            for (YamlNode.Entry entry : entries(node, RULE_KEYS)) {
                switch (text(entry.key())) {
                    case "filters" -> items(entry.value()).forEach(item -> filters.add(filter(item)));
                    case "keep-duration" -> keep = duration(entry.value());
                    case "all" -> all = truth(entry.value());
                    default -> limits = limit(limits, entry);
                }
            }
            return new GcPolicy.Rule(CacheFilter.anyOf(filters), keep, all, limits);
        }

        private Limits limit(Limits limits, YamlNode.Entry entry) {
            String key = text(entry.key());
            Space space = Space.NONE;
            try {
                space = CacheCommand.space("'" + key + "'", text(entry.value()));
            } catch (UsageException e) {
                diagnostics.error(entry.value().span(), String.valueOf(e.getMessage()));
            }
            return switch (key) {
                case "max-used-space" -> new Limits(limits.reserved(), space, limits.free());
                case "min-free-space" -> new Limits(limits.reserved(), limits.most(), space);
                default -> new Limits(space, limits.most(), limits.free());
            };
        }

        private CacheFilter filter(YamlNode node) {
            try {
                return CacheFilter.parse(text(node));
            } catch (IllegalArgumentException e) {
                diagnostics.error(node.span(), String.valueOf(e.getMessage()));
                return CacheFilter.all();
            }
        }

        private Duration duration(YamlNode node) {
            try {
                return CacheCommand.duration("'keep-duration'", text(node));
            } catch (UsageException e) {
                diagnostics.error(node.span(), String.valueOf(e.getMessage()));
                return Duration.ZERO;
            }
        }

        private boolean truth(YamlNode node) {
            String text = text(node);
            if (!text.equals("true") && !text.equals("false")) {
                diagnostics.error(node.span(), "expected true or false");
            }
            return text.equals("true");
        }

        /** The entries whose keys are known; the others are faults. */
        private List<YamlNode.Entry> entries(YamlNode node, List<String> keys) {
            if (!(node instanceof YamlNode.Mapping mapping)) {
                diagnostics.error(node.span(), "expected a mapping with " + String.join(", ", keys));
                return List.of();
            }
            List<YamlNode.Entry> known = new ArrayList<>();
            for (YamlNode.Entry entry : mapping.entries()) {
                if (keys.contains(text(entry.key()))) {
                    known.add(entry);
                } else {
                    diagnostics.unknown(entry.key().span(), "key", text(entry.key()), keys);
                }
            }
            return known;
        }

        private List<YamlNode> items(YamlNode node) {
            return node instanceof YamlNode.Sequence list ? list.items() : List.of(node);
        }

        private String text(YamlNode node) {
            if (node instanceof YamlNode.Scalar scalar) {
                return scalar.value();
            }
            diagnostics.error(node.span(), "expected a text");
            return "";
        }
    }
}
