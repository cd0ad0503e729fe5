package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.pipeline.BuildEngine;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code engine} and {@code builder}, of a pipeline and of a build step. */
final class EngineReader {
    private static final List<String> ENGINES = List.of("embedded", "buildkit");
    private static final List<String> DRIVERS = List.of("docker", "docker-container", "kubernetes", "remote");
    private static final List<String> NODE =
            List.of("endpoint", "driver-opts", "buildkitd-flags", "config", "platforms");
    private static final List<String> BUILDER = plus("name", "driver", "keep", "nodes");
    private static final List<String> NAMED_NODE = plus("name");

    private final Settings settings;
    private final Place place;

    EngineReader(Settings settings, Place place) {
        this.settings = settings;
        this.place = place;
    }

    private static List<String> plus(String... keys) {
        List<String> all = new ArrayList<>(List.of(keys));
        all.addAll(NODE);
        return List.copyOf(all);
    }

    BuildEngine read(Fields fields) {
        BuildEngine.Kind kind = kind(fields);
        YamlNode node = fields.get("builder");
        BuildEngine.Builder builder = node == null ? null : builder(node);
        Fields.Field field = fields.field("builder");
        if (field != null && kind == BuildEngine.Kind.EMBEDDED) {
            settings.diagnostics()
                    .error(
                            field.keySpan(),
                            "the embedded engine has no builders",
                            "write engine: buildkit, or leave 'builder' out");
        }
        return new BuildEngine(kind, builder);
    }

    private BuildEngine.@Nullable Kind kind(Fields fields) {
        YamlNode node = fields.get("engine");
        String word = node == null ? null : settings.plainText(node, "'engine'");
        if (node == null || word == null) {
            return null;
        }
        if (!ENGINES.contains(word)) {
            settings.diagnostics().unknown(node.span(), "engine", word, ENGINES);
            return null;
        }
        return word.equals("buildkit") ? BuildEngine.Kind.BUILDKIT : BuildEngine.Kind.EMBEDDED;
    }

    /** A name alone is that of a builder that is there. */
    private BuildEngine.Builder builder(YamlNode node) {
        var keep = dev.runner.pipeline.Flag.of(false);
        if (node instanceof YamlNode.Scalar) {
            return new BuildEngine.Builder(settings.text(node, "'builder'", place), null, List.of(), keep);
        }
        Fields fields = Fields.known(node, "'builder'", BUILDER, settings.diagnostics());
        String driver = driver(fields);
        List<BuildEngine.Node> nodes = new ArrayList<>();
        if (NODE.stream().anyMatch(fields::has)) {
            nodes.add(node(fields, null));
        }
        nodes(fields, nodes);
        if (driver == null && !nodes.isEmpty() && !fields.has("driver")) {
            settings.diagnostics()
                    .error(
                            node.span().part(0, 0),
                            "a builder that is to be made needs a 'driver'",
                            "add one of " + String.join(", ", DRIVERS));
        }
        boolean nowhere = nodes.isEmpty() || nodes.stream().anyMatch(one -> one.endpoint() == null);
        if ("remote".equals(driver) && nowhere) {
            settings.diagnostics()
                    .error(
                            node.span().part(0, 0),
                            "the driver remote needs an 'endpoint' for each node",
                            "add endpoint: tcp://HOST:PORT, or unix://SOCKET");
        }
        return new BuildEngine.Builder(
                settings.optionalText(fields, "name", place),
                driver,
                nodes,
                settings.flag(fields, "keep", false, place));
    }

    private @Nullable String driver(Fields fields) {
        YamlNode node = fields.get("driver");
        String word = node == null ? null : settings.plainText(node, "'driver'");
        if (node != null && word != null && !DRIVERS.contains(word)) {
            settings.diagnostics().unknown(node.span(), "driver", word, DRIVERS);
            return null;
        }
        return word;
    }

    private void nodes(Fields fields, List<BuildEngine.Node> nodes) {
        switch (fields.get("nodes")) {
            case null -> {}
            case YamlNode.Sequence list -> {
                for (YamlNode item : list.items()) {
                    Fields node = Fields.known(item, "a node", NAMED_NODE, settings.diagnostics());
                    nodes.add(node(node, settings.optionalText(node, "name", place)));
                }
            }
            case YamlNode other ->
                settings.diagnostics()
                        .error(other.span(), "'nodes' must be a list, found " + Kinds.of(other), "write - endpoint: …");
        }
    }

    private BuildEngine.Node node(Fields fields, @Nullable Template name) {
        return new BuildEngine.Node(
                name,
                settings.optionalText(fields, "endpoint", place),
                settings.list(fields, "platforms", place, new Literals(settings.diagnostics())::platforms),
                settings.map(fields, "driver-opts", null, place),
                settings.optionalText(fields, "buildkitd-flags", place),
                settings.optionalText(fields, "config", place));
    }
}
