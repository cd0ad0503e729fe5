package dev.runner.schedule;

import dev.runner.expression.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a step.
 *
 * @param failure null when it succeeded
 * @param outputs for {@code steps.<id>.outputs}
 * @param environment variables for all later steps of the job
 * @param path folders to put before {@code PATH} for all later steps; the last one comes first
 * @param contexts contexts replaced for all later steps, by name in lower case, such as {@code commit}
 */
public record StepResult(
        @Nullable StepFailure failure,
        Map<String, String> outputs,
        Map<String, String> environment,
        List<String> path,
        Map<String, Value> contexts) {
    private static final StepResult SUCCESS = new StepResult(null, Map.of(), Map.of(), List.of(), Map.of());

    public StepResult {
        outputs = ordered(outputs);
        environment = ordered(environment);
        path = List.copyOf(path);
        contexts = ordered(contexts);
    }

    public static StepResult success() {
        return SUCCESS;
    }

    public static StepResult failed(StepFailure failure) {
        return SUCCESS.withFailure(failure);
    }

    public boolean isSuccess() {
        return failure == null;
    }

    public StepResult withFailure(@Nullable StepFailure value) {
        return new StepResult(value, outputs, environment, path, contexts);
    }

    public StepResult withOutputs(Map<String, String> value) {
        return new StepResult(failure, value, environment, path, contexts);
    }

    public StepResult withEnvironment(Map<String, String> value) {
        return new StepResult(failure, outputs, value, path, contexts);
    }

    public StepResult withPath(List<String> value) {
        return new StepResult(failure, outputs, environment, value, contexts);
    }

    public StepResult withContexts(Map<String, Value> value) {
        return new StepResult(failure, outputs, environment, path, value);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
