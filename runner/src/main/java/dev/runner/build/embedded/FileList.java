package dev.runner.build.embedded;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a COPY read, short enough for a cache: of each the hash of its path, in four bytes, and of what it was, in
 * three. Who has the files now can tell which of them are others; who has not learns no name. Of many files the folders
 * stand for what is in them; of many folders nothing is kept.
 *
 * @param text base64 of a first byte, {@value #FILES} or {@value #FOLDERS}, and then the rest: path hashes in order, each as
 *     the difference to the one before, seven bits a byte, and what was there
 */
record FileList(String text) {
    private static final int MOST = 4_000;
    private static final int FILES = 1;
    private static final int FOLDERS = 2;

    /** What a path was: 16 bits for kind and content, 8 for mode and owner. */
    private static final int CONTENT = 0xFFFF00;

    /** Null when it would be too long. */
    static @Nullable FileList of(Leaves leaves) {
        Map<String, Integer> files = leaves.hashes();
        boolean few = files.size() <= MOST;
        Map<String, Integer> listed = few ? files : folders(files);
        if (listed.size() > MOST) {
            return null;
        }
        Map<Integer, Integer> byHash = new TreeMap<>(Integer::compareUnsigned);
        listed.forEach((path, what) -> byHash.put(hash(path), what));
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 + 6 * byHash.size());
        out.write(few ? FILES : FOLDERS);
        int last = 0;
        for (Map.Entry<Integer, Integer> each : byHash.entrySet()) {
            Leaves.number(out, Integer.toUnsignedLong(each.getKey()) - Integer.toUnsignedLong(last));
            out.write(each.getValue() >> 16);
            out.write(each.getValue() >> 8);
            out.write(each.getValue());
            last = each.getKey();
        }
        return new FileList(Base64.getEncoder().encodeToString(out.toByteArray()));
    }

    /** All that is right in a folder as one; the folders themselves lie in theirs. */
    private static Map<String, Integer> folders(Map<String, Integer> files) {
        Map<String, Integer> folders = new TreeMap<>();
        files.forEach((path, what) -> {
            String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
            int mixed = ((hash(path) * 31 + what) * 0x9E3779B1) >>> 8;
            folders.merge(folder, mixed, (one, other) -> (one + other) & 0xFFFFFF);
        });
        return folders;
    }

    /** FNV-1a of the name. */
    private static int hash(String path) {
        int hash = 0x811C9DC5;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x01000193;
        }
        // What differs at the end only shall not be neighbours.
        return (hash ^ (hash >>> 15)) * 0x85EBCA6B;
    }

    /** What is different now, in the order of the paths; nothing when the list cannot be read. */
    List<String> differences(Leaves now) {
        try {
            ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            int kind = in.get();
            Map<Integer, Integer> before = new TreeMap<>();
            int last = 0;
            while (in.hasRemaining()) {
                last += (int) Leaves.number(in);
                before.put(last, ((in.get() & 0xFF) << 16) | ((in.get() & 0xFF) << 8) | (in.get() & 0xFF));
            }
            return switch (kind) {
                case FILES -> files(now.hashes(), before);
                case FOLDERS -> changedFolders(folders(now.hashes()), before);
                default -> List.of();
            };
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
            return List.of();
        }
    }

    private static List<String> files(Map<String, Integer> now, Map<Integer, Integer> before) {
        return compared(
                now,
                before,
                "file",
                (what, old) -> (what & CONTENT) != (old & CONTENT) ? "content changed" : "mode or owner changed");
    }

    private static List<String> changedFolders(Map<String, Integer> now, Map<Integer, Integer> before) {
        return compared(now, before, "folder", (what, old) -> "something in it changed");
    }

    private interface Naming {
        String change(int now, int before);
    }

    private static List<String> compared(
            Map<String, Integer> now, Map<Integer, Integer> before, String noun, Naming naming) {
        List<String> differences = new ArrayList<>();
        Set<Integer> gone = new HashSet<>(before.keySet());
        now.forEach((path, what) -> {
            Integer old = before.get(hash(path));
            gone.remove(hash(path));
            String name = path.isEmpty() ? "." : path;
            if (old == null) {
                differences.add(name + ": added");
            } else if (!old.equals(what)) {
                differences.add(name + ": " + naming.change(what, old));
            }
        });
        if (!gone.isEmpty()) {
            differences.add(
                    gone.size() == 1 ? "one " + noun + " was removed" : gone.size() + " " + noun + "s were removed");
        }
        return differences;
    }
}
