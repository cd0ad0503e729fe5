package dev.runner.build;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A builder of Buildx: one that is there, by its name, or one to be made.
 *
 * @param name null for one of our own, or, where nothing is to be made, for Buildx's current one
 * @param driver how its nodes are reached; null for one that is there
 * @param nodes the first makes the builder, the others are appended
 * @param keep whether one that was made stays when the run ends
 * @see <a href="https://docs.docker.com/build/builders/drivers/">Docker's docs, Build drivers</a>
 */
public record BuilderSpec(@Nullable String name, @Nullable String driver, List<Node> nodes, boolean keep) {
    /** What there is besides Docker's cloud. */
    public static final List<String> DRIVERS = List.of("docker", "docker-container", "kubernetes", "remote");

    /** Files that a remote driver's options name. */
    private static final Set<String> FILES = Set.of("cacert", "cert", "key");

    public BuilderSpec {
        nodes = List.copyOf(nodes);
        if (name != null && !name.matches("[a-zA-Z][a-zA-Z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "a builder's name is a letter, then letters, digits, '.', '_' and '-', not '" + name + "'");
        }
        if (driver != null && !DRIVERS.contains(driver)) {
            throw new IllegalArgumentException(
                    "a builder's driver is " + String.join(", ", DRIVERS) + ", not '" + driver + "'");
        }
        if (driver == null && !nodes.isEmpty()) {
            throw new IllegalArgumentException(
                    "a builder with nodes needs a driver: docker-container, kubernetes or remote");
        }
        if ("remote".equals(driver) && nodes.stream().anyMatch(node -> node.endpoint() == null)) {
            throw new IllegalArgumentException("the driver remote needs an endpoint: tcp://HOST:PORT or unix://SOCKET");
        }
    }

    /**
     * One node.
     *
     * @param name null for Buildx to choose
     * @param endpoint a Docker context, {@code ssh://…}, {@code tcp://…} or {@code unix://…}; null for the current engine
     * @param platforms what it builds by itself, in place of what it says
     * @param options of the driver
     * @param flags of the daemon, as one would type them; null for none
     * @param config the text of {@code buildkitd.toml}; null for none
     */
    public record Node(
            @Nullable String name,
            @Nullable String endpoint,
            List<String> platforms,
            Map<String, String> options,
            @Nullable String flags,
            @Nullable String config) {
        public Node {
            platforms = List.copyOf(platforms);
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }

        /** The same, with files of options found from a folder. */
        public Node within(Path folder) {
            Map<String, String> found = new LinkedHashMap<>(options);
            found.replaceAll(
                    (key, value) -> FILES.contains(key) ? folder.resolve(value).toString() : value);
            return new Node(name, endpoint, platforms, found, flags, config);
        }
    }

    /** One that is there. */
    public static BuilderSpec named(String name) {
        return new BuilderSpec(name, null, List.of(), true);
    }

    /** Whether it is to be made where it is not there. Those of the driver docker are the engine's own, one a context. */
    public boolean isMade() {
        return driver != null && !driver.equals("docker");
    }
}
