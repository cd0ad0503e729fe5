package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trees of control groups that are mounted: one of version 2, several of version 1 with some controllers each, or
 * both. A controller is in one of them only.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
record Hierarchies(List<Hierarchy> all) {
    /**
     * One tree.
     *
     * @param mount where it is mounted
     * @param own the group we are in, under the mount; the mount itself where ours cannot be seen
     */
    record Hierarchy(Path mount, boolean unified, Set<String> controllers, Path own) {}

    Hierarchies {
        all = List.copyOf(all);
    }

    static Hierarchies read() {
        return of(lines(Path.of("/proc/self/mountinfo")), lines(Path.of("/proc/self/cgroup")));
    }

    /**
     * @param mountInfo lines of {@code /proc/self/mountinfo}; the last mount on a place is the one that is seen
     * @param own lines of {@code /proc/self/cgroup}
     */
    static Hierarchies of(List<String> mountInfo, List<String> own) {
        List<Hierarchy> found = new ArrayList<>();
        for (String line : mountInfo.reversed()) {
            String[] halves = line.split(" - ", 2);
            String[] place = halves[0].split(" ");
            String[] kind = halves.length < 2 ? new String[0] : halves[1].split(" ");
            if (place.length < 5 || kind.length < 3 || !kind[0].startsWith("cgroup")) {
                continue;
            }
            Path mount = Path.of(place[4]);
            if (found.stream().anyMatch(other -> mount.startsWith(other.mount))) {
                continue;
            }
            boolean unified = kind[0].equals("cgroup2");
            Set<String> controllers = new LinkedHashSet<>(
                    unified ? words(mount.resolve("cgroup.controllers")) : List.of(kind[2].split(",")));
            found.add(new Hierarchy(mount, unified, controllers, own(mount, place[3], own, unified, controllers)));
        }
        return new Hierarchies(found);
    }

    private static Path own(Path mount, String root, List<String> own, boolean unified, Set<String> controllers) {
        for (String line : own) {
            String[] fields = line.split(":", 3);
            boolean ours = fields.length == 3
                    && (unified
                            ? fields[1].isEmpty()
                            : !fields[1].isEmpty() && controllers.containsAll(Arrays.asList(fields[1].split(","))));
            if (ours) {
                String below = root.equals("/") || !fields[2].startsWith(root)
                        ? fields[2]
                        : fields[2].substring(root.length());
                Path path = mount.resolve(below.replaceFirst("^/+", "")).normalize();
                return path.startsWith(mount) && Files.isDirectory(path) ? path : mount;
            }
        }
        return mount;
    }

    /** The tree that a controller is in; null when it is in none that is mounted. */
    @Nullable
    Hierarchy of(String controller) {
        return all.stream()
                .filter(hierarchy -> hierarchy.controllers.contains(controller))
                .findFirst()
                .orElse(null);
    }

    static List<String> words(Path file) {
        return lines(file).stream()
                .flatMap(line -> Arrays.stream(line.split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
