package dev.runner.frontend.github;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A YAML tree to a {@link Workflow}: the schema, and the rules that it cannot say. */
final class WorkflowReader {
    /** 4 MiB of text, 100 levels, 100,000 nodes after aliases are expanded; the rules are stricter. */
    private static final YamlReader.Limits LIMITS = new YamlReader.Limits(4 << 20, 100, 100_000);

    private static final Pattern REMOTE_ACTION = Pattern.compile("[^/\\\\@]+[/\\\\][^/\\\\@]+([/\\\\][^@]*)?@.+");

    private final Source source;
    private final Faults faults;
    private final Schema schema = WorkflowSchema.get();
    private final Rules rules;

    WorkflowReader(Source source, Faults faults, Rules rules) {
        this.source = source;
        this.faults = faults;
        this.rules = rules;
    }

    /**
     * A file's YAML; null when it is empty or breaks a limit.
     *
     * @throws dev.runner.source.InvalidSourceException for YAML that cannot be read
     */
    static @Nullable YamlNode parse(Source source, Rules rules, Faults faults) {
        if (source.text().length() > rules.characters()) {
            faults.addWhole(
                    source.span(0, 0),
                    "The maximum file size of " + rules.characters() + " characters has been exceeded",
                    null);
            return null;
        }
        YamlNode root = YamlReader.read(source, LIMITS);
        if (root == null) {
            faults.addWhole(source.span(0, 0), "the file is empty", "a workflow needs on: and jobs:");
        } else if (depth(root) > rules.depth()) {
            faults.addWhole(root.span(), "Maximum object depth exceeded", null);
            return null;
        }
        return root;
    }

    private static int depth(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar _ -> 0;
            case YamlNode.Sequence sequence ->
                1
                        + sequence.items().stream()
                                .mapToInt(WorkflowReader::depth)
                                .max()
                                .orElse(0);
            case YamlNode.Mapping mapping ->
                1
                        + mapping.entries().stream()
                                .mapToInt(entry -> depth(entry.value()))
                                .max()
                                .orElse(0);
        };
    }

    /** The workflow, as far as it could be read; null when it is no mapping. */
    @Nullable
    Workflow read(YamlNode node) {
        Token root =
                new TemplateReader(schema, faults, rules.backgroundSteps()).read(node, schema.place(null, "workflow"));
        if (!(root instanceof Token.Fields fields)) {
            return null;
        }
        List<Workflow.Job> jobs = new ArrayList<>();
        if (fields.get("jobs") instanceof Token.Fields entries) {
            for (Token.Field entry : entries.fields()) {
                if (entry.key() instanceof Token.Text id && entry.value() instanceof Token.Fields job) {
                    jobs.add(job(id, job));
                }
            }
            new NeedsCheck(jobs, faults).check(entries);
        }
        return new Workflow(source, fields, jobs);
    }

    private Workflow.Job job(Token.Text id, Token.Fields fields) {
        String fault = new Ids().take(id.value());
        if (fault != null && !id.value().isEmpty()) {
            faults.add(id, fault);
        }
        Expression condition = condition(fields.get("if"), "job-if");
        List<Token.Text> needs = new ArrayList<>();
        switch (fields.get("needs")) {
            case Token.Text one -> needs.add(one);
            case Token.Items items ->
                items.items().forEach(item -> {
                    if (item instanceof Token.Text need) {
                        needs.add(need);
                    }
                });
            case null, default -> {}
        }
        new JobCheck(faults).check(fields);
        List<Workflow.Step> steps = fields.get("steps") instanceof Token.Items items ? steps(items) : List.of();
        return new Workflow.Job(id, fields, needs, condition, steps, null, null);
    }

    private List<Workflow.Step> steps(Token.Items items) {
        Ids ids = new Ids();
        Map<Token, String> written = new HashMap<>();
        for (Token item : items.items()) {
            if (item instanceof Token.Fields step && step.get("id") instanceof Token.Text id) {
                String fault = ids.take(id.value());
                if (fault != null) {
                    faults.add(id, fault, "rename one of them");
                }
                written.put(step, id.value());
            }
        }
        List<Workflow.Step> steps = new ArrayList<>();
        for (Token item : items.items()) {
            if (item instanceof Token.Fields fields) {
                String id = written.get(fields);
                steps.add(step(id == null ? ids.make("__" + likeness(fields)) : id, fields));
            }
        }
        return steps;
    }

    private Workflow.Step step(String id, Token.Fields fields) {
        if (fields.get("uses") instanceof Token.Text uses) {
            String action = uses.value();
            boolean elsewhere = action.startsWith("docker://") || action.startsWith("./") || action.startsWith(".\\");
            if (!elsewhere && !REMOTE_ACTION.matcher(action).matches()) {
                faults.add(uses, "Expected format {org}/{repo}[/path]@ref. Actual '" + action + "'");
            }
        }
        Token run = fields.get("run");
        if (run != null && run.literal().length() > Expression.MAX_LENGTH) {
            faults.add(run, "Exceeded max expression length " + Expression.MAX_LENGTH);
        }
        return new Workflow.Step(id, fields, condition(fields.get("if"), "step-if"));
    }

    /** What a made id is made from. */
    private static String likeness(Token.Fields step) {
        for (String key : List.of("wait", "wait-all", "cancel")) {
            if (step.get(key) != null) {
                return key;
            }
        }
        if (!(step.get("uses") instanceof Token.Text(String uses, Span _))) {
            return "run";
        }
        if (uses.startsWith("docker://")) {
            return uses.substring("docker://".length());
        }
        if (uses.startsWith("./") || uses.startsWith(".\\")) {
            return "self";
        }
        String[] halves = uses.split("@", -1);
        String[] path = halves[0].split("[/\\\\]", -1);
        return halves.length == 2 && path.length >= 2 ? path[0] + "/" + path[1] : "run";
    }

    private @Nullable Expression condition(@Nullable Token token, String type) {
        if (token == null) {
            return null;
        }
        AllowedNames allowed = schema.allowed(schema.place(null, type).contexts());
        Diagnostics found = new Diagnostics();
        String text = token.literal();
        Expression condition = Expression.parseCondition(text, token.span(), allowed, found);
        if (found.hasErrors()) {
            // With braces it has been read, and its faults told, as any other text.
            if (!text.contains("${{")) {
                faults.addCondition(condition, token.span());
            }
            return null;
        }
        found.sorted().forEach(warning -> faults.warn(warning.span(), warning.message(), warning.remedy()));
        return text.isBlank() ? null : condition;
    }
}
