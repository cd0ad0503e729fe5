package dev.runner.host.sandbox;

import dev.runner.host.sandbox.ControlGroup.Folder;
import dev.runner.host.sandbox.Hierarchies.Hierarchy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where in a tree of control groups a run's group can be. At the top, as runtimes have it, if we may write there; else
 * beside our own group or above it, which is where systemd lets an ordinary user.
 *
 * <p>In version 2 a controller must be switched on in every group from the top down, and a group that has processes of
 * its own (all but the top of the whole machine) cannot do so. A container sees its own group as the top: then what runs
 * in it moves to a group below first, as Docker's image for Docker in Docker does.
 */
final class GroupPlace {
    private static final String EVACUATED = "init";

    private final Hierarchy hierarchy;
    private final Path record;

    GroupPlace(Hierarchy hierarchy, Path record) {
        this.hierarchy = hierarchy;
        this.record = record;
    }

    /**
     * Makes the group.
     *
     * @param parent as the user named it; null for any place
     * @param controller to be switched on; null for none
     */
    Folder make(@Nullable String parent, @Nullable String controller, String name) throws IOException {
        if (parent != null) {
            Path above =
                    hierarchy.mount().resolve(parent.replaceFirst("^/+", "")).normalize();
            if (!above.startsWith(hierarchy.mount())) {
                throw new IOException(parent + ": not a control group");
            }
            return make(above, controller, name);
        }
        IOException first = null;
        for (Path above : candidates()) {
            try {
                return make(above, controller, name);
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw Objects.requireNonNull(first);
    }

    private List<Path> candidates() {
        List<Path> places = new ArrayList<>(List.of(hierarchy.mount()));
        for (Path above = hierarchy.own();
                above != null && above.startsWith(hierarchy.mount()) && !above.equals(hierarchy.mount());
                above = above.getParent()) {
            places.add(above);
        }
        return places;
    }

    private Folder make(Path above, @Nullable String controller, String name) throws IOException {
        Path group = above.resolve(name);
        List<Path> made = new ArrayList<>();
        for (Path path = group;
                path != null && !path.equals(hierarchy.mount()) && !Files.isDirectory(path);
                path = path.getParent()) {
            made.addFirst(path);
        }
        StringBuilder lines = new StringBuilder();
        made.forEach(path -> lines.append(path).append('\n'));
        Files.writeString(record, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try {
            Files.createDirectories(group);
            enable(above, controller);
            String inTree = "/" + hierarchy.mount().relativize(group);
            return new Folder(group, inTree, hierarchy.unified(), made);
        } catch (IOException e) {
            made.reversed().forEach(ControlGroup::remove);
            throw e;
        }
    }

    /** A process moves only if we may write in the group that holds both ends of its way. */
    private void requireMovable(Path group) throws IOException {
        Path common = hierarchy.own();
        while (!group.startsWith(common)) {
            common = Objects.requireNonNull(common.getParent());
        }
        Path processes = common.resolve("cgroup.procs");
        if (hierarchy.unified() && !Files.isWritable(processes)) {
            throw new AccessDeniedException(processes.toString());
        }
    }

    /** Switches a controller of version 2 on, for groups in a folder. */
    void enable(Path folder, @Nullable String controller) throws IOException {
        if (controller == null || !hierarchy.unified()) {
            return;
        }
        Path here = hierarchy.mount();
        switchOn(here, controller);
        for (Path part : here.relativize(folder)) {
            if (!part.toString().isEmpty()) {
                here = here.resolve(part);
                switchOn(here, controller);
            }
        }
    }

    private void switchOn(Path group, String controller) throws IOException {
        Path switches = group.resolve("cgroup.subtree_control");
        if (Hierarchies.words(switches).contains(controller)) {
            return;
        }
        try {
            write(switches, "+" + controller);
        } catch (IOException e) {
            boolean ours = group.equals(hierarchy.mount()) && group.equals(hierarchy.own());
            if (!ours || !Files.exists(group.resolve("cgroup.type"))) {
                throw e;
            }
            evacuate(group);
            write(switches, "+" + controller);
        }
    }

    private static void evacuate(Path group) throws IOException {
        Path below = Files.createDirectories(group.resolve(EVACUATED));
        for (String pid : Hierarchies.words(group.resolve("cgroup.procs"))) {
            try {
                write(below.resolve("cgroup.procs"), pid);
            } catch (IOException e) {
                if (Files.exists(Path.of("/proc", pid))) {
                    throw e;
                }
            }
        }
    }

    static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }
}
