package dev.runner.cli;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.NetworkMode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code runner run}: a container to its end, as {@code docker run --rm}. */
final class RunCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    RegistryOptions registry = new RegistryOptions();

    @Nullable
    String platform;

    List<String> variables = new ArrayList<>();
    List<Path> variableFiles = new ArrayList<>();
    List<String> volumes = new ArrayList<>();

    @Nullable
    String workingDirectory;

    @Nullable
    String user;

    @Nullable
    String entrypoint;

    String network = "host";
    String pull = "missing";
    boolean remove;
    String image = "";
    List<String> command = new ArrayList<>();

    @Override
    public void declare(Flags flags) {
        flags.command(
                "run",
                "Run an image of any platform and throw the container away, as docker run --rm.",
                "Flags may stand before or after the image; what follows the first other word, or --, is the command.");
        registry.declare(flags);
        flags.option("--platform")
                .label("PLATFORM")
                .says("Such as linux/arm64.")
                .value(String.class, value -> platform = value);
        flags.option("-e", "--env")
                .label("NAME=VALUE")
                .says("A variable; a bare NAME takes it from the environment.")
                .values(String.class, values -> variables = values);
        flags.option("--env-file")
                .label("FILE")
                .says("Variables, a line each.")
                .values(Path.class, values -> variableFiles = values);
        flags.option("-v", "--volume")
                .label("SOURCE:TARGET[:ro]")
                .says("A folder or file of this machine.")
                .values(String.class, values -> volumes = values);
        flags.option("-w", "--workdir")
                .label("DIR")
                .says("Where the command runs.")
                .value(String.class, value -> workingDirectory = value);
        flags.option("-u", "--user")
                .label("USER[:GROUP]")
                .says("Who runs it.")
                .value(String.class, value -> user = value);
        flags.option("--entrypoint")
                .label("COMMAND")
                .says("In place of the image's; empty for none.")
                .value(String.class, value -> entrypoint = value);
        flags.option("--network")
                .label("MODE")
                .says("host (default) or none.")
                .value(String.class, value -> network = value);
        flags.option("--pull")
                .label("WHEN")
                .says("missing (default), always or never.")
                .value(String.class, value -> pull = value);
        flags.option("--rm").says("Accepted: containers are always removed.").on(value -> remove = value);
        flags.positional("0", "1")
                .label("IMAGE")
                .says("A reference; of the local store if it is there, else of its registry.")
                .value(String.class, value -> image = value);
        flags.positional("1..*", "0..*")
                .label("COMMAND")
                .says("In place of the image's command.")
                .values(String.class, values -> command = values);
    }

    RunCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ContainerRun run = new ContainerRun(
                Arguments.reference(image).withDefaultTag(),
                platform == null ? null : Arguments.platform(platform),
                command,
                new ContainerRun.Overrides(user, workingDirectory, entrypoint(), environment()),
                volumes.stream().map(RunCommand::volume).toList(),
                networkMode(),
                pullPolicy());
        try (Toolbox toolbox = parent.toolbox(registry)) {
            Containers.Streams streams = new Containers.Streams(
                    parent.in(), new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
            return toolbox.containers().run(run, streams, BuildListener.silent());
        }
    }

    /**
     * Puts flags that stand behind the image before it, so that {@code run IMAGE --platform linux/arm64 uname -m} is
     * understood. The command begins with the second word that is no flag, with a flag behind the image that is none of
     * ours, or after {@code --}.
     */
    static List<String> arrange(CommandSpec spec, List<String> arguments) {
        List<String> flags = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int at = 0;
        for (; at < arguments.size() && words.size() < 2; at++) {
            String word = arguments.get(at);
            if (word.equals("--")) {
                at++;
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                words.add(word);
                continue;
            }
            OptionSpec option = spec.findOption(word.startsWith("--") ? word.replaceFirst("=.*", "") : word);
            if (option == null && !words.isEmpty()) {
                break;
            }
            flags.add(word);
            if (!word.contains("=") && option != null && option.arity().min() > 0 && at + 1 < arguments.size()) {
                flags.add(arguments.get(++at));
            }
        }
        List<String> arranged = new ArrayList<>(flags);
        arranged.addAll(words);
        arranged.addAll(arguments.subList(at, arguments.size()));
        return arranged;
    }

    private @Nullable List<String> entrypoint() {
        if (entrypoint == null) {
            return null;
        }
        return entrypoint.isEmpty() ? List.of() : List.of(entrypoint);
    }

    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (Path file : variableFiles) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
            environment.putAll(Arguments.pairs("--env-file", lines, parent.environment()));
        }
        environment.putAll(Arguments.pairs("--env", variables, parent.environment()));
        return environment;
    }

    private static ContainerRun.Volume volume(String text) {
        List<String> parts = List.of(text.split(":"));
        if (parts.size() < 2 || parts.size() > 3 || !parts.get(1).startsWith("/")) {
            throw new UsageException("--volume takes SOURCE:TARGET[:ro] with an absolute target, not '" + text + "'");
        }
        boolean readOnly = parts.size() == 3 && List.of(parts.get(2).split(",")).contains("ro");
        return new ContainerRun.Volume(Path.of(parts.get(0)).toAbsolutePath(), parts.get(1), readOnly);
    }

    private NetworkMode networkMode() {
        return switch (network) {
            case "host", "default" -> NetworkMode.HOST;
            case "none" -> NetworkMode.NONE;
            default -> throw new UsageException("--network is host or none, not '" + network + "'");
        };
    }

    private ContainerRun.Pull pullPolicy() {
        try {
            return ContainerRun.Pull.valueOf(pull.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--pull is missing, always or never, not '" + pull + "'");
        }
    }
}
