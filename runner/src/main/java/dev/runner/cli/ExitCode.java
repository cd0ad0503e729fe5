package dev.runner.cli;

/** What a command's exit code says. */
final class ExitCode {
    static final int PASSED = 0;
    static final int FAILED = 1;
    /** The arguments, a pipeline or a Dockerfile cannot be used. */
    static final int BAD_INPUT = 2;
    /** The machine lacks something: a right, a program, an emulator. */
    static final int MACHINE_LACKS = 3;
    /** Ctrl-C or SIGTERM, as shells number it. */
    static final int CANCELLED = 130;

    private ExitCode() {}
}
