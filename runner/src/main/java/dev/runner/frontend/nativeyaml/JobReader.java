package dev.runner.frontend.nativeyaml;

import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Count;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.ValueTree;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of {@code jobs}. */
final class JobReader {
    private static final int RETRIES = 10;
    private static final List<String> KEYS = List.of(
            "name",
            "needs",
            "strategy",
            "if",
            "timeout",
            "retry",
            "continue-on-error",
            "env",
            "outputs",
            "artifacts",
            "steps");

    private final Settings settings;
    private final Diagnostics diagnostics;
    private final String id;

    JobReader(Settings settings, String id) {
        this.settings = settings;
        this.diagnostics = settings.diagnostics();
        this.id = id;
    }

    Job read(Fields.Field field) {
        Fields fields = Fields.known(field.value(), "a job", KEYS, diagnostics);
        List<Step> steps = steps(fields, field);
        Place policy = Place.jobPolicy(id);
        return new Job(
                id,
                settings.optionalText(fields, "name", Place.jobName(id)),
                needs(fields),
                strategy(fields),
                new Job.Policy(
                        settings.condition(fields, Place.jobCondition(id)),
                        settings.timeLimit(fields, policy),
                        settings.count(fields, "retry", 0, RETRIES, 0, policy),
                        settings.flag(fields, "continue-on-error", false, policy)),
                new Job.Work(
                        Job.Place.HOST,
                        settings.map(fields, "env", Settings.VARIABLE_NAME, Place.jobEnvironment(id)),
                        settings.map(fields, "outputs", Settings.NAME, Place.outputs(id, Integer.MAX_VALUE)),
                        steps,
                        artifacts(fields)),
                field.keySpan().to(field.value().span()));
    }

    private List<Step> steps(Fields fields, Fields.Field job) {
        Fields.Field field = fields.field("steps");
        if (field == null) {
            if (job.value() instanceof YamlNode.Mapping || Scalars.isNull(job.value())) {
                diagnostics.error(job.keySpan(), "the job '" + id + "' has no steps", "add steps");
            }
            return List.of();
        }
        if (!(field.value() instanceof YamlNode.Sequence sequence)) {
            boolean empty = Scalars.isNull(field.value());
            diagnostics.error(
                    empty ? field.keySpan() : field.value().span(),
                    empty ? "'steps' is empty" : "'steps' must be a list, found " + Kinds.of(field.value()),
                    "begin each step with '- '");
            return List.of();
        }
        if (sequence.items().isEmpty()) {
            diagnostics.error(sequence.span(), "'steps' is empty", "add at least one step");
        }
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < sequence.items().size(); index++) {
            Step step =
                    new StepReader(settings, id, index).read(sequence.items().get(index));
            if (step != null) {
                steps.add(step);
            }
        }
        rejectEqualIds(steps);
        return steps;
    }

    private void rejectEqualIds(List<Step> steps) {
        Map<String, Integer> lines = new HashMap<>();
        for (Step step : steps) {
            String stepId = step.head().id();
            Integer first = stepId == null
                    ? null
                    : lines.putIfAbsent(
                            stepId.toLowerCase(java.util.Locale.ROOT),
                            step.head().span().line());
            if (first != null) {
                diagnostics.error(
                        idSpan(step),
                        "two steps of the job '" + id + "' have the id '" + stepId + "'",
                        "the first begins in line " + first + "; rename one of them");
            }
        }
    }

    private static dev.runner.source.Span idSpan(Step step) {
        int end = step.head().span().text().indexOf('\n');
        return end < 0 ? step.head().span() : step.head().span().part(0, end);
    }

    /** Paths and patterns of files in the workspace. */
    private Belongings artifacts(Fields fields) {
        YamlNode node = fields.get("artifacts");
        if (node == null) {
            return Belongings.NONE;
        }
        List<String> paths = new ArrayList<>();
        List<YamlNode> items = node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
        for (YamlNode item : items) {
            String path = settings.plainText(item, "an item of 'artifacts'");
            if (path != null && path.contains("${{")) {
                diagnostics.error(
                        item.span(),
                        "'artifacts' are paths, not expressions",
                        "name a folder, or a pattern such as dist/*.tar");
            } else if (path != null) {
                paths.add(path);
            }
        }
        return Belongings.keeping(paths);
    }

    private List<Job.Need> needs(Fields fields) {
        YamlNode node = fields.get("needs");
        List<YamlNode> nodes = switch (node) {
            case null -> List.of();
            case YamlNode.Scalar scalar -> List.of(scalar);
            case YamlNode.Sequence sequence -> sequence.items();
            case YamlNode.Mapping mapping -> {
                diagnostics.error(mapping.span(), "'needs' must be a job or a list of jobs, found a mapping");
                yield List.of();
            }
        };
        List<Job.Need> needs = new ArrayList<>();
        for (YamlNode item : nodes) {
            String job = settings.plainText(item, "a job in 'needs'");
            if (job != null && needs.stream().anyMatch(need -> need.job().equals(job))) {
                diagnostics.error(item.span(), "'" + job + "' is needed twice", "remove one of them");
            } else if (job != null) {
                needs.add(new Job.Need(job, item.span()));
            }
        }
        return needs;
    }

    private Job.@Nullable Strategy strategy(Fields fields) {
        YamlNode node = fields.get("strategy");
        if (node == null) {
            return null;
        }
        Fields strategy = Fields.known(node, "'strategy'", List.of("matrix", "fail-fast", "max-parallel"), diagnostics);
        YamlNode matrixNode = strategy.get("matrix");
        ValueTree matrix = matrixNode == null ? null : new MatrixReader(settings, Place.matrix(id)).read(matrixNode);
        Flag failFast = settings.flag(strategy, "fail-fast", true, Place.matrix(id));
        Count maxParallel = settings.count(strategy, "max-parallel", 1, Integer.MAX_VALUE, 0, Place.matrix(id));
        return new Job.Strategy(matrix, failFast, maxParallel, node.span());
    }
}
