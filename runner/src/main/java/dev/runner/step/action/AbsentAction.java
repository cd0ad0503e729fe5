package dev.runner.step.action;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInput;
import dev.runner.step.github.BuiltinAction;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An action that lives off a service of Docker's: it is known here and says why it does nothing, instead of failing somewhere
 * inside. Any input is taken.
 */
final class AbsentAction implements BuiltinAction {
    private final String name;
    private final String reason;
    private final List<String> inputs;

    /** @param inputs those of the published action, so that nobody is warned of them */
    AbsentAction(String name, String reason, List<String> inputs) {
        this.name = name;
        this.reason = reason;
        this.inputs = List.copyOf(inputs);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Integer> majors() {
        return IntStream.rangeClosed(1, 9).boxed().toList();
    }

    @Override
    public List<ActionInput> inputs(int major) {
        return inputs.stream().map(ActionInput::of).toList();
    }

    @Override
    public List<String> outputs(int major) {
        return List.of();
    }

    @Override
    public void main(ActionContext context) {
        throw ActionFailedException.failed(
                name + " is not here: " + reason,
                "leave the step out with an 'if', let it fail with 'continue-on-error: true', or run the action itself"
                        + " with --no-builtin " + name);
    }
}
