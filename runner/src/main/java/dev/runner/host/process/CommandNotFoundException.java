package dev.runner.host.process;

import java.io.IOException;

/** A program that is not on this machine. */
public final class CommandNotFoundException extends IOException {
    private static final long serialVersionUID = 1;

    private final String program;

    CommandNotFoundException(String program, String searched) {
        super(
                program.contains("/")
                        ? program + ": no such program"
                        : program + ": not found in PATH (" + searched + ")");
        this.program = program;
    }

    public String program() {
        return program;
    }
}
