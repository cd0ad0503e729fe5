package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which layer is which snapshot, and which snapshots are known to be on the disk: {@code by-diff/HEX}, a symbolic link to
 * {@code ../NAME}, and {@code unsynced/NAME}, which holds the boot that made it.
 */
final class SnapshotIndex {
    static final String BY_DIFF = "by-diff";
    static final String UNSYNCED = "unsynced";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path folder;
    private final String boot;

    SnapshotIndex(Path folder) {
        this.folder = folder;
        this.boot = bootId();
    }

    /** Names of all complete snapshots. */
    static Set<String> committed(Sys sys, Path folder) throws IOException {
        Set<String> names = new HashSet<>();
        String byDiff = folder.resolve(BY_DIFF).toString();
        for (String hex : Folders.names(sys, Sys.CWD, byDiff, byDiff)) {
            String target = sys.readlink(Sys.CWD, byDiff + "/" + hex);
            if (target != null) {
                names.add(target.substring(target.lastIndexOf('/') + 1));
            }
        }
        return names;
    }

    /** The complete snapshot of a layer; null if there is none that can be believed. */
    @Nullable
    String find(Sys sys, Digest diffId) throws IOException {
        String target = sys.readlink(Sys.CWD, link(diffId));
        if (target == null) {
            return null;
        }
        String name = target.substring(target.lastIndexOf('/') + 1);
        Path marker = folder.resolve(UNSYNCED).resolve(name);
        if (!Files.exists(marker)) {
            return name;
        }
        if (Files.readString(marker).equals(boot)) {
            return name;
        }
        // The machine went down since, and nobody saw the files reach the disk.
        forget(sys, diffId);
        return null;
    }

    /** From now on there is none of that layer. */
    void forget(Sys sys, Digest diffId) {
        sys.unlink(Sys.CWD, link(diffId), 0);
    }

    /** Notes before a snapshot is complete that the disk may not have it. */
    void markUnsynced(String name) throws IOException {
        Files.writeString(folder.resolve(UNSYNCED).resolve(name), boot, StandardCharsets.US_ASCII);
    }

    void dropMark(Sys sys, String name) {
        sys.unlink(Sys.CWD, folder.resolve(UNSYNCED).resolve(name).toString(), 0);
    }

    /** Completes a snapshot; false if another one of that layer is complete already. */
    boolean complete(Sys sys, Digest diffId, String name) throws IOException {
        int result = sys.symlink("../" + name, Sys.CWD, link(diffId));
        if (result == -Sys.EEXIST) {
            return false;
        }
        Sys.check(result, "symlink", link(diffId));
        return true;
    }

    /** Snapshots of this boot that were made so long ago that the kernel has most likely written them. */
    Set<String> unsyncedBefore(Sys sys, long nanos) throws IOException {
        Set<String> names = new HashSet<>();
        String unsynced = folder.resolve(UNSYNCED).toString();
        for (String name : Folders.names(sys, Sys.CWD, unsynced, unsynced)) {
            FileStat stat = sys.stat(Sys.CWD, unsynced + "/" + name);
            boolean old = stat != null && stat.times().modified() < nanos;
            if (old && Files.readString(Path.of(unsynced, name)).equals(boot)) {
                names.add(name);
            }
        }
        return names;
    }

    private String link(Digest diffId) {
        return folder.resolve(BY_DIFF).resolve(diffId.hex()).toString();
    }

    /** Where it cannot be known, every process is a boot of its own: nothing unsynced is believed. */
    private static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return "unknown-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        }
    }
}
