package dev.runner.schedule;

import dev.runner.expression.FileHashes;
import dev.runner.expression.Scope;
import dev.runner.expression.UnknownFunctionException;
import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.JobRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a job knows while its steps run: contexts, environment, path. Used by the job's thread only. */
final class JobState {
    private final Map<String, Value> contexts;
    private final Map<String, Value> steps = new LinkedHashMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Map<String, String> machine;
    private final Workspaces.Workspace workspace;

    /** @param known the plan's contexts, {@code needs}, {@code matrix}, {@code strategy} and {@code secrets} */
    JobState(Map<String, Value> known, Map<String, String> machine, Workspaces.Workspace workspace) {
        this.contexts = new HashMap<>(known);
        this.machine = machine;
        this.workspace = workspace;
        Map<String, Value> runner = new LinkedHashMap<>();
        if (known.get("runner") instanceof Value.Obj object) {
            runner.putAll(object.entries());
        }
        runner.put("temp", Value.of(workspace.temporary().toString()));
        runner.put("workspace", Value.of(workspace.directory().toString()));
        contexts.put("runner", new Value.Obj(runner));
        contexts.put("steps", new Value.Obj(steps));
        contexts.put("env", Value.Obj.caseSensitive(Map.of()));
    }

    /** Contexts that the job has of its dialect. */
    void add(Map<String, Value> more) {
        contexts.putAll(more);
    }

    /** The environment of the pipeline, then of the job, each seeing what is before it. */
    void enter(Pipeline pipeline, JobRun job) {
        variables.putAll(pipeline.env().texts(scope(new Status(true, false, false))));
        renewEnv();
        variables.putAll(job.job().env().texts(scope(new Status(true, false, false))));
        renewEnv();
    }

    private void renewEnv() {
        contexts.put("env", env(Map.of()));
    }

    private Value env(Map<String, String> more) {
        Map<String, Value> values = new LinkedHashMap<>();
        variables.forEach((name, text) -> values.put(name, Value.of(text)));
        more.forEach((name, text) -> values.put(name, Value.of(text)));
        return Value.Obj.caseSensitive(values);
    }

    /** What the next expressions see. */
    Scope scope(Status status) {
        return scope(status, Map.of());
    }

    /** The same with a step's own environment. */
    Scope scope(Status status, Map<String, String> own) {
        Map<String, Value> now = new HashMap<>(contexts);
        String word = status.cancelled() ? "cancelled" : status.failed() ? "failure" : "success";
        Map<String, Value> job = new LinkedHashMap<>();
        if (contexts.get("job") instanceof Value.Obj known) {
            job.putAll(known.entries());
        }
        job.put("status", Value.of(word));
        now.put("job", new Value.Obj(job));
        if (!own.isEmpty()) {
            now.put("env", env(own));
        }
        Path directory = workspace.directory();
        Scope plain = new Scope() {
            @Override
            public @Nullable Value context(String name) {
                return now.get(name);
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                return hashFiles(directory, function, arguments);
            }
        };
        return status.over(plain);
    }

    private static Value hashFiles(Path directory, String function, List<Value> arguments) {
        if (!function.equals("hashfiles")) {
            throw new UnknownFunctionException(function);
        }
        try {
            return Value.of(FileHashes.hash(
                    directory, arguments.stream().map(Value::text).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the pipeline, the job and earlier steps have set, and the step's own. */
    Map<String, String> variables(Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(own);
        return all;
    }

    List<String> path() {
        return List.copyOf(path);
    }

    /** The whole environment of a process of a step. */
    Map<String, String> environment(Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(machine);
        all.putIfAbsent("CI", "true");
        all.put("RUNNER_WORKSPACE", workspace.directory().toString());
        all.put("RUNNER_TEMP", workspace.temporary().toString());
        all.putAll(variables);
        all.putAll(own);
        if (!path.isEmpty()) {
            String rest = all.getOrDefault("PATH", "");
            String front = String.join(":", path);
            all.put("PATH", rest.isEmpty() ? front : front + ":" + rest);
        }
        return all;
    }

    /** Takes over what a step has left for those after it. */
    void apply(StepResult result) {
        result.path().forEach(this::prepend);
        contexts.putAll(result.contexts());
        if (!result.environment().isEmpty()) {
            variables.putAll(result.environment());
            renewEnv();
        }
    }

    /** A folder that is there already moves to the front. */
    private void prepend(String folder) {
        path.remove(folder);
        path.addFirst(folder);
    }

    /** Adds to the context {@code steps}; a step without id is not in it. */
    void record(@Nullable String id, Map<String, String> outputs, Result outcome, Result conclusion) {
        if (id != null) {
            Map<String, Value> entry = new LinkedHashMap<>();
            entry.put("outputs", Value.of(outputs));
            entry.put("outcome", Value.of(outcome.word()));
            entry.put("conclusion", Value.of(conclusion.word()));
            steps.put(id, new Value.Obj(entry));
            contexts.put("steps", new Value.Obj(steps));
        }
    }
}
