package dev.runner.host.sandbox;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs inside.
 *
 * @param argv the program, looked up in the environment's PATH inside the root, and its arguments
 * @param environment all of it, exactly
 * @param workingDirectory absolute; must exist in the root
 * @param user who it is
 * @param terminal whether it gets a pseudo-terminal
 * @param stdin null for an empty input; not closed
 */
public record SandboxProcess(
        List<String> argv,
        Map<String, String> environment,
        String workingDirectory,
        User user,
        boolean terminal,
        @Nullable InputStream stdin) {

    /** Numbers only: names are looked up by the caller, in the image's own passwd. */
    public record User(int uid, int gid, List<Integer> groups) {
        public static final User ROOT = new User(0, 0, List.of());

        public User {
            groups = List.copyOf(groups);
        }
    }

    public SandboxProcess {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a process needs a program");
        }
        if (!workingDirectory.startsWith("/")) {
            throw new IllegalArgumentException("a working directory must be absolute: " + workingDirectory);
        }
    }

    /** As root, without terminal or input. */
    public static SandboxProcess of(List<String> argv, Map<String, String> environment, String workingDirectory) {
        return new SandboxProcess(argv, environment, workingDirectory, User.ROOT, false, null);
    }

    public SandboxProcess as(User newUser) {
        return new SandboxProcess(argv, environment, workingDirectory, newUser, terminal, stdin);
    }

    public SandboxProcess reading(InputStream input) {
        return new SandboxProcess(argv, environment, workingDirectory, user, terminal, input);
    }

    public SandboxProcess withTerminal() {
        return new SandboxProcess(argv, environment, workingDirectory, user, true, stdin);
    }

    /** Shows the program only: the rest may be secret. */
    @Override
    public String toString() {
        return "SandboxProcess[" + argv.getFirst() + "]";
    }
}
