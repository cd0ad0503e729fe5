package dev.runner.step.github;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The steps of a composite action. */
final class CompositeStepReader {
    private static final AllowedNames IN_STEP = AllowedNames.of(
            "github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env", "hashFiles(1,255)");
    private static final List<String> RUN =
            List.of("name", "id", "if", "run", "env", "continue-on-error", "working-directory", "shell");
    private static final List<String> USES = List.of("name", "id", "if", "uses", "with", "env", "continue-on-error");
    private static final Pattern ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private final ManifestNodes nodes;
    private final Diagnostics diagnostics;
    private final AllowedNames inCondition;
    private final Set<String> ids = new HashSet<>();

    CompositeStepReader(ManifestNodes nodes, Diagnostics diagnostics, AllowedNames inCondition) {
        this.nodes = nodes;
        this.diagnostics = diagnostics;
        this.inCondition = inCondition;
    }

    List<Step> steps(YamlNode.Sequence list) {
        List<Step> steps = new ArrayList<>();
        for (YamlNode node : list.items()) {
            Map<String, YamlNode> fields = nodes.mapping(node, "a step");
            YamlNode run = fields.get("run");
            YamlNode uses = fields.get("uses");
            if ((run == null) == (uses == null)) {
                diagnostics.error(
                        node.span(),
                        run == null ? "a step needs 'run' or 'uses'" : "a step has 'run' or 'uses', not both",
                        null);
                continue;
            }
            nodes.known(node, run == null ? USES : RUN);
            Step.Head head = head(node, fields);
            steps.add(run == null ? uses(head, uses, fields) : run(head, run, node, fields));
        }
        return steps;
    }

    private Step.Head head(YamlNode node, Map<String, YamlNode> fields) {
        YamlNode id = fields.get("id");
        String name = id == null ? null : nodes.plain(id, "");
        if (id != null && (name == null || !ID.matcher(name).matches() || name.startsWith("__"))) {
            diagnostics.error(
                    id.span(),
                    "The identifier '" + name + "' is invalid. IDs may only contain alphanumeric characters, '_', and"
                            + " '-'. IDs must start with a letter or '_' and must be less than 100 characters.",
                    null);
        } else if (id != null && name != null && !ids.add(name.toLowerCase(java.util.Locale.ROOT))) {
            diagnostics.error(
                    id.span(),
                    "The identifier '" + name + "' may not be used more than once within the same scope.",
                    null);
        }
        YamlNode condition = fields.get("if");
        return new Step.Head(
                name,
                optional(fields, "name"),
                condition == null
                        ? null
                        : Expression.parseCondition(
                                nodes.plain(condition, ""), condition.span(), inCondition, diagnostics),
                map(fields.get("env"), "'env'"),
                null,
                new Flag(optional(fields, "continue-on-error"), false),
                node.span());
    }

    private @Nullable Template optional(Map<String, YamlNode> fields, String key) {
        YamlNode node = fields.get(key);
        return node == null ? null : nodes.template(node, IN_STEP);
    }

    private TemplateMap map(@Nullable YamlNode node, String what) {
        if (node == null || ManifestNodes.isNull(node)) {
            return TemplateMap.empty();
        }
        Map<String, Template> entries = new LinkedHashMap<>();
        nodes.mapping(node, what).forEach((name, value) -> entries.put(name, nodes.template(value, IN_STEP)));
        return new TemplateMap(entries);
    }

    private Step run(Step.Head head, YamlNode run, YamlNode node, Map<String, YamlNode> fields) {
        if (!fields.containsKey("shell")) {
            diagnostics.error(node.span(), "Required property is missing: shell", "write 'shell: bash'");
        }
        return new Step.Run(
                head, nodes.template(run, IN_STEP), optional(fields, "shell"), optional(fields, "working-directory"));
    }

    private Step uses(Step.Head head, YamlNode uses, Map<String, YamlNode> fields) {
        return new Step.Uses(head, nodes.plain(uses, ""), uses.span(), map(fields.get("with"), "'with'"));
    }
}
