package dev.runner.step;

import dev.runner.expression.Value;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the jobs of a pipeline hand each other, as files that a CI system can carry from machine to machine: folders of
 * several machines laid over each other are the folder of them all.
 *
 * <ul>
 *   <li>{@code results/KEY.json}: how a job run ended, and its outputs
 *   <li>{@code artifacts/JOB/…}: the files a job keeps, {@code modes/KEY.json}: which of them can be executed, as services
 *       that carry files forget it
 *   <li>{@code builds/KEY/STEP-PLATFORMS.json}: what a machine has built and pushed by digest
 * </ul>
 *
 * Everybody may read what is written: who carries the files need not be who runs the jobs.
 */
public final class SharedFolder {
    private final Path root;

    private SharedFolder(Path root) {
        this.root = root;
    }

    public static SharedFolder at(Path root) {
        return new SharedFolder(root.toAbsolutePath().normalize());
    }

    /** A name without what no file or artifact may have in its own, still distinct. */
    static String fileName(String key) {
        String plain = key.replaceAll("[^A-Za-z0-9._-]+", "_");
        return plain.equals(key)
                ? plain
                : plain + "-" + HexFormat.of().toHexDigits(key.hashCode()).substring(0, 8);
    }

    /** Keeps how a job run ended. */
    public void write(String key, String job, Result result, Map<String, String> outputs) throws IOException {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("key", key);
        entry.put("job", job);
        entry.put("result", result.word());
        entry.put("outputs", outputs);
        write(root.resolve("results").resolve(fileName(key) + ".json"), Value.of(entry));
    }

    /** How job runs have ended, by key. */
    public Map<String, Inputs.Ended> ended() throws IOException {
        Map<String, Inputs.Ended> all = new LinkedHashMap<>();
        for (Value.Obj entry : read(root.resolve("results"))) {
            Map<String, String> outputs = new LinkedHashMap<>();
            if (entry.get("outputs") instanceof Value.Obj given) {
                given.entries().forEach((name, value) -> outputs.put(name, value.text()));
            }
            String word = text(entry, "result");
            for (Result result : Result.values()) {
                if (result.word().equals(word)) {
                    all.put(text(entry, "key"), new Inputs.Ended(result, outputs));
                }
            }
        }
        return all;
    }

    /**
     * What a machine has built.
     *
     * @param metadata as the build step gives it
     */
    record Built(List<String> repositories, String digest, List<String> platforms, String metadata) {
        Built {
            repositories = List.copyOf(repositories);
            platforms = List.copyOf(platforms);
        }
    }

    /** @param step its place in the job */
    void write(String key, int step, Built built) throws IOException {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("step", step);
        entry.put("repositories", built.repositories());
        entry.put("digest", built.digest());
        entry.put("platforms", built.platforms());
        entry.put("metadata", built.metadata());
        String name = step + "-" + fileName(String.join("+", built.platforms()));
        write(root.resolve("builds").resolve(fileName(key)).resolve(name + ".json"), Value.of(entry));
    }

    /** What machines have built of a step. */
    List<Built> built(String key, int step) throws IOException {
        List<Built> all = new ArrayList<>();
        for (Value.Obj entry : read(root.resolve("builds").resolve(fileName(key)))) {
            if (text(entry, "step").equals(String.valueOf(step))) {
                all.add(new Built(
                        texts(entry, "repositories"),
                        text(entry, "digest"),
                        texts(entry, "platforms"),
                        text(entry, "metadata")));
            }
        }
        return all;
    }

    /** Keeps files of a workspace for other jobs; how many there were. */
    int keep(String key, String job, Path workspace, List<Path> files) throws IOException {
        Path folder = root.resolve("artifacts").resolve(job);
        List<String> executable = new ArrayList<>();
        int count = 0;
        for (Path file : files) {
            String name = workspace.relativize(file).toString();
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(folder.resolve(name));
                continue;
            }
            Path kept = folder.resolve(name);
            Files.createDirectories(kept.getParent());
            Files.copy(
                    file,
                    kept,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
            if (!Files.isSymbolicLink(kept)) {
                kept.toFile().setReadable(true, false);
            }
            if (Files.isExecutable(file)) {
                executable.add(name);
            }
            count++;
        }
        write(root.resolve("modes").resolve(fileName(key) + ".json"), Value.of(Map.of("executable", executable)));
        return count;
    }

    /** Puts what a job has kept into a workspace; how many files there were. */
    int take(String job, Path workspace) throws IOException {
        Path folder = root.resolve("artifacts").resolve(job);
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        int[] count = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(
                        workspace.resolve(folder.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(
                        file,
                        workspace.resolve(folder.relativize(file).toString()),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
                count[0]++;
                return FileVisitResult.CONTINUE;
            }
        });
        for (Value.Obj modes : read(root.resolve("modes"))) {
            for (String name : texts(modes, "executable")) {
                Path file = workspace.resolve(name).normalize();
                if (file.startsWith(workspace) && Files.isRegularFile(file) && Files.exists(folder.resolve(name))) {
                    file.toFile().setExecutable(true, false);
                }
            }
        }
        return count[0];
    }

    private static void write(Path file, Value content) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid());
        Files.writeString(fresh, content.toJson() + "\n", StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<Value.Obj> read(Path folder) throws IOException {
        List<Value.Obj> all = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            try {
                if (Value.fromJson(Files.readString(file)) instanceof Value.Obj entry) {
                    all.add(entry);
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " is no result of a job: " + e.getMessage(), e);
            }
        }
        return all;
    }

    private static String text(Value.Obj entry, String name) {
        @Nullable Value value = entry.get(name);
        return value == null ? "" : value.text();
    }

    private static List<String> texts(Value.Obj entry, String name) {
        return entry.get(name) instanceof Value.Arr array
                ? array.items().stream().map(Value::text).toList()
                : List.of();
    }
}
