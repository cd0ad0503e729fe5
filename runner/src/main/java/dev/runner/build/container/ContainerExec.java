package dev.runner.build.container;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One more process in a container.
 *
 * @param command the program, looked for in the container's PATH, and its arguments
 * @param environment added to the container's
 * @param user {@code name|uid[:group|gid]}; null for the container's
 * @param workingDirectory absolute; null for the container's
 * @param terminal whether it gets a pseudo-terminal
 * @param privileged whether it may all that this program may
 */
public record ContainerExec(
        List<String> command,
        Map<String, String> environment,
        @Nullable String user,
        @Nullable String workingDirectory,
        boolean terminal,
        boolean privileged) {
    public ContainerExec {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a process needs a program");
        }
    }

    /** As the container's user, in its working directory. */
    public static ContainerExec of(String... command) {
        return of(List.of(command));
    }

    /** As the container's user, in its working directory. */
    public static ContainerExec of(List<String> command) {
        return new ContainerExec(command, Map.of(), null, null, false, false);
    }

    public ContainerExec withEnvironment(Map<String, String> newEnvironment) {
        return new ContainerExec(command, newEnvironment, user, workingDirectory, terminal, privileged);
    }

    public ContainerExec as(@Nullable String newUser) {
        return new ContainerExec(command, environment, newUser, workingDirectory, terminal, privileged);
    }

    public ContainerExec in(@Nullable String newWorkingDirectory) {
        return new ContainerExec(command, environment, user, newWorkingDirectory, terminal, privileged);
    }

    public ContainerExec withTerminal() {
        return new ContainerExec(command, environment, user, workingDirectory, true, privileged);
    }

    /** Shows the program only: the rest may be secret. */
    @Override
    public String toString() {
        return "ContainerExec[" + command.getFirst() + "]";
    }
}
