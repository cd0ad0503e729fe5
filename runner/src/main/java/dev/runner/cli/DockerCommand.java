package dev.runner.cli;

import java.util.concurrent.Callable;

/** {@code runner docker} as the list of commands shows it; {@link DockerEntry} answers it. */
final class DockerCommand implements Flags.Declaring, Callable<Integer> {
    @Override
    public void declare(Flags flags) {
        flags.command(
                "docker",
                "Docker's own commands, answered by runner: docker build, buildx, run, pull, push, …; docker --help.");
    }

    @Override
    public Integer call() {
        throw new UsageException("call it as: runner docker COMMAND");
    }
}
