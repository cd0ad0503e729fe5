package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a step changed in a plain folder, and puts it into an upper folder as overlayfs would have.
 *
 * <p>What was there before is known by {@code lstat} of every file. A file with the inode and the time of last change
 * that it had is the same, because nobody can set that time. One that was touched differs if mode, owner, size or time of
 * modification do; only if none does are attributes and content compared with the lower state.
 */
final class PlainChanges {
    private final Sys sys;
    private final PlainFiles files;
    private final Privileges privileges;
    private final String root;
    private final String upper;
    private final Map<String, Map<String, FileStat>> seen;
    private final Map<String, RecordedAttributes.Entry> recorded;
    private final Step step;
    private final Map<String, RecordedAttributes.Entry> upperRecorded = new HashMap<>();
    private final Map<Long, String> linked = new HashMap<>();
    private final Set<String> raised = new HashSet<>();
    private final List<String> order = new ArrayList<>();

    /**
     * A step that has ended.
     *
     * @param before what was below it
     * @param without paths that are passed over with all beneath
     */
    record Step(MergedView before, StepOwners owners, Set<String> without) {}

    PlainChanges(PlainFiles files, Privileges privileges, PlainRoot.State state, Workspace upper, Step step)
            throws IOException {
        this.sys = files.sys();
        this.files = files;
        this.privileges = privileges;
        this.root = state.root();
        this.seen = state.seen();
        this.recorded = state.recorded();
        this.upper = upper.upper().toString();
        this.step = step;
        Map<String, RecordedAttributes.Entry> there = RecordedAttributes.of(upper.upper());
        if (there != null) {
            upperRecorded.putAll(there);
        }
    }

    /** Compares all; what was seen is brought up to date. */
    Map<String, RecordedAttributes.Entry> collect() throws IOException {
        walk("");
        for (String path : order.reversed()) {
            FileStat stat = sys.stat(Sys.CWD, root + "/" + path);
            if (stat != null) {
                Sys.check(sys.setTimes(Sys.CWD, upper + "/" + path, stat.times().modified()), "utimensat", path);
            }
        }
        return upperRecorded;
    }

    private void walk(String path) throws IOException {
        Map<String, FileStat> old = seen.getOrDefault(path, Map.of());
        Map<String, FileStat> now = new HashMap<>();
        for (String name : Folders.names(sys, Sys.CWD, path.isEmpty() ? root : root + "/" + path, path)) {
            String child = path.isEmpty() ? name : path + "/" + name;
            FileStat was = old.get(name);
            if (step.without.contains(child)) {
                if (was != null) {
                    now.put(name, was);
                }
                continue;
            }
            FileStat stat = sys.stat(Sys.CWD, root + "/" + child);
            if (stat != null && stat.kind() != FileStat.SOCKET) {
                now.put(name, entry(child, was, stat));
            }
        }
        for (Map.Entry<String, FileStat> entry : old.entrySet()) {
            String child = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
            if (!now.containsKey(entry.getKey()) && !step.without.contains(child)) {
                forget(child, entry.getValue());
                whiteout(child);
            }
        }
        seen.put(path, now);
    }

    /** Takes one file into the upper folder if it changed; how it is now. */
    private FileStat entry(String path, @Nullable FileStat was, FileStat stat) throws IOException {
        boolean fresh = was == null
                || was.kind() != stat.kind()
                || was.inode().number() != stat.inode().number()
                || was.times().born() != stat.times().born();
        if (was != null && !fresh && sameStatus(was, stat)) {
            if (stat.isFolder()) {
                walk(path);
            }
            return stat;
        }
        if (fresh && was != null) {
            forget(path, was);
        }
        FileStat.Owner owner = owner(path, stat, fresh);
        if (was != null && !stat.isFolder() && owner == null && !differs(path, was, stat)) {
            return stat;
        }
        FileStat now = settle(path, was, stat, fresh, owner);
        if (stat.isFolder()) {
            if (was == null || fresh || owner != null || !sameAttributes(was, now)) {
                raise(path);
            }
            if (fresh && was != null && step.before.lookup(path) != null) {
                String to = upper + "/" + path;
                byte[] yes = LayerXattrs.yes();
                Sys.check(sys.setXattr(Sys.CWD, to, privileges.opaqueAttribute(), yes), "setxattr", to);
            }
            walk(path);
            return now;
        }
        put(path, now);
        return now;
    }

    private static boolean sameStatus(FileStat was, FileStat stat) {
        return was.times().changed() == stat.times().changed() && sameAttributes(was, stat);
    }

    private static boolean sameAttributes(FileStat was, FileStat stat) {
        return was.mode() == stat.mode()
                && was.owner().equals(stat.owner())
                && (stat.isFolder() || was.size() == stat.size())
                && was.times().modified() == stat.times().modified();
    }

    private boolean differs(String path, FileStat was, FileStat stat) throws IOException {
        if (was.kind() != stat.kind() || !sameAttributes(was, stat)) {
            return true;
        }
        ViewNode below = step.before.lookup(path);
        if (below == null || !below.path().equals(path)) {
            return true;
        }
        String real = root + "/" + path;
        String lower = ViewFolders.real(below.layer().root(), below.path());
        return switch (stat.kind()) {
            case FileStat.SYMLINK -> !below.linkTarget().equals(sys.readlink(Sys.CWD, real));
            case FileStat.FILE -> !sameXattrs(real, lower) || !sameContent(below, path, real);
            default ->
                stat.inode().major() != was.inode().major()
                        || stat.inode().minor() != was.inode().minor();
        };
    }

    private boolean sameXattrs(String one, String other) throws IOException {
        return xattrs(one).equals(xattrs(other));
    }

    private Map<String, String> xattrs(String path) throws IOException {
        Map<String, String> result = new HashMap<>();
        String names = sys.listXattrs(Sys.CWD, path);
        for (String name : names.isEmpty() ? new String[0] : names.split("\0")) {
            byte[] value = LayerXattrs.carried(name) ? sys.getXattr(Sys.CWD, path, name) : null;
            if (value != null) {
                result.put(name, java.util.HexFormat.of().formatHex(value));
            }
        }
        return result;
    }

    private boolean sameContent(ViewNode below, String path, String real) throws IOException {
        try (InputStream one = step.before.open(below);
                InputStream other = FdInput.open(new SysPool(), Sys.CWD, real, path)) {
            byte[] left = one.readNBytes(Sys.IO_ROOM);
            while (left.length > 0) {
                if (!java.util.Arrays.equals(left, other.readNBytes(left.length))) {
                    return false;
                }
                left = one.readNBytes(Sys.IO_ROOM);
            }
            return other.read() < 0;
        }
    }

    /** The owner that only the step's own word gives; null where the file keeps what it has. */
    private FileStat.@Nullable Owner owner(String path, FileStat stat, boolean fresh) {
        if (!step.owners.pretended()) {
            return null;
        }
        RecordedAttributes.Entry entry = recorded.get(path);
        FileStat.Owner before = null;
        if (!fresh) {
            before = privileges.root()
                    ? stat.owner()
                    : new FileStat.Owner(entry == null ? 0 : entry.uid(), entry == null ? 0 : entry.gid());
        }
        return step.owners.of(stat, stat.times().born(), before);
    }

    /** Brings disk and records of the root to what the step meant. */
    private FileStat settle(
            String path, @Nullable FileStat was, FileStat stat, boolean fresh, FileStat.@Nullable Owner owner)
            throws IOException {
        String real = root + "/" + path;
        if (privileges.root()) {
            if (owner != null) {
                Sys.check(sys.chown(Sys.CWD, real, owner.uid(), owner.gid()), "chown", real);
                if (!stat.isSymlink()) {
                    // Changing an owner takes set-id bits away.
                    Sys.check(sys.chmod(Sys.CWD, real, stat.permissions()), "chmod", real);
                }
            }
            return restat(path, stat);
        }
        RecordedAttributes.Entry known = fresh ? null : recorded.get(path);
        boolean sameMode = was != null && !fresh && was.mode() == stat.mode();
        int mode = known != null && sameMode ? known.mode() : stat.mode();
        RecordedAttributes.Entry base = known == null ? RecordedAttributes.plain(stat) : known;
        FileStat.Owner holder = owner == null ? new FileStat.Owner(base.uid(), base.gid()) : owner;
        RecordedAttributes.Entry entry =
                new RecordedAttributes.Entry(mode, holder.uid(), holder.gid(), base.major(), base.minor());
        int needed = stat.isFolder() ? 0700 : stat.isFile() ? 0400 : 0;
        if ((stat.mode() & needed) != needed) {
            Sys.check(sys.chmod(Sys.CWD, real, stat.permissions() | needed), "chmod", real);
        }
        FileStat now = restat(path, stat);
        if (entry.equals(RecordedAttributes.plain(now))) {
            recorded.remove(path);
        } else {
            recorded.put(path, entry);
        }
        return now;
    }

    private FileStat restat(String path, FileStat stat) throws IOException {
        FileStat now = sys.stat(Sys.CWD, root + "/" + path);
        return now == null ? stat : now;
    }

    private void put(String path, FileStat stat) throws IOException {
        raiseParent(path);
        String to = upper + "/" + path;
        Folders.delete(sys, Sys.CWD, to);
        note(path);
        if (stat.inode().links() > 1) {
            String first = linked.putIfAbsent(stat.inode().number(), to);
            if (first != null) {
                Sys.check(sys.link(Sys.CWD, first, Sys.CWD, to), "link", to);
                return;
            }
        }
        files.copy(root + "/" + path, to, stat);
    }

    private void note(String path) {
        RecordedAttributes.Entry entry = recorded.get(path);
        if (entry == null) {
            upperRecorded.remove(path);
        } else {
            upperRecorded.put(path, entry);
        }
    }

    private void whiteout(String path) throws IOException {
        String to = upper + "/" + path;
        Folders.delete(sys, Sys.CWD, to);
        upperRecorded.keySet().removeIf(known -> known.equals(path) || known.startsWith(path + "/"));
        if (step.before.lookup(path) != null) {
            raiseParent(path);
            Sys.check(sys.whiteout(Sys.CWD, to), "mknod", to);
        }
    }

    private void forget(String path, FileStat was) {
        recorded.remove(path);
        if (was.isFolder()) {
            seen.keySet().removeIf(known -> known.equals(path) || known.startsWith(path + "/"));
            recorded.keySet().removeIf(known -> known.startsWith(path + "/"));
        }
    }

    private void raiseParent(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            raise(path.substring(0, slash));
        }
    }

    /** Makes a folder and those above it in the upper folder, as overlayfs copies them up. */
    private void raise(String path) throws IOException {
        if (!raised.add(path)) {
            return;
        }
        raiseParent(path);
        FileStat stat = sys.stat(Sys.CWD, root + "/" + path);
        if (stat == null) {
            return;
        }
        String to = upper + "/" + path;
        FileStat there = sys.stat(Sys.CWD, to);
        if (there != null && !there.isFolder()) {
            Folders.delete(sys, Sys.CWD, to);
            there = null;
        }
        if (there == null) {
            Sys.check(sys.mkdir(Sys.CWD, to, 0700), "mkdir", to);
        }
        files.dress(root + "/" + path, to, stat);
        note(path);
        order.add(path);
    }
}
