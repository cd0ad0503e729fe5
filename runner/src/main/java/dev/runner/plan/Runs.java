package dev.runner.plan;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One job's runs: the cells of its matrix, named. */
final class Runs {
    private Runs() {}

    static List<JobRun> of(Job job, Scope scope) {
        Job.Strategy strategy = job.strategy();
        List<Value.Obj> cells = strategy == null || strategy.matrix() == null
                ? List.of(new Value.Obj(Map.of()))
                : Matrices.combinations(
                        strategy.matrix().value(scope), strategy.matrix().span());
        boolean failFast = strategy == null || strategy.failFast().isTrue(scope);
        int maxParallel = strategy == null ? 0 : strategy.maxParallel().value(scope);
        Map<String, Integer> seen = new HashMap<>();
        List<JobRun> runs = new ArrayList<>();
        for (int index = 0; index < cells.size(); index++) {
            var cell = new JobRun.Cell(cells.get(index), index, cells.size(), failFast, maxParallel);
            String suffix = suffix(cell.values());
            int times = seen.merge(suffix, 1, Integer::sum);
            String distinct = times == 1 ? suffix : suffix + " #" + times;
            runs.add(new JobRun(job.id() + distinct, name(job, distinct, cell, scope), job, cell));
        }
        return runs;
    }

    /** Whether the strategy reads what only done jobs can tell. */
    static boolean isOpen(Job job) {
        Job.Strategy strategy = job.strategy();
        if (strategy == null) {
            return false;
        }
        return strategy.matrix() != null && strategy.matrix().contexts().contains("needs")
                || readsNeeds(strategy.failFast().written())
                || readsNeeds(strategy.maxParallel().written());
    }

    private static boolean readsNeeds(@Nullable Template template) {
        return template != null && template.contexts().contains("needs");
    }

    private static String suffix(Value.Obj values) {
        String inside = values.entries().values().stream()
                .flatMap(Runs::leaves)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return inside.isEmpty() ? "" : " (" + inside + ")";
    }

    private static Stream<String> leaves(Value value) {
        return switch (value) {
            case Value.Arr(List<Value> items) -> items.stream().flatMap(Runs::leaves);
            case Value.Obj object -> object.entries().values().stream().flatMap(Runs::leaves);
            case Value.Null _, Value.Bool _, Value.Num _, Value.Str _ -> Stream.of(value.text());
        };
    }

    /** A name that is computed is taken as it comes; a fixed one gets the matrix values, as on GitHub. */
    private static String name(Job job, String suffix, JobRun.Cell cell, Scope scope) {
        Template name = job.name();
        if (name == null) {
            return job.id() + suffix;
        }
        Map<String, Value> own = new LinkedHashMap<>();
        own.put("matrix", cell.values());
        own.put("strategy", cell.strategy());
        Scope inner = context -> own.containsKey(context) ? own.get(context) : scope.context(context);
        String text = name.text(inner).strip();
        if (text.isEmpty()) {
            return job.id() + suffix;
        }
        return name.isLiteral() ? text + suffix : text;
    }
}
