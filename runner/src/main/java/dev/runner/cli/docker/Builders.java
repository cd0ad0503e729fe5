package dev.runner.cli.docker;

import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The builders that were made, and which is current; kept in a file where Buildx keeps its own: {@code $BUILDX_CONFIG}, or
 * {@code buildx} in {@code $DOCKER_CONFIG}, which in jobs is a folder of the run's own; else in our configuration folder.
 */
final class Builders {
    private final Path file;

    private Builders(Path file) {
        this.file = file;
    }

    /** All of them and the name of the current one. */
    private record State(List<Builder> all, String current) {}

    static Builders of(Surroundings around) {
        Map<String, String> environment = around.environment();
        String own = environment.getOrDefault("BUILDX_CONFIG", "");
        String docker = environment.getOrDefault("DOCKER_CONFIG", "");
        Path folder = !own.isEmpty()
                ? Path.of(own)
                : !docker.isEmpty()
                        ? Path.of(docker, "buildx")
                        : around.configFolder().resolve("buildx");
        return new Builders(folder.resolve("runner.json"));
    }

    /** Those that were made, in order. */
    List<Builder> all() {
        return read().all();
    }

    /** The current one's name. */
    String current() {
        return read().current();
    }

    @Nullable
    Builder find(String name) {
        return name.equals("default")
                ? Builder.DEFAULT
                : all().stream()
                        .filter(builder -> builder.name().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    /**
     * The one that is meant.
     *
     * @param name empty for the current one
     */
    Builder choose(String name) {
        String wanted = name.isEmpty() ? current() : name;
        Builder found = find(wanted);
        if (found == null) {
            throw DockerFailure.ofBuildx("no builder \"" + wanted + "\" found");
        }
        return found;
    }

    /** Keeps a builder, in place of the one of its name. */
    void put(Builder builder) {
        change(state -> {
            List<Builder> all = new ArrayList<>(state.all());
            int at = 0;
            while (at < all.size() && !all.get(at).name().equals(builder.name())) {
                at++;
            }
            if (at < all.size()) {
                all.set(at, builder);
            } else {
                all.add(builder);
            }
            return new State(all, state.current());
        });
    }

    void used(Builder builder) {
        put(builder.withUsed(Instant.now()));
    }

    void use(String name) {
        change(state -> new State(state.all(), name));
    }

    void remove(String name) {
        change(state -> new State(
                state.all().stream()
                        .filter(builder -> !builder.name().equals(name))
                        .toList(),
                state.current().equals(name) ? "default" : state.current()));
    }

    private void change(UnaryOperator<State> change) {
        try {
            Files.createDirectories(file.getParent());
            Path lock = file.resolveSibling(".runner.lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                Path fresh = Files.createTempFile(file.getParent(), "runner", ".json");
                Files.writeString(fresh, write(change.apply(read())));
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the builders in " + file, e);
        }
    }

    private State read() {
        try {
            JsonNode root = JsonTree.read(Files.readString(file));
            List<Builder> all = new ArrayList<>();
            root.path("builders").forEach(node -> all.add(builder(node)));
            return new State(all, root.path("current").asString("default"));
        } catch (NoSuchFileException e) {
            return new State(List.of(), "default");
        } catch (IOException | JacksonException e) {
            throw DockerFailure.ofBuildx("cannot read the builders in " + file + ": " + e.getMessage());
        }
    }

    private static Builder builder(JsonNode node) {
        List<Builder.Node> nodes = new ArrayList<>();
        for (JsonNode one : node.path("nodes")) {
            nodes.add(new Builder.Node(
                    one.path("name").asString(""), one.path("endpoint").asString(""), texts(one.path("platforms"))));
        }
        String used = node.path("used").asString("");
        return new Builder(
                node.path("name").asString(""),
                node.path("driver").asString("docker-container"),
                nodes,
                node.path("booted").asBoolean(false),
                used.isEmpty() ? null : Instant.parse(used),
                new BuilderSettings(
                        texts(node.path("flags")),
                        texts(node.path("options")),
                        node.path("config").asString(""),
                        node.path("elsewhere").asBoolean(false)));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asString("")));
        return texts;
    }

    private static String write(State state) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("current", state.current());
        ArrayNode all = root.putArray("builders");
        for (Builder builder : state.all()) {
            ObjectNode node = all.addObject();
            node.put("name", builder.name()).put("driver", builder.driver()).put("booted", builder.booted());
            if (builder.used() != null) {
                node.put("used", builder.used().toString());
            }
            ArrayNode nodes = node.putArray("nodes");
            for (Builder.Node one : builder.nodes()) {
                ObjectNode added = nodes.addObject().put("name", one.name()).put("endpoint", one.endpoint());
                ArrayNode platforms = added.putArray("platforms");
                one.platforms().forEach(platforms::add);
            }
            ArrayNode flags = node.putArray("flags");
            builder.settings().flags().forEach(flags::add);
            ArrayNode options = node.putArray("options");
            builder.settings().options().forEach(options::add);
            node.put("config", builder.settings().config());
            if (builder.isElsewhere()) {
                node.put("elsewhere", true);
            }
        }
        return JsonTree.text(root);
    }
}
