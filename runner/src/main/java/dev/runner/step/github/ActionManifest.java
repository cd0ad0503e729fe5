package dev.runner.step.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An {@code action.yml}.
 *
 * @param inputs in the order written
 * @param outputs the values of a composite action's outputs, by name
 * @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax">Metadata syntax</a>
 */
record ActionManifest(String name, List<Input> inputs, Map<String, Template> outputs, Runs runs) {
    ActionManifest {
        inputs = List.copyOf(inputs);
    }

    /**
     * An input.
     *
     * @param standard null for the empty text
     * @param deprecated what to say to a step that gives it, or null
     */
    record Input(
            String name,
            @Nullable Template standard,
            @Nullable String deprecated) {}

    /** How it is run. */
    sealed interface Runs {
        /** A program for Node. */
        record Node(String using, Phases phases) implements Runs {}

        /**
         * A container.
         *
         * @param image {@code docker://…}, or a Dockerfile's path in the action
         * @param phases entry points; the main one is empty for the image's
         * @param arguments null for the step's {@code args}
         */
        record Docker(String image, Phases phases, @Nullable List<Template> arguments, TemplateMap environment)
                implements Runs {}

        /** Steps. */
        record Composite(List<Step> steps) implements Runs {
            public Composite {
                steps = List.copyOf(steps);
            }
        }
    }

    /**
     * What runs before, in and after the step's turn.
     *
     * @param pre null for nothing
     * @param post null for nothing
     */
    record Phases(
            @Nullable String pre,
            @Nullable Expression preCondition,
            String main,
            @Nullable String post,
            @Nullable Expression postCondition) {}

    /** The names that a step may give. */
    List<String> inputNames() {
        return inputs.stream().map(Input::name).toList();
    }

    /** What runs before and after; null for an action that is steps. */
    @Nullable
    Phases phases() {
        return switch (runs) {
            case Runs.Node(var _, Phases phases) -> phases;
            case Runs.Docker(var _, Phases phases, var _, var _) -> phases;
            case Runs.Composite _ -> null;
        };
    }
}
