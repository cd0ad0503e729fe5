package dev.runner.cli.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** {@code runner docker install --to DIR}: a program named {@code docker} that is this one. Docker has no such command. */
final class InstallCommand {
    private static final String MARK = "# made by 'runner docker install'";

    private InstallCommand() {}

    static Command command() {
        return Command.of(
                        "install",
                        "--to DIR",
                        "Put a command named docker, answered by runner, into a folder",
                        call -> {
                            install(call);
                            return 0;
                        })
                .words(0)
                .flag('f', "force", "Replace another program of that name")
                .value("to", "string", "The folder, which should stand in the PATH before that of another docker");
    }

    private static void install(Call call) throws IOException {
        String folder = call.text("to", "");
        if (folder.isEmpty()) {
            throw DockerFailure.of("say where the command goes: runner docker install --to DIR");
        }
        Path file = Path.of(folder).toAbsolutePath().normalize().resolve("docker");
        if (Files.exists(file) && !call.on("force") && !isOurs(file)) {
            throw DockerFailure.of(file + " is another program; --force replaces it");
        }
        Files.createDirectories(file.getParent());
        StringBuilder script = new StringBuilder("#!/bin/sh\n" + MARK + "\nexec");
        for (String word : call.around().launcher()) {
            script.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        Path fresh = Files.createTempFile(
                file.getParent(),
                ".docker",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(fresh, script.append(" docker \"$@\"\n"));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        call.say(file.toString());
    }

    private static boolean isOurs(Path file) throws IOException {
        return Files.size(file) < 65_536
                && Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains(MARK);
    }
}
