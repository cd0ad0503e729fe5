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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runner run}: a container to its end, as {@code docker run --rm}. */
@Command(
        name = "run",
        description = {
            "Run an image of any platform and throw the container away, as docker run --rm.",
            "Flags may stand before or after the image; what follows the first other word, or --, is the command."
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private final RunnerCommand parent;

    @Mixin
    RegistryOptions registry = new RegistryOptions();

    @Option(names = "--platform", paramLabel = "PLATFORM", description = "Such as linux/arm64.")
    @Nullable
    String platform;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable; a bare NAME takes it from the environment.")
    List<String> variables = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Variables, a line each.")
    List<Path> variableFiles = new ArrayList<>();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:TARGET[:ro]",
            description = "A folder or file of this machine.")
    List<String> volumes = new ArrayList<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where the command runs.")
    @Nullable
    String workingDirectory;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Who runs it.")
    @Nullable
    String user;

    @Option(names = "--entrypoint", paramLabel = "COMMAND", description = "In place of the image's; empty for none.")
    @Nullable
    String entrypoint;

    @Option(names = "--network", paramLabel = "MODE", defaultValue = "host", description = "host (default) or none.")
    String network = "host";

    @Option(
            names = "--pull",
            paramLabel = "WHEN",
            defaultValue = "missing",
            description = "missing (default), always or never.")
    String pull = "missing";

    @Option(names = "--rm", description = "Accepted: containers are always removed.")
    boolean remove;

    @Parameters(
            paramLabel = "IMAGE",
            description = "A reference; of the local store if it is there, else of its registry.")
    String image = "";

    @Parameters(paramLabel = "COMMAND", index = "1..*", description = "In place of the image's command.")
    List<String> command = new ArrayList<>();

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
