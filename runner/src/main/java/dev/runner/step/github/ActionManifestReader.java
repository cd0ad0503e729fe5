package dev.runner.step.github;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import dev.runner.step.github.ActionManifest.Phases;
import dev.runner.step.github.ActionManifest.Runs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Text to an {@link ActionManifest}, or every fault in it. */
final class ActionManifestReader {
    private static final AllowedNames IN_DEFAULT =
            AllowedNames.of("github", "strategy", "matrix", "job", "runner", "hashFiles(1,255)");
    private static final AllowedNames IN_OUTPUT =
            AllowedNames.of("github", "strategy", "matrix", "steps", "inputs", "job", "runner", "env");
    private static final AllowedNames IN_CONTAINER = AllowedNames.of("inputs");
    private static final AllowedNames IN_CONDITION = AllowedNames.of(
            "github",
            "inputs",
            "strategy",
            "matrix",
            "steps",
            "job",
            "runner",
            "env",
            "always(0,0)",
            "cancelled(0,0)",
            "failure(0,0)",
            "success(0,0)",
            "hashFiles(1,255)");
    private static final List<String> NODE = List.of("using", "main", "pre", "pre-if", "post", "post-if");
    private static final List<String> DOCKER = List.of(
            "using", "image", "entrypoint", "args", "env", "pre-entrypoint", "pre-if", "post-entrypoint", "post-if");
    private static final List<String> COMPOSITE = List.of("using", "steps");

    private final Diagnostics diagnostics = new Diagnostics();
    private final ManifestNodes nodes = new ManifestNodes(diagnostics);

    private ActionManifestReader() {}

    /**
     * Reads it.
     *
     * @throws dev.runner.source.InvalidSourceException with every fault in it
     */
    static ActionManifest read(Source source) {
        return new ActionManifestReader().manifest(source);
    }

    private ActionManifest manifest(Source source) {
        YamlNode root = YamlReader.read(source, YamlReader.Limits.DEFAULT);
        Map<String, YamlNode> top = root == null ? Map.of() : nodes.mapping(root, "an action");
        YamlNode runs = top.get("runs");
        Runs how = null;
        if (runs == null) {
            diagnostics.error(
                    root == null ? source.all() : root.span(),
                    "Top level 'runs:' section is required",
                    "say how the action runs: 'runs: {using: composite, steps: […]}', for example");
        } else {
            how = runs(runs);
        }
        String name = nodes.plain(top.get("name"), "");
        List<ActionManifest.Input> inputs = inputs(top.get("inputs"));
        Map<String, Template> outputs = outputs(top.get("outputs"), how instanceof Runs.Composite);
        diagnostics.throwIfErrors();
        if (how == null) {
            throw new IllegalStateException("a manifest without a way to run has no fault");
        }
        return new ActionManifest(name, inputs, outputs, how);
    }

    private List<ActionManifest.Input> inputs(@Nullable YamlNode node) {
        List<ActionManifest.Input> inputs = new ArrayList<>();
        if (node != null && !ManifestNodes.isNull(node)) {
            nodes.mapping(node, "'inputs'").forEach((name, one) -> {
                Map<String, YamlNode> fields =
                        ManifestNodes.isNull(one) ? Map.of() : nodes.mapping(one, "the input '" + name + "'");
                YamlNode standard = fields.get("default");
                YamlNode deprecated = fields.get("deprecationMessage");
                inputs.add(new ActionManifest.Input(
                        name,
                        standard == null ? null : nodes.template(standard, IN_DEFAULT),
                        deprecated == null ? null : nodes.plain(deprecated, "")));
            });
        }
        return inputs;
    }

    private Map<String, Template> outputs(@Nullable YamlNode node, boolean composite) {
        Map<String, Template> outputs = new LinkedHashMap<>();
        if (node != null && !ManifestNodes.isNull(node)) {
            nodes.mapping(node, "'outputs'").forEach((name, one) -> {
                YamlNode value = ManifestNodes.isNull(one)
                        ? null
                        : nodes.mapping(one, "the output '" + name + "'").get("value");
                if (value != null && composite) {
                    outputs.put(name, nodes.template(value, IN_OUTPUT));
                }
            });
        }
        return outputs;
    }

    private @Nullable Runs runs(YamlNode node) {
        Map<String, YamlNode> fields = nodes.mapping(node, "'runs'");
        YamlNode using = fields.get("using");
        if (using == null) {
            diagnostics.error(node.span(), "'runs' needs the key 'using'", "write composite, docker or node20");
            return null;
        }
        String how = nodes.plain(using, "").toLowerCase(java.util.Locale.ROOT);
        if (how.equals("composite")) {
            nodes.known(node, COMPOSITE);
            return composite(node, fields);
        }
        if (how.equals("docker")) {
            nodes.known(node, DOCKER);
            return docker(node, fields);
        }
        if (how.matches("node[0-9]+")) {
            nodes.known(node, NODE);
            String main = required(node, fields, "main", "name the program's file");
            return new Runs.Node(how, phases(fields, "pre", main, "post"));
        }
        diagnostics.error(
                using.span(),
                "'using: " + how
                        + "' is not supported, use 'docker', 'node12', 'node16', 'node20', 'node24' or 'composite'"
                        + " instead.",
                null);
        return null;
    }

    private String required(YamlNode node, Map<String, YamlNode> fields, String key, String remedy) {
        String value = nodes.plain(fields.get(key), "");
        if (value.isEmpty()) {
            diagnostics.error(node.span(), "'runs' needs the key '" + key + "'", remedy);
        }
        return value;
    }

    private Phases phases(Map<String, YamlNode> fields, String pre, String main, String post) {
        return new Phases(
                fields.containsKey(pre) ? nodes.plain(fields.get(pre), "") : null,
                condition(fields.get("pre-if"), fields.containsKey(pre)),
                main,
                fields.containsKey(post) ? nodes.plain(fields.get(post), "") : null,
                condition(fields.get("post-if"), fields.containsKey(post)));
    }

    /** Without one written, both run always. */
    private @Nullable Expression condition(@Nullable YamlNode node, boolean needed) {
        if (node != null) {
            return Expression.parseCondition(nodes.plain(node, ""), node.span(), IN_CONDITION, diagnostics);
        }
        return needed ? always() : null;
    }

    static Expression always() {
        Span span = Source.of("always", "always()").all();
        return Expression.parse(span, new Diagnostics());
    }

    private Runs docker(YamlNode node, Map<String, YamlNode> fields) {
        String image = required(node, fields, "image", "write docker://IMAGE, or the path of a Dockerfile");
        String entrypoint = nodes.plain(fields.get("entrypoint"), "");
        List<Template> arguments = null;
        YamlNode args = fields.get("args");
        if (args instanceof YamlNode.Sequence list) {
            arguments = list.items().stream()
                    .map(one -> nodes.template(one, IN_CONTAINER))
                    .toList();
        } else if (args != null) {
            diagnostics.error(args.span(), "'args' must be a list", "write - before each argument");
        }
        Map<String, Template> environment = new LinkedHashMap<>();
        YamlNode env = fields.get("env");
        if (env != null && !ManifestNodes.isNull(env)) {
            nodes.mapping(env, "'env'")
                    .forEach((name, value) -> environment.put(name, nodes.template(value, IN_CONTAINER)));
        }
        return new Runs.Docker(
                image,
                phases(fields, "pre-entrypoint", entrypoint, "post-entrypoint"),
                arguments,
                new TemplateMap(environment));
    }

    private Runs composite(YamlNode node, Map<String, YamlNode> fields) {
        YamlNode steps = fields.get("steps");
        if (!(steps instanceof YamlNode.Sequence list)) {
            diagnostics.error(
                    steps == null ? node.span() : steps.span(),
                    "a composite action needs a list of 'steps'",
                    "write - before each step");
            return new Runs.Composite(List.of());
        }
        return new Runs.Composite(new CompositeStepReader(nodes, diagnostics, IN_CONDITION).steps(list));
    }
}
