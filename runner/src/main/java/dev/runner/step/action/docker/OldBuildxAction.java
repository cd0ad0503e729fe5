package dev.runner.step.action.docker;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import java.io.IOException;
import java.util.List;

/**
 * The action from which Docker's own were made: it set up emulation and Buildx in one. The builder is our engine, which is
 * there already, in whatever version is asked for.
 *
 * @see <a href="https://github.com/crazy-max/ghaction-docker-buildx">crazy-max/ghaction-docker-buildx</a>
 */
public final class OldBuildxAction extends ContractedAction {
    public OldBuildxAction() {
        super(Contract.named("crazy-max/ghaction-docker-buildx", 1, 3)
                .input("buildx-version", "latest")
                .input("qemu-version", "latest")
                .input("skip-cache", "false")
                .deprecated("version", "version is deprecated, use buildx-version instead")
                .outputs("platforms")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        context.group("Set up emulation");
        List<String> running = EmulatedPlatforms.register(List.of("all"), false, context);
        context.endGroup();
        context.info("docker buildx builds with the engine of this program");
        context.info("Available platforms: " + String.join(",", running));
        context.setOutput("platforms", String.join(",", running));
    }
}
