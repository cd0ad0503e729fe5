package dev.runner.build.container;

/** Which network a container is on. */
public sealed interface ContainerNetwork {
    /** The machine's own. */
    record Host() implements ContainerNetwork {}

    /** A loopback only. */
    record None() implements ContainerNetwork {}

    /**
     * One of its own, as Docker's {@code bridge} without the neighbours: ports are published, names of other containers
     * mean nothing.
     */
    record Private() implements ContainerNetwork {}

    /** One that {@link JobContainers#createNetwork} made: containers on it know each other by name and alias. */
    record Named(String name) implements ContainerNetwork {}

    /** That of another container, by its name or id. */
    record OfContainer(String container) implements ContainerNetwork {}

    ContainerNetwork HOST = new Host();
    ContainerNetwork NONE = new None();
    ContainerNetwork PRIVATE = new Private();

    /** Reads what {@code --network} takes. */
    static ContainerNetwork parse(String word) {
        if (word.startsWith("container:")) {
            return new OfContainer(word.substring("container:".length()));
        }
        return switch (word) {
            case "host" -> HOST;
            case "none" -> NONE;
            case "", "default", "bridge" -> PRIVATE;
            default -> new Named(word);
        };
    }

    /** As {@code --network} takes it. */
    default String word() {
        return switch (this) {
            case Host _ -> "host";
            case None _ -> "none";
            case Private _ -> "bridge";
            case Named named -> named.name();
            case OfContainer other -> "container:" + other.container();
        };
    }
}
