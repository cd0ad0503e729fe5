package dev.runner.step.github;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a step gives an action, with the action's defaults; by name, without regard to case. */
final class Inputs {
    /** A container action takes them though it does not name them. */
    static final List<String> OF_CONTAINERS = List.of("entryPoint", "args");

    private Inputs() {}

    /** Only what the step gives. */
    static Map<String, String> written(Step.Uses step, Frame frame) {
        Map<String, String> inputs = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        inputs.putAll(step.inputs().texts(frame.scope()));
        return inputs;
    }

    /** All inputs of an action with a manifest; an unknown or deprecated one is a warning in GitHub's words. */
    static Map<String, String> of(Step.Uses step, ActionManifest manifest, Frame frame) {
        Map<String, String> inputs = written(step, frame);
        List<String> valid = new ArrayList<>();
        if (manifest.runs() instanceof ActionManifest.Runs.Docker) {
            valid.addAll(OF_CONTAINERS);
        }
        valid.addAll(manifest.inputNames());
        manifest.inputs().forEach(input -> warn(step, input.name(), input.deprecated(), frame));
        warnOfUnexpected(step, valid, frame);
        for (ActionManifest.Input input : manifest.inputs()) {
            if (!inputs.containsKey(input.name())) {
                Template standard = input.standard();
                inputs.put(input.name(), standard == null ? "" : standard.text(frame.scope()));
            }
        }
        return inputs;
    }

    /** All inputs of a built-in action. */
    static Map<String, String> of(Step.Uses step, List<ActionInput> known, Frame frame) {
        Map<String, String> inputs = written(step, frame);
        known.forEach(input -> warn(step, input.name(), input.deprecated(), frame));
        warnOfUnexpected(step, known.stream().map(ActionInput::name).toList(), frame);
        for (ActionInput input : known) {
            if (!inputs.containsKey(input.name())) {
                inputs.put(input.name(), standard(input, frame));
            }
        }
        return inputs;
    }

    private static String standard(ActionInput input, Frame frame) {
        String text = input.standard();
        if (text == null || !text.contains("${{")) {
            return text == null ? "" : text;
        }
        Source source = Source.of("default of " + input.name(), text);
        return Template.parse(text, source.all(), AllowedNames.ANY, new Diagnostics())
                .text(frame.scope());
    }

    private static void warn(
            Step.Uses step, String name, @org.jspecify.annotations.Nullable String deprecated, Frame frame) {
        boolean given = step.inputs().entries().keySet().stream().anyMatch(name::equalsIgnoreCase);
        if (given && deprecated != null) {
            warning(frame, "Input '" + name + "' has been deprecated with message: " + deprecated);
        }
    }

    private static void warnOfUnexpected(Step.Uses step, List<String> valid, Frame frame) {
        List<String> unexpected = step.inputs().entries().keySet().stream()
                .filter(name -> valid.stream().noneMatch(name::equalsIgnoreCase))
                .toList();
        if (!unexpected.isEmpty()) {
            warning(
                    frame,
                    "Unexpected input(s) '" + String.join("', '", unexpected) + "', valid inputs are ['"
                            + String.join("', '", valid) + "']");
        }
    }

    private static void warning(Frame frame, String message) {
        frame.step().output().annotate(Annotation.Level.WARNING, message, null);
    }

    /** As variables, {@code INPUT_NAME}. */
    static Map<String, String> variables(Map<String, String> inputs) {
        Map<String, String> variables = new TreeMap<>();
        inputs.forEach((name, value) -> variables.put(ActionInputs.variable(name), value));
        return variables;
    }
}
