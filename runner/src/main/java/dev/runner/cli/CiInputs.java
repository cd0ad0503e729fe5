package dev.runner.cli;

import dev.runner.expression.Value;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.step.action.docker.BuildPushAction;
import dev.runner.step.github.ActionInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the GitHub Action and the GitLab component were given, from the environment, where no process list shows it: all of
 * it as JSON in {@code RUNNER_INPUTS}, or {@code RUNNER_INPUT_BUILD_ARGS} for the input {@code build-args}.
 */
final class CiInputs {
    private static final String ALL = "RUNNER_INPUTS";
    private static final String ONE = "RUNNER_INPUT_";
    private static final List<String> SECRET = List.of("password", "github-token");

    private final Map<String, String> values = new TreeMap<>();

    CiInputs(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(ONE) && !value.isEmpty()) {
                put(name.substring(ONE.length()).replace('_', '-'), value);
            }
        });
        String json = environment.getOrDefault(ALL, "");
        if (!json.isEmpty()) {
            Value all;
            try {
                all = Value.fromJson(json);
            } catch (IllegalArgumentException e) {
                all = Value.NULL; // The message would show what may be secret.
            }
            if (!(all instanceof Value.Obj object)) {
                throw new UsageException(ALL + " is no JSON object");
            }
            object.entries().forEach((name, value) -> put(name, value.text()));
        }
    }

    private void put(String name, String value) {
        values.put(name.toLowerCase(Locale.ROOT), value);
    }

    static boolean isOne(String variable) {
        return variable.equals(ALL) || variable.startsWith(ONE);
    }

    /** Empty when it is not given. */
    String get(String name) {
        return values.getOrDefault(name, "").strip();
    }

    boolean isGiven(String name) {
        return !get(name).isEmpty();
    }

    void set(String name, String value) {
        values.put(name, value);
    }

    boolean isOff(String name) {
        return Set.of("false", "no", "none", "off").contains(get(name).toLowerCase(Locale.ROOT));
    }

    /** The words of an input that holds words. */
    List<String> words(String name) {
        return get(name).isEmpty() ? List.of() : List.of(get(name).split("\\s+"));
    }

    /** Those of docker/build-push-action that are given, as they are. */
    Map<String, String> build() {
        BuildPushAction action = new BuildPushAction();
        Map<String, String> given = new TreeMap<>();
        for (ActionInput input : action.inputs(action.majors().getLast())) {
            if (isGiven(input.name())) {
                given.put(input.name(), values.getOrDefault(input.name(), ""));
            }
        }
        return given;
    }

    /** What no log may show; secrets of the build are masked when the build reads them. */
    Secrets secrets() {
        List<Secret> secrets = new ArrayList<>();
        SECRET.stream().filter(this::isGiven).forEach(name -> secrets.add(Secret.of(name, get(name))));
        return Secrets.of(secrets);
    }
}
