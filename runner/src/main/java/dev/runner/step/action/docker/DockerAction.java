package dev.runner.step.action.docker;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;

/**
 * Starts no daemon: {@code docker} in later steps is this program's, or the machine's where it has one. What the step says of
 * a daemon changes nothing and is told so.
 *
 * @see <a href="https://github.com/docker/setup-docker-action#readme">docker/setup-docker-action</a>
 */
public final class DockerAction extends ContractedAction {
    public DockerAction() {
        super(Contract.named("docker/setup-docker-action", 3, 5)
                .inputs("version", "channel", "daemon-config", "tcp-port", "runtime-basedir")
                .input("context", "setup-docker-action")
                .input("set-host", "false")
                .from(4)
                .input("rootless", "false")
                .input("github-token", "${{ github.token }}")
                .outputs("sock", "tcp")
                .build());
    }

    @Override
    public void main(ActionContext context) {
        context.info("no Docker daemon is started: 'docker' in later steps reaches the engine of this program");
        if (context.inputs().isGiven("daemon-config")) {
            context.warning("'daemon-config' is a setting of Docker's daemon, and there is none here");
        }
    }
}
