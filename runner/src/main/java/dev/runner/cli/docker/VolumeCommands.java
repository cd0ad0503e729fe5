package dev.runner.cli.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code docker volume create}, {@code ls} and {@code rm}, as far as scripts need named volumes. */
final class VolumeCommands {
    private VolumeCommands() {}

    /** The folder that holds a folder for each. */
    static Path folder(Call call) {
        return call.around().volumesFolder();
    }

    static List<String> names(Call call) throws IOException {
        if (!Files.isDirectory(folder(call))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder(call))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    static Command create() {
        return Command.of("volume create", "[OPTIONS] [VOLUME]", "Create a volume", VolumeCommands::create)
                .words(0, 1)
                .value('d', "driver", "string", "Specify volume driver name (default \"local\")")
                .value("label", "list", "Set metadata for a volume")
                .value('o', "opt", "map", "")
                .value("name", "string", "");
    }

    private static int create(Call call) throws IOException {
        String name = call.words().isEmpty()
                ? call.text("name", UUID.randomUUID().toString().replace("-", ""))
                : call.word(0);
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw DockerFailure.ofDaemon("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        Files.createDirectories(folder(call).resolve(name));
        call.say(name);
        return 0;
    }

    static Command list(String path) {
        return Command.of(path, "[OPTIONS]", "List volumes", VolumeCommands::list)
                .words(0)
                .flag('q', "quiet", "Only display volume names");
    }

    private static int list(Call call) throws IOException {
        List<String> names = names(call);
        if (call.on("quiet")) {
            names.forEach(call::say);
            return 0;
        }
        List<String> lines = Stream.concat(
                        Stream.of("DRIVER\tVOLUME NAME"), names.stream().map(name -> "local\t" + name))
                .toList();
        Listing.aligned(lines, 10, 3).forEach(call::say);
        return 0;
    }

    static Command remove(String path) {
        return Command.of(path, "[OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes", VolumeCommands::remove)
                .atLeast(1)
                .flag('f', "force", "Force the removal of one or more volumes");
    }

    private static int remove(Call call) throws IOException {
        boolean failed = false;
        for (String name : call.words()) {
            Path folder = folder(call).resolve(name);
            if (!names(call).contains(name)) {
                if (!call.on("force")) {
                    call.tell("Error response from daemon: get " + name + ": no such volume");
                    failed = true;
                }
                continue;
            }
            dev.runner.host.posix.PosixFiles.deleteTree(folder);
            call.say(name);
        }
        return failed ? 1 : 0;
    }
}
