package dev.runner.cli;

import dev.runner.cli.Main.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code runner}: the root of the commands, and what they all share. */
final class RunnerCommand implements Flags.Declaring, Callable<Integer> {
    @Nullable
    CommandSpec spec;

    boolean help;
    boolean version;

    private final List<String> arguments;
    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Supplier<OutputStream> log;

    @Override
    public void declare(Flags flags) {
        flags.command("runner", "From a commit to a multi-architecture image in a registry, without Docker.")
                .footer("", "Start here: runner exec pipelines/quickstart.yml")
                .version(new Version());
        spec = flags.spec();
        flags.option("-h", "--help").says("Show help for the command.").help();
        flags.option("-V", "--version").says("Show the version.").version();
    }

    RunnerCommand(
            List<String> arguments, Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        this(arguments, environment, in, out, err, () -> new FileOutputStream(FileDescriptor.out));
    }

    /** @param log where a run of a pipeline reports to */
    RunnerCommand(
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            PrintWriter out,
            PrintWriter err,
            Supplier<OutputStream> log) {
        this.log = log;
        this.arguments = List.copyOf(arguments);
        this.environment = Map.copyOf(environment);
        this.in = in;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        Objects.requireNonNull(spec).commandLine().usage(out);
        return ExitCode.PASSED;
    }

    /** The same with another standard input. */
    RunnerCommand reading(InputStream other) {
        return new RunnerCommand(arguments, environment, other, out, err);
    }

    /** The same in another environment. */
    RunnerCommand with(Map<String, String> other) {
        return new RunnerCommand(arguments, other, in, out, err, log);
    }

    /** The words of the whole call, as they were given. */
    List<String> arguments() {
        return arguments;
    }

    Map<String, String> environment() {
        return environment;
    }

    InputStream in() {
        return in;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    /** Where a run of a pipeline reports to: standard output, past every buffer. */
    OutputStream log() {
        return log.get();
    }

    Locations locations() {
        return Locations.of(environment);
    }

    /** The parts that a command needs, made when it asks for them; the caller closes it. */
    Toolbox toolbox(RegistryOptions registry) {
        return new Toolbox(environment, registry);
    }
}
