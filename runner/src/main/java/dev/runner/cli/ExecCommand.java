package dev.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "exec")
final class ExecCommand implements Callable<Integer> {
    private final RunnerCommand parent;

    ExecCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() {
        return parent.hashCode();
    }
}
