package dev.runner.step.github;

import java.io.IOException;

/** A program that is not in the job's container. */
final class ProgramMissingException extends IOException {
    private static final long serialVersionUID = 1L;

    ProgramMissingException(String program) {
        super(program + ": command not found in the job's container");
    }
}
