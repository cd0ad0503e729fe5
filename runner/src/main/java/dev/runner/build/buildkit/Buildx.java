package dev.runner.build.buildkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The program {@code docker-buildx}, called by itself and not through {@code docker}: it needs no Docker CLI, and inside
 * jobs, where a {@code docker} of ours is first in the {@code PATH}, it can only be the real one.
 */
public final class Buildx {
    /** Names the program in place of a search. */
    public static final String VARIABLE = "RUNNER_BUILDX";

    /** As the Docker CLI looks for its plugins. */
    private static final List<String> PLUGINS = List.of(
            "/usr/local/lib/docker/cli-plugins",
            "/usr/local/libexec/docker/cli-plugins",
            "/usr/lib/docker/cli-plugins",
            "/usr/libexec/docker/cli-plugins");

    private final Path program;
    private final Map<String, String> environment;

    private Buildx(Path program, Map<String, String> environment) {
        this.program = program;
        this.environment = environment;
    }

    /** What a short call gave. */
    public record Outcome(int code, String out, String err) {
        public boolean succeeded() {
            return code == 0;
        }

        /** The last thing it said was wrong. */
        String complaint() {
            String text = err.isBlank() ? out : err;
            return text.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((before, line) -> line)
                    .orElse("")
                    .replaceFirst("^ERROR: ", "");
        }
    }

    /**
     * Finds it as the user's Docker CLI would, or in the {@code PATH}.
     *
     * @param environment the user's; {@code DOCKER_CONFIG}, {@code DOCKER_HOST} and {@code BUILDX_CONFIG} mean what they
     *     mean to Buildx
     * @throws BuildxMissingException when there is none
     */
    public static Buildx find(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            if (!Files.isExecutable(Path.of(named))) {
                throw new BuildxMissingException(VARIABLE + "=" + named);
            }
            return new Buildx(Path.of(named).toAbsolutePath(), environment);
        }
        List<Path> places = new ArrayList<>();
        Path config = config(environment);
        places.add(config.resolve("cli-plugins"));
        extraFolders(config).forEach(places::add);
        PLUGINS.forEach(folder -> places.add(Path.of(folder)));
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty()) {
                places.add(Path.of(folder));
            }
        }
        for (Path place : places) {
            for (String name : List.of("docker-buildx", "buildx")) {
                Path file = place.resolve(name);
                if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                    return new Buildx(file.toAbsolutePath(), environment);
                }
            }
        }
        throw new BuildxMissingException("the CLI's plugin folders (" + config.resolve("cli-plugins")
                + ", /usr/libexec/docker/cli-plugins, …) or the PATH");
    }

    /** The user's Docker configuration folder. */
    static Path config(Map<String, String> environment) {
        String set = environment.getOrDefault("DOCKER_CONFIG", "");
        return set.isEmpty() ? Path.of(environment.getOrDefault("HOME", "/"), ".docker") : Path.of(set);
    }

    private static List<Path> extraFolders(Path config) {
        List<Path> folders = new ArrayList<>();
        try {
            JsonMapper.shared()
                    .readTree(Files.readString(config.resolve("config.json")))
                    .path("cliPluginsExtraDirs")
                    .forEach(one -> folders.add(Path.of(one.asString(""))));
        } catch (IOException | JacksonException e) {
            return List.of(); // Docker could not read it either.
        }
        return folders;
    }

    /** The program itself. */
    public Path program() {
        return program;
    }

    /** The folder in which it keeps its builders. */
    Path builders() {
        String set = environment.getOrDefault("BUILDX_CONFIG", "");
        return set.isEmpty() ? config(environment).resolve("buildx") : Path.of(set);
    }

    /** The same program with the builders of another folder. */
    Buildx withBuilders(Path folder) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("BUILDX_CONFIG", folder.toString());
        return new Buildx(program, all);
    }

    /**
     * The same program with the registry logins of another Docker configuration, and the builders of this one.
     *
     * @param folder with a {@code config.json}
     */
    public Buildx withLogins(Path folder) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("DOCKER_CONFIG", folder.toString());
        return new Buildx(program, all).withBuilders(builders());
    }

    /** Starts a call. */
    BuildxCall start(List<String> words, Map<String, String> extra, OutputStream out, OutputStream err)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(extra);
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(words);
        return BuildxCall.start(command, all, out, err);
    }

    /**
     * Makes a short call.
     *
     * @return its outcome, with the code -1 when it took longer than it may
     */
    public Outcome run(List<String> words, Duration atMost) throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (BuildxCall call = start(words, Map.of(), out, err)) {
            Integer code = call.await(atMost);
            if (code == null) {
                call.kill();
                return new Outcome(-1, text(out), "no answer within " + atMost.toSeconds() + " seconds");
            }
            return new Outcome(code, text(out), text(err));
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The builder that is meant where nobody names one: of the variable, or what {@code docker buildx use} chose. */
    @Nullable
    String chosen() {
        String named = environment.getOrDefault("BUILDX_BUILDER", "");
        return named.isEmpty() ? null : named;
    }
}
