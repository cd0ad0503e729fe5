package dev.runner.host.process;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to execute. Its text shows only the program: arguments and environment may hold secrets.
 *
 * @param argv the program, looked up in the environment's {@code PATH} when it has no slash, and its arguments
 * @param environment all of it; nothing is inherited unless {@link #inheritingEnvironment()} asks
 * @param directory where it starts; null for this program's own
 * @param stdin what it reads; null for {@code /dev/null}. Not closed.
 */
public record Command(
        List<String> argv,
        Map<String, String> environment,
        @Nullable Path directory,
        @Nullable InputStream stdin) {

    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** A command with an empty environment but for {@code PATH} as this program has it. */
    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /** A command with an empty environment but for {@code PATH} as this program has it. */
    public static Command of(List<String> argv) {
        return new Command(argv, Map.of("PATH", Executables.systemPath()), null, null);
    }

    /** With exactly these variables. */
    public Command withEnvironment(Map<String, String> complete) {
        return new Command(argv, complete, directory, stdin);
    }

    /** With this program's own environment. */
    public Command inheritingEnvironment() {
        return withEnvironment(System.getenv());
    }

    public Command in(Path newDirectory) {
        return new Command(argv, environment, newDirectory, stdin);
    }

    public Command reading(InputStream input) {
        return new Command(argv, environment, directory, input);
    }

    /** The program's name, without its folder: all of a command that may be shown. */
    public String name() {
        String program = argv.getFirst();
        return program.substring(program.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return "Command[" + name() + " with " + (argv.size() - 1) + " arguments]";
    }
}
