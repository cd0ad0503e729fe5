package dev.runner.step.action.input;

import dev.runner.step.github.ActionInput;
import dev.runner.step.github.BuiltinAction;
import java.util.List;

/** An action that says by a {@link Contract} what it is. */
public abstract class ContractedAction implements BuiltinAction {
    private final Contract contract;

    protected ContractedAction(Contract contract) {
        this.contract = contract;
    }

    @Override
    public final String name() {
        return contract.name();
    }

    @Override
    public final List<Integer> majors() {
        return contract.majors();
    }

    @Override
    public final List<ActionInput> inputs(int major) {
        return contract.inputs(major);
    }

    @Override
    public final List<String> outputs(int major) {
        return contract.outputs(major);
    }
}
