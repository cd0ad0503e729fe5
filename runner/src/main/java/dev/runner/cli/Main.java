package dev.runner.cli;

import dev.runner.host.posix.Posix;
import dev.runner.host.posix.ProcessImage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The program. */
public final class Main {
    /** Commands that talk with registries; the others end fast by themselves. */
    private static final Set<String> TALKING =
            Set.of("build", "check", "ci", "docker", "exec", "inspect", "login", "run");

    private Main() {}

    public static void main(String[] arguments) {
        UserNamespace.enter(List.of(arguments), System.getenv());
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        Ending ending;
        int code;
        try (Interruption interruption = Interruption.ofSignals(Thread.currentThread())) {
            ending = start(List.of(arguments), System.getenv(), System.in, out, err);
            code = interruption.happened() ? ExitCode.CANCELLED : ending.code();
        }
        out.flush();
        err.flush();
        if (ending.worked() && mayEndAtOnce(arguments)) {
            ProcessImage.end(code);
        }
        if (!ending.worked() && mayEndEarly()) {
            // Nothing was begun that has an end; exit would make a logger first, to say that it was called.
            Runtime.getRuntime().halt(code);
        }
        // A library's idle thread must not keep the program from ending.
        System.exit(code);
    }

    /**
     * Whether the process may end without the JVM's farewell, which waits 300 ms for threads in native code, and the one
     * that watches the sockets of virtual threads always is: more than a warm build takes. A command has put away
     * all it had when it returns; options that the user adds for the JVM, such as a recording, may have work at its end.
     */
    private static boolean mayEndAtOnce(String[] arguments) {
        return arguments.length > 0 && TALKING.contains(arguments[0]) && Posix.available() && mayEndEarly();
    }

    private static boolean mayEndEarly() {
        return System.getenv().getOrDefault("RUNNER_JAVA_OPTS", "").isBlank();
    }

    /**
     * Runs a command line.
     *
     * @return the exit code
     */
    public static int run(
            List<String> arguments, Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        return start(arguments, environment, in, out, err).code();
    }

    /**
     * How a command line ended.
     *
     * @param worked whether a command ran; else it was answered without one, and there is nobody to wait for
     */
    private record Ending(int code, boolean worked) {}

    private static Ending start(
            List<String> arguments, Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        Warmup warmup = Warmup.of(arguments);
        warmup.askRegistries();
        Integer answered = UnchangedBuild.answer(arguments, environment, out, err);
        if (answered != null) {
            return new Ending(answered, false);
        }
        warmup.build();
        if (!arguments.isEmpty() && arguments.getFirst().equals("docker")) {
            return new Ending(DockerEntry.run(arguments.subList(1, arguments.size()), environment, in, out, err), true);
        }
        return new Ending(run(new RunnerCommand(arguments, environment, in, out, err), arguments), true);
    }

    /** Runs a command line whose first word names a command, by the root of the commands. */
    static int run(RunnerCommand root, List<String> arguments) {
        PrintWriter out = root.out();
        PrintWriter err = root.err();
        CommandLine line = Flags.of(root);
        Map<String, Supplier<CommandLine>> commands = commands(root);
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        // Declaring a command's flags takes milliseconds: when the first word names one, the others are not needed.
        commands.forEach((name, command) -> {
            if (name.equals(first) || !commands.containsKey(first) && !first.equals("--version")) {
                line.addSubcommand(name, command.get());
            }
        });
        line.setOut(out);
        line.setErr(err);
        line.setParameterExceptionHandler(Main::badArguments);
        line.setExecutionExceptionHandler((failure, command, parsed) -> Faults.explain(failure, err));
        return line.execute(arranged(line, arguments).toArray(String[]::new));
    }

    /** Whether there is a command of that name. */
    static boolean knows(String command) {
        return commands(idle()).containsKey(command);
    }

    /** All commands with their flags. */
    static CommandTree tree() {
        RunnerCommand root = idle();
        CommandLine line = Flags.of(root);
        commands(root).forEach((name, command) -> line.addSubcommand(name, command.get()));
        return CommandTree.of(line);
    }

    /** A root that runs nothing. */
    private static RunnerCommand idle() {
        return new RunnerCommand(
                List.of(),
                Map.of(),
                InputStream.nullInputStream(),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()));
    }

    private static Map<String, Supplier<CommandLine>> commands(RunnerCommand root) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("exec", () -> Flags.of(new ExecCommand(root)));
        commands.put("build", () -> Flags.of(new BuildCommand(root)));
        commands.put("bake", () -> Flags.of(new BakeCommand(root)));
        commands.put("check", () -> Flags.of(new CheckCommand(root)));
        commands.put("lint", () -> Flags.of(new LintCommand(root)));
        commands.put("init", () -> Flags.of(new InitCommand(root)));
        commands.put("export", () -> Flags.of(new ExportCommand(root)));
        commands.put("run", () -> Flags.of(new RunCommand(root)).setStopAtPositional(true));
        commands.put("inspect", () -> Flags.of(new InspectCommand(root)));
        commands.put("login", () -> Flags.of(new LoginCommand(root)));
        commands.put("logout", () -> Flags.of(new LogoutCommand(root)));
        commands.put("binfmt", () -> Flags.of(new BinfmtCommand(root)));
        commands.put("cache", () -> CacheCommand.of(root));
        commands.put("artifacts", () -> ArtifactsCommand.of(root));
        commands.put("docker", () -> Flags.of(new DockerCommand()));
        commands.put("completion", () -> Flags.of(new CompletionCommand(root)));
        commands.put("ci", () -> Flags.of(new CiCommand(root)));
        commands.put("man", () -> Flags.of(new ManualCommand(root)));
        commands.put("doctor", () -> Flags.of(new DoctorCommand(root)));
        commands.put(
                "registry",
                () -> Flags.of(new RegistryCommand()).addSubcommand(Flags.of(new RegistryCommand.Serve(root))));
        return commands;
    }

    private static List<String> arranged(CommandLine line, List<String> arguments) {
        if (!arguments.isEmpty() && arguments.getFirst().equals("build")) {
            return BuildFlags.arrange(arguments);
        }
        CommandLine run = line.getSubcommands().get("run");
        if (run == null || !arguments.getFirst().equals("run")) {
            return arguments;
        }
        List<String> words = new ArrayList<>();
        words.add("run");
        words.addAll(RunCommand.arrange(run.getCommandSpec(), arguments.subList(1, arguments.size())));
        return words;
    }

    /** One line of what is wrong, a near name if there is one, and where help is. */
    private static int badArguments(ParameterException e, String[] arguments) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("error: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("  help: " + line.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return ExitCode.BAD_INPUT;
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
    }

    /** The version that the jar's manifest says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"runner " + (version == null ? "(from classes)" : version)};
        }
    }
}
