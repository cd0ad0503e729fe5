package dev.runner.build.container;

import java.nio.file.Path;

/** Something to be seen over a container's root. Targets are absolute; missing ones are made. */
public sealed interface ContainerMount {
    String target();

    /** A folder or file of this machine. A missing source is made, as a folder. */
    record Bind(Path source, String target, boolean readOnly) implements ContainerMount {}

    /**
     * A folder that outlives the container, known by its name; a new one takes what the image has there.
     *
     * @param name as Docker takes it: letters, digits and {@code _.-}; empty for one that goes with the container
     */
    record Volume(String name, String target, boolean readOnly) implements ContainerMount {}

    /** A device file of this machine, or a folder of them, that opens inside. */
    record Device(Path source, String target) implements ContainerMount {}

    /**
     * An empty folder in memory.
     *
     * @param sizeBytes zero for the kernel's default
     * @param mode permission bits, such as 01777
     */
    record Tmpfs(String target, long sizeBytes, int mode) implements ContainerMount {}
}
