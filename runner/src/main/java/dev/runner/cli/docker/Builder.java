package dev.runner.cli.docker;

import dev.runner.registry.RegistryConfiguration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named builder, as {@code docker buildx create} makes it. A name for our engine, which keeps what
 * its user has set, or one that the real Buildx knows.
 *
 * @param nodes their names and endpoints
 * @param booted whether it was used or bootstrapped
 */
record Builder(
        String name,
        String driver,
        List<Node> nodes,
        boolean booted,
        @Nullable Instant used,
        BuilderSettings settings) {
    /** The builder that is there without being made. */
    static final Builder DEFAULT = new Builder(
            "default", "docker", List.of(new Node("default", "default", List.of())), true, null, BuilderSettings.NONE);

    Builder {
        nodes = List.copyOf(nodes);
    }

    /**
     * One node.
     *
     * @param platforms what its user says it builds, before what it really does
     */
    record Node(String name, String endpoint, List<String> platforms) {
        Node {
            platforms = List.copyOf(platforms);
        }
    }

    /** Whether the real Buildx builds with it. */
    boolean isElsewhere() {
        return settings.isElsewhere();
    }

    boolean isDefault() {
        return driver.equals("docker");
    }

    Builder withNodes(List<Node> value) {
        return new Builder(name, driver, value, booted, used, settings);
    }

    Builder withBooted(boolean value) {
        return new Builder(name, driver, nodes, value, used, settings);
    }

    Builder withUsed(Instant value) {
        return new Builder(name, driver, nodes, true, value, settings);
    }

    RegistryConfiguration registries() {
        return BuilderRegistries.of(settings);
    }

    BuilderGc gc() {
        return BuilderGc.of(settings);
    }
}
