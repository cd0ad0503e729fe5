package dev.runner.cli;

import dev.runner.frontend.github.ActionUse;
import dev.runner.source.Diagnostics;
import dev.runner.source.NearNames;
import dev.runner.step.github.ActionInput;
import dev.runner.step.github.BuiltinAction;
import dev.runner.step.github.BuiltinActions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a workflow hands to actions that are known here: inputs that they do not have, have no more, or must have. */
final class ActionLint {
    private static final Pattern ACTION = Pattern.compile("([^@]+)@v?(\\d{1,3})?.*");

    private final BuiltinActions actions;
    private final Diagnostics found;

    ActionLint(BuiltinActions actions, Diagnostics found) {
        this.actions = actions;
        this.found = found;
    }

    void check(ActionUse use) {
        Matcher parts = ACTION.matcher(use.action());
        BuiltinAction action = parts.matches() ? actions.find(parts.group(1)) : null;
        if (action == null || action.majors().isEmpty()) {
            return;
        }
        String version = parts.group(2);
        int newest = action.majors().getLast();
        int major = version == null ? newest : Integer.parseInt(version);
        List<ActionInput> inputs = action.inputs(action.majors().contains(major) ? major : newest);
        List<String> names = inputs.stream().map(ActionInput::name).toList();
        use.inputs().forEach((name, span) -> {
            ActionInput known = inputs.stream()
                    .filter(input -> input.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(null);
            if (known == null) {
                String near = NearNames.nearest(name, names);
                String remedy =
                        near != null ? "did you mean '" + near + "'?" : "its inputs: " + String.join(", ", names);
                found.warning(span, "the action " + use.action() + " has no input '" + name + "'", remedy);
            } else if (known.deprecated() != null) {
                found.warning(span, "the input '" + name + "' is deprecated: " + known.deprecated(), null);
            }
        });
        for (ActionInput input : inputs) {
            boolean given = use.inputs().keySet().stream().anyMatch(input.name()::equalsIgnoreCase);
            if (input.required() && input.standard() == null && !given) {
                found.warning(
                        use.span(), "the action " + use.action() + " needs the input '" + input.name() + "'", null);
            }
        }
    }
}
