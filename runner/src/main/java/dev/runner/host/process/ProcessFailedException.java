package dev.runner.host.process;

import java.io.IOException;

/** A program that ended with another code than zero. Carries no arguments and no environment: they may be secret. */
public final class ProcessFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final String program;
    private final int exitCode;
    private final String tail;

    public ProcessFailedException(String program, int exitCode, String tail) {
        super(program + " exited with code " + exitCode + (tail.isBlank() ? "" : ": " + tail.strip()));
        this.program = program;
        this.exitCode = exitCode;
        this.tail = tail;
    }

    /** The program's name. */
    public String program() {
        return program;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The last of what it wrote. */
    public String tail() {
        return tail;
    }
}
