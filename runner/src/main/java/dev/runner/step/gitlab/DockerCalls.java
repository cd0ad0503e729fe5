package dev.runner.step.gitlab;

import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code docker} for a job whose image has none. A script in the container hands words, environment and streams through
 * named pipes to this program, which runs its own command outside. Both see the workspace and this folder under one path, so
 * that any image will do that has a shell and {@code cat}: nothing else runs in it, and nothing is loaded from it.
 */
final class DockerCalls implements AutoCloseable {
    /** So many at once; more wait. */
    private static final int PLACES = 16;

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final String CALLS = "calls";
    private static final String QUIT = "quit";

    /** What belongs to the container or to this machine, not to a call. */
    private static final Pattern OWN = Pattern.compile("PATH|HOME|PWD|OLDPWD|SHLVL|_|HOSTNAME|USER|TMPDIR|TMP|TEMP"
            + "|DOCKER_HOST|DOCKER_TLS_VERIFY|DOCKER_CERT_PATH|DOCKER_CONFIG|(LD|XDG|JAVA|JDK|RUNNER)_.*");

    private static final String CLIENT = """
            #!/bin/sh
            f='%s'
            n=0
            until (set -C; : > "$f/$n.lock") 2> /dev/null; do
              n=$((n + 1))
              if [ $n -ge %d ]; then n=0; sleep 1; fi
            done
            c="$f/$n"
            printf '%%s\\0' "$PWD" "$@" > "$c.words"
            cat /proc/self/environ > "$c.environment"
            exec 3<&0
            trap 'echo "stop $n" >> "$f/calls"' HUP INT TERM
            cat <&3 > "$c.in" & in=$!
            cat < "$c.out" & out=$!
            cat < "$c.err" >&2 & err=$!
            echo "call $n" >> "$f/calls"
            while kill -0 $out 2> /dev/null; do wait $out; done
            wait $err
            code=$(cat < "$c.code")
            kill -PIPE $in 2> /dev/null
            echo "done $n" >> "$f/calls"
            exit "$code"
            """;

    /** The command's end is told even when it is asked to stop. */
    private static final String CALL =
            "trap : TERM; \"$@\" < \"$0.in\" > \"$0.out\" 2> \"$0.err\"; echo $? > \"$0.code\"";

    private final Path folder;
    private final ProcessRunner processes;
    private final Map<String, String> environment;
    private final ContainerPaths paths;
    private final RandomAccessFile calls;
    private final Map<String, RunningProcess> running = new ConcurrentHashMap<>();

    private DockerCalls(Path folder, ProcessRunner processes, Map<String, String> environment, ContainerPaths paths)
            throws IOException {
        this.folder = folder;
        this.processes = processes;
        this.environment = environment;
        this.paths = paths;
        // Open for both, so that neither side waits for the other's first word.
        this.calls = new RandomAccessFile(folder.resolve(CALLS).toFile(), "rw");
    }

    /** The folder that is to be first in the container's {@code PATH}. */
    static Path commands(Path folder) {
        return folder.resolve("bin");
    }

    /**
     * Prepares the folder and answers calls until it is closed.
     *
     * @param folder a new one; the container sees it at the same path
     * @param environment of commands on this machine
     */
    static DockerCalls open(Path folder, ProcessRunner processes, Map<String, String> environment, ContainerPaths paths)
            throws IOException {
        PosixFiles.mkdir(folder, 0777);
        PosixFiles.mkdir(commands(folder), 0755);
        Path client = commands(folder).resolve("docker");
        Files.writeString(client, CLIENT.formatted(folder, PLACES));
        Files.setPosixFilePermissions(client, PosixFilePermissions.fromString("rwxr-xr-x"));
        PosixFiles.mkfifo(folder.resolve(CALLS), 0666);
        for (int place = 0; place < PLACES; place++) {
            for (String end : List.of(".in", ".out", ".err", ".code")) {
                PosixFiles.mkfifo(folder.resolve(place + end), 0666);
            }
        }
        DockerCalls made = new DockerCalls(folder, processes, environment, paths);
        Thread.ofPlatform().daemon().name("docker calls").start(made::answer);
        return made;
    }

    private void answer() {
        try (calls) {
            String line = calls.readLine();
            while (line != null && !line.equals(QUIT)) {
                String[] words = line.split(" ");
                if (words.length == 2 && words[1].matches("\\d{1,2}")) {
                    answer(words[0], words[1]);
                }
                line = calls.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("calls of docker cannot be read", e);
        }
    }

    private void answer(String word, String place) throws IOException {
        RunningProcess process = running.get(place);
        switch (word) {
            case "call" -> running.put(place, begin(place));
            case "stop" -> {
                if (process != null) {
                    Thread.ofVirtual().start(() -> process.terminate(GRACE));
                }
            }
            case "done" -> {
                running.remove(place);
                Files.deleteIfExists(folder.resolve(place + ".lock"));
            }
            default -> {}
        }
    }

    private RunningProcess begin(String place) throws IOException {
        try {
            return start(place, command(place));
        } catch (IOException e) {
            String message = "docker cannot be called: " + e.getMessage();
            List<String> words = List.of("sh", "-c", "echo \"$0\" >&2; exit 125", message);
            return start(place, new Command(words, environment, folder, null));
        }
    }

    private RunningProcess start(String place, Command command) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("sh", "-c", CALL, folder.resolve(place).toString()));
        words.addAll(command.argv());
        return processes.start(
                new Command(words, command.environment(), command.directory(), null),
                OutputSink.discard(),
                OutputSink.discard());
    }

    private Command command(String place) throws IOException {
        List<String> given = parts(folder.resolve(place + ".words"));
        Map<String, String> theirs = new LinkedHashMap<>();
        for (String variable : parts(folder.resolve(place + ".environment"))) {
            int end = variable.indexOf('=');
            if (end > 0) {
                theirs.put(variable.substring(0, end), variable.substring(end + 1));
            }
        }
        Path own = config(theirs.getOrDefault("DOCKER_CONFIG", theirs.getOrDefault("HOME", "") + "/.docker"));
        theirs.keySet().removeIf(name -> OWN.matcher(name).matches());
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(theirs);
        if (own != null) {
            all.put("DOCKER_CONFIG", own.toString());
        }
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(paths.words(given.subList(1, given.size())));
        Path directory = paths.onMachine(given.getFirst());
        return new Command(words, all, directory == null ? folder : directory, null);
    }

    /** A configuration that the job has written itself. */
    private @Nullable Path config(String path) {
        Path place = paths.onMachine(path);
        return place != null && Files.isReadable(place.resolve("config.json")) ? place : null;
    }

    private static List<String> parts(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return List.of(text.substring(0, Math.max(0, text.length() - 1)).split("\0", -1));
    }

    @Override
    public void close() throws IOException {
        for (RunningProcess process : running.values()) {
            process.terminate(Duration.ZERO);
        }
        calls.write((QUIT + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
