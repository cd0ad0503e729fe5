package dev.runner.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code runner man}: manual pages of all commands. */
final class ManualCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;
    private Path folder = Path.of("man1");

    ManualCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command("man", "Write manual pages of all commands.");
        flags.option("--to")
                .label("FOLDER")
                .says("Where they go (default: man1).")
                .value(Path.class, value -> folder = value);
    }

    @Override
    public Integer call() throws IOException {
        ManualPages.write(Main.tree(), new Main.Version().getVersion()[0], folder);
        parent.out()
                .println(
                        "The manual pages are in " + folder + "; man -l " + folder.resolve("runner.1") + " shows one.");
        parent.out().flush();
        return ExitCode.PASSED;
    }
}
