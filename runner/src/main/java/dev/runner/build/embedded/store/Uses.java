package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many runs used each thing. A run that ends leaves its list of leases here, which costs one rename; whoever wants the
 * numbers folds the lists into one table. A kill between writing the table and deleting the lists counts them twice:
 * the numbers only order what prune takes.
 */
final class Uses {
    private static final String TABLE = "table";

    private final Path folder;
    private final Path lock;
    private final Sys sys = new Sys();

    Uses(Path root) {
        this.folder = root.resolve("uses");
        this.lock = root.resolve("locks/uses");
    }

    /** Takes over the leases of a run that has ended; nothing happens when it had none. */
    static void keep(Sys sys, Path root, Path runFolder) throws IOException {
        String leases = runFolder.resolve("leases").toString();
        FileStat stat = sys.stat(Sys.CWD, leases);
        if (stat != null && stat.size() > 0) {
            String name = runFolder.getFileName() + "-" + stat.times().modified();
            // What cannot be kept is not counted.
            sys.rename(
                    Sys.CWD, leases, Sys.CWD, root.resolve("uses").resolve(name).toString());
        }
    }

    /** The number of runs by lease key, of the keys that exist. */
    Map<String, Integer> counts(Set<String> existing) throws IOException {
        int fd = Run.openLock(sys, lock);
        try {
            Sys.check(sys.flock(fd, Sys.LOCK_EX), "flock", lock.toString());
            return fold(existing);
        } finally {
            sys.close(fd);
        }
    }

    private Map<String, Integer> fold(Set<String> existing) throws IOException {
        Map<String, Integer> counts = read();
        List<String> lists = Folders.names(sys, Sys.CWD, folder.toString(), "uses").stream()
                .filter(name -> !name.startsWith(TABLE))
                .toList();
        for (String list : lists) {
            for (String key : new HashSet<>(lines(folder.resolve(list)))) {
                counts.merge(key, 1, Integer::sum);
            }
        }
        boolean gone = counts.keySet().retainAll(existing);
        if (gone || !lists.isEmpty()) {
            write(counts);
            for (String list : lists) {
                Files.deleteIfExists(folder.resolve(list));
            }
        }
        return counts;
    }

    private Map<String, Integer> read() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : lines(folder.resolve(TABLE))) {
            int space = line.indexOf(' ');
            if (space > 0 && line.substring(0, space).matches("[0-9]{1,9}")) {
                counts.put(line.substring(space + 1), Integer.parseInt(line, 0, space, 10));
            }
        }
        return counts;
    }

    private void write(Map<String, Integer> counts) throws IOException {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(counts)
                .forEach((key, count) ->
                        text.append(count).append(' ').append(key).append('\n'));
        Path fresh = folder.resolve(TABLE + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(TABLE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
