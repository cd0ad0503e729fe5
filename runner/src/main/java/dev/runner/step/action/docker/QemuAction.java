package dev.runner.step.action.docker;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import java.io.IOException;
import java.util.List;

/**
 * Registers emulators, of the machine and not of the image {@code tonistiigi/binfmt}; {@code image} and {@code cache-image}
 * therefore change nothing.
 *
 * @see <a href="https://github.com/docker/setup-qemu-action#readme">docker/setup-qemu-action</a>
 */
public final class QemuAction extends ContractedAction {
    public QemuAction() {
        super(Contract.named("docker/setup-qemu-action", 1, 4)
                .input("image", "docker.io/tonistiigi/binfmt:latest")
                .input("platforms", "all")
                .outputs("platforms")
                .from(3)
                .input("cache-image", "true")
                .input("reset", "false")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        context.group("Installing QEMU static binaries");
        boolean reset = context.inputs().isTrue("reset");
        List<String> running =
                EmulatedPlatforms.register(ListInput.words(context.inputs().raw("platforms")), reset, context);
        context.endGroup();
        context.group("Extracting available platforms");
        context.info(String.join(",", running));
        context.setOutput("platforms", String.join(",", running));
        context.endGroup();
    }
}
