package dev.runner.cli;

import java.util.concurrent.Callable;

/** {@code runner completion}: what a shell needs to complete our command lines. */
final class CompletionCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;
    private String shell = "";

    CompletionCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command("completion", "Print what bash, zsh or fish needs to complete the words of runner.");
        flags.footer("", "As in: source <(runner completion bash)");
        flags.positional("0", "1")
                .label("SHELL")
                .says("bash, zsh or fish.")
                .value(String.class, value -> shell = value);
    }

    @Override
    public Integer call() {
        CommandTree root = Main.tree();
        parent.out()
                .print(
                        switch (shell) {
                            case "bash" -> Completions.bash(root);
                            case "zsh" -> Completions.zsh(root);
                            case "fish" -> Completions.fish(root);
                            default ->
                                throw new UsageException(
                                        "completions are there for bash, zsh and fish, not '" + shell + "'");
                        });
        parent.out().flush();
        return ExitCode.PASSED;
    }
}
