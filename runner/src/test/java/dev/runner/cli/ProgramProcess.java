package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The program as a process: in a jar, with an archive of its classes that its first run leaves. The tests start it some
 * hundred times, and most of that time would go into loading classes. Made once in each JVM that runs tests, and deleted
 * when that ends.
 */
public final class ProgramProcess {
    private static @Nullable Path launcher;

    private ProgramProcess() {}

    /** The words that start the program with these. */
    public static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** A script that starts the program in its place; {@code RUNNER_LAUNCHER} can name it. */
    public static synchronized Path launcher() {
        if (launcher == null) {
            try {
                launcher = make(Files.createTempDirectory("program"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return launcher;
    }

    private static Path make(Path folder) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                PosixFiles.deleteTree(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        Path file = folder.resolve("launcher");
        Files.writeString(
                file,
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=off"
                        + " -XX:SharedArchiveFile=" + folder.resolve("classes.jsa")
                        + " ${RUNNER_JAVA_OPTS:-} --enable-native-access=ALL-UNNAMED -cp '"
                        + String.join(":", classPath(folder)) + "' dev.runner.cli.Main \"$@\"\n");
        PosixFiles.chmod(file, 0755);
        train(folder, file);
        return file;
    }

    private static List<String> classPath(Path folder) {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (Files.exists(Path.of(entry).resolve("dev/runner/cli/Main.class"))) {
                String jar = folder.resolve("runner.jar").toString();
                ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "--create", "--no-compress", "--file", jar, "-C", entry, ".");
                path.add(jar);
            } else if (entry.endsWith(".jar")) {
                path.add(Path.of(entry).toAbsolutePath().toString());
            }
        }
        return path;
    }

    private static void train(Path folder, Path launcher) throws IOException, InterruptedException {
        Path context = Files.createDirectories(folder.resolve("training"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        ProcessBuilder training =
                new ProcessBuilder(launcher.toString(), "docker", "build", "-t", "x", context.toString());
        Map<String, String> environment = training.environment();
        environment.put("HOME", folder.toString());
        for (String place : List.of("CACHE", "CONFIG", "DATA", "STATE")) {
            environment.put(
                    "XDG_" + place + "_HOME",
                    folder.resolve("training-" + place).toString());
        }
        environment.put("RUNNER_LAUNCHER", launcher.toString());
        // With options of the user's own the process ends as the JVM would, which writes the archive.
        environment.put("RUNNER_JAVA_OPTS", "-XX:+AutoCreateSharedArchive");
        assertThat(training.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();
        assertThat(folder.resolve("classes.jsa")).exists();
    }
}
