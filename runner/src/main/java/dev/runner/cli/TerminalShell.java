package dev.runner.cli;

import dev.runner.step.github.FailureShell;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A shell on this program's own terminal, one at a time. */
final class TerminalShell implements FailureShell {
    private final ReentrantLock turn = new ReentrantLock();
    private final PrintWriter err;

    TerminalShell(PrintWriter err) {
        this.err = err;
    }

    private void say(String text) {
        err.println(text);
        err.flush();
    }

    private void announce(String failure) {
        say("failed: " + failure + "\na shell in the step's environment; end it to go on:");
    }

    @Override
    public void open(List<String> command, Map<String, String> environment, Path directory, String failure)
            throws InterruptedException {
        turn.lockInterruptibly();
        try {
            announce(failure);
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).inheritIO();
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process shell = builder.start();
            try {
                shell.waitFor();
            } finally {
                shell.destroy();
            }
        } catch (IOException e) {
            say("cannot open a shell: " + e.getMessage());
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void join(Remote shell, String failure) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            announce(failure);
            boolean raw = terminal("raw", "-echo");
            try {
                shell.run(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
            } finally {
                if (raw) {
                    terminal("sane");
                }
            }
        } catch (IOException e) {
            say("cannot open a shell: " + e.getMessage());
        } finally {
            turn.unlock();
        }
    }

    /** Sets the terminal; false where there is none. */
    private static boolean terminal(String... modes) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("stty"));
        command.addAll(List.of(modes));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            return builder.start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
