package dev.runner.build.embedded;

import dev.runner.build.embedded.Vertex.State;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.ImageConfig.Execution;
import dev.runner.oci.ImageConfig.Healthcheck;
import dev.runner.oci.ImageConfig.History;
import dev.runner.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stage's image while its instructions are read: files, config and history so far. Becomes values at the end. */
final class ImageInProgress {
    /** Of an image, and instructions of a stage: far beyond what any engine runs. */
    static final int MOST_LAYERS = 10_000;

    private static final String COMMENT = "buildkit.dockerfile.v0";
    private static final String EXPORTER_COMMENT = "buildkit.exporter.image.v0";
    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    State state;
    Platform platform;

    @Nullable
    String author;

    final List<String> env;
    String user;

    @Nullable
    List<String> entrypoint;

    @Nullable
    List<String> command;

    String directory;
    final List<String> ports;
    final List<String> volumes;
    final Map<String, String> labels;
    String stopSignal;

    @Nullable
    Healthcheck healthcheck;

    @Nullable
    List<String> shell;

    final List<String> onBuild;
    boolean argsEscaped;
    final List<History> history;

    private ImageInProgress(State state, Platform platform, ImageConfig config) {
        Execution from = config.config();
        this.state = state;
        this.platform = platform;
        this.author = config.author();
        this.env = new ArrayList<>(from.env());
        this.user = from.user();
        this.entrypoint = from.entrypoint();
        this.command = from.command();
        this.directory = from.workingDirectory();
        this.ports = new ArrayList<>(from.exposedPorts());
        this.volumes = new ArrayList<>(from.volumes());
        this.labels = new LinkedHashMap<>(from.labels());
        this.stopSignal = from.stopSignal();
        this.healthcheck = from.healthcheck();
        this.shell = from.shell();
        this.onBuild = new ArrayList<>(from.onBuild());
        this.argsEscaped = from.argsEscaped();
        this.history = new ArrayList<>(config.history());
    }

    /** Starts from a base image. */
    static ImageInProgress of(Base base, Platform platform) {
        ImageInProgress image = new ImageInProgress(new State(base, null), platform, base.config());
        image.directory = image.directory.startsWith("/") ? image.directory : absolute("/", image.directory);
        image.ensurePath();
        image.matchHistory(base.layers().size());
        return image;
    }

    /** Starts from an earlier stage. */
    static ImageInProgress of(ImageInProgress stage) {
        ImageInProgress image = new ImageInProgress(stage.state, stage.platform, stage.config());
        image.onBuild.clear();
        return image;
    }

    /** Each layer of the base has one entry in the history that is not empty, also where the base's maker was careless. */
    private void matchHistory(int layers) {
        long entries = history.stream().filter(entry -> !entry.emptyLayer()).count();
        for (int i = 0; entries > layers; i++) {
            History entry = history.get(i);
            if (!entry.emptyLayer()) {
                history.set(i, new History(entry.created(), entry.createdBy(), entry.author(), entry.comment(), true));
                entries--;
            }
        }
        for (; entries < layers; entries++) {
            history.add(new History(null, null, null, EXPORTER_COMMENT, false));
        }
    }

    private void ensurePath() {
        if (env.stream().noneMatch(pair -> pair.startsWith("PATH="))) {
            env.add("PATH=" + DEFAULT_PATH);
        }
    }

    /** An absolute path without {@code .} and {@code ..}, from one that may be relative. */
    static String absolute(String directory, String path) {
        return "/" + CopySources.clean(path.startsWith("/") ? path : directory + "/" + path);
    }

    void setEnv(String name, String value) {
        String pair = name + "=" + value;
        for (int i = 0; i < env.size(); i++) {
            if (env.get(i).startsWith(name + "=") || env.get(i).equals(name)) {
                env.set(i, pair);
                return;
            }
        }
        env.add(pair);
    }

    /** Notes an instruction; times come when the layers are known. */
    void commit(String text, boolean layer) {
        if (history.size() >= MOST_LAYERS) {
            throw new IllegalArgumentException("the stage has more than " + MOST_LAYERS + " instructions");
        }
        history.add(new History(null, text, null, COMMENT, !layer));
    }

    /** What its history says of what this build did, in order. */
    List<String> stepNames() {
        return history.stream()
                .filter(entry -> entry.created() == null && entry.createdBy() != null)
                .map(entry -> String.valueOf(entry.createdBy()))
                .toList();
    }

    List<String> shellOrDefault() {
        return shell == null || shell.isEmpty() ? List.of("/bin/sh", "-c") : shell;
    }

    /**
     * The config so far, and every layer with an entry in its history. The files of a context that FROM names have none,
     * so that the topmost layers are told at the end, by what made them, as BuildKit's exporter does.
     */
    ImageConfig finished() {
        ImageConfig config = config();
        List<History> complete = new ArrayList<>(history);
        long told = history.stream().filter(entry -> !entry.emptyLayer()).count();
        List<Vertex> steps = Solver.chain(state);
        long untold = state.base().layers().size() + steps.size() - told;
        for (Vertex step : steps.subList((int) (steps.size() - untold), steps.size())) {
            String made = step instanceof Vertex.Run run
                    ? "mount / from exec " + String.join(" ", run.command.arguments())
                    : step.where().name();
            complete.add(new History(null, made, null, EXPORTER_COMMENT, false));
        }
        return new ImageConfig(
                null, config.author(), platform, config.config(), config.diffIds(), complete, config.extra());
    }

    /** The config so far; layers and times of new history entries are not in it. */
    ImageConfig config() {
        Execution execution = new Execution(
                user,
                env,
                entrypoint,
                command,
                directory,
                ports,
                volumes,
                labels,
                stopSignal,
                healthcheck,
                shell,
                onBuild,
                argsEscaped);
        return new ImageConfig(
                null, author, platform, execution, state.base().config().diffIds(), history, Map.of());
    }
}
