package dev.runner.checkout;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The index file of a new repository. JGit's own writer can neither mark what a sparse checkout leaves out nor keep all
 * that {@code stat} says, without which the first {@code git status} reads every file again.
 *
 * @see <a href="https://git-scm.com/docs/index-format">index-format</a>
 */
final class GitIndex {
    private static final int EXTENDED = 0x4000;
    private static final int SKIP_WORKTREE = 0x4000;
    private static final int NAME_MASK = 0xFFF;

    private final List<Entry> entries = new ArrayList<>();

    /** Adds the next path in the order of the tree, with what is on the disk at that place. */
    void add(byte[] path, FileMode mode, ObjectId id, Path file) throws IOException {
        entries.add(new Entry(path, mode, id, stat(file), false));
    }

    private static Map<String, Object> stat(Path file) throws IOException {
        return Files.readAttributes(
                file, "unix:ctime,lastModifiedTime,dev,ino,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
    }

    /** Adds a path without saying how its file looks, so that git compares the contents. */
    void addUnseen(byte[] path, FileMode mode, ObjectId id) {
        entries.add(new Entry(path, mode, id, Map.of(), false));
    }

    /** Takes how files of known paths look now, unless git is to compare the contents anyway. */
    void see(Map<String, Path> files) throws IOException {
        for (int at = 0; at < entries.size(); at++) {
            Entry known = entries.get(at);
            Path file = known.stat.isEmpty() ? null : files.get(new String(known.path, StandardCharsets.UTF_8));
            if (file != null) {
                entries.set(at, new Entry(known.path, known.mode, known.id, stat(file), false));
            }
        }
    }

    /** Adds a path that a sparse checkout leaves out. */
    void addLeftOut(byte[] path, FileMode mode, ObjectId id) {
        entries.add(new Entry(path, mode, id, Map.of(), true));
    }

    void write(Path file) throws IOException {
        boolean extended = entries.stream().anyMatch(Entry::leftOut);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(entries.size() * 100 + 32);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes("DIRC");
            out.writeInt(extended ? 3 : 2);
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                write(entry, out);
            }
            out.write(sha1(bytes.toByteArray()));
        }
        Files.write(file, bytes.toByteArray());
    }

    private static void write(Entry entry, DataOutputStream out) throws IOException {
        int start = out.size();
        writeTime(entry.time("ctime"), out);
        writeTime(entry.time("lastModifiedTime"), out);
        out.writeInt((int) entry.number("dev"));
        out.writeInt((int) entry.number("ino"));
        out.writeInt(entry.mode.getBits());
        out.writeInt((int) entry.number("uid"));
        out.writeInt((int) entry.number("gid"));
        out.writeInt(entry.mode == FileMode.GITLINK ? 0 : (int) entry.number("size"));
        byte[] id = new byte[20];
        entry.id.copyRawTo(id, 0);
        out.write(id);
        out.writeShort(Math.min(entry.path.length, NAME_MASK) | (entry.leftOut ? EXTENDED : 0));
        if (entry.leftOut) {
            out.writeShort(SKIP_WORKTREE);
        }
        out.write(entry.path);
        out.write(new byte[8 - (out.size() - start) % 8]);
    }

    private static void writeTime(Instant time, DataOutputStream out) throws IOException {
        out.writeInt((int) time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private record Entry(byte[] path, FileMode mode, ObjectId id, Map<String, Object> stat, boolean leftOut) {
        Instant time(String name) {
            return stat.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
        }

        long number(String name) {
            return stat.get(name) instanceof Number number ? number.longValue() : 0;
        }
    }
}
