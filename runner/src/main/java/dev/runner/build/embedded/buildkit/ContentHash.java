package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.store.NameOrder;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.GoMatch;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Digests of files as BuildKit makes them, whatever their times.
 *
 * <p>A file is the hash of what a tar header would say of it, its name and time left out, and of its content. A folder is
 * the hash of its own header under an empty name and of what is in it, each under its name, in the order of the names'
 * bytes. A zero byte stands before every name.
 */
public final class ContentHash {
    private static final Comparator<ViewNode> BY_NAME =
            (one, other) -> NameOrder.BYTES.compare(one.name(), other.name());

    private final HashedFiles files;
    private final boolean received;

    private ContentHash(HashedFiles files, boolean received) {
        this.files = files;
        this.received = received;
    }

    /** Of a build context. Its root is never sent, so that its mode is in no digest. */
    public static ContentHash ofContext(HashedFiles files) {
        return new ContentHash(files, true);
    }

    /** Of an image or a stage. */
    public static ContentHash ofSnapshot(HashedFiles files) {
        return new ContentHash(files, false);
    }

    /** Of a regular file of root's alone. */
    static Digest of(int mode, byte[] content) {
        MessageDigest hash = Digest.sha256();
        hash.update(
                header(mode, "0gid0", content.length, "0linkname", "0devminor0").getBytes(StandardCharsets.UTF_8));
        hash.update(content);
        return Digest.sha256(hash.digest());
    }

    /** What stands at a path, symbolic links on the way and at its end followed. */
    Digest at(String path) throws IOException {
        ViewNode node = files.resolve(path.substring(1));
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        return tree(node);
    }

    /** All that a path with wildcards matches, with what is below. */
    Digest matching(String pattern) throws IOException {
        List<Found> found = new ArrayList<>();
        String[] parts = pattern.substring(1).split("/");
        int plain = 0;
        StringBuilder fixed = new StringBuilder();
        while (!Selection.hasWildcard(parts[plain])) {
            fixed.append(fixed.isEmpty() ? "" : "/").append(parts[plain++]);
        }
        ViewNode start = files.resolve(fixed.toString());
        if (start != null && start.isDirectory()) {
            match(start, parts, plain, found);
        }
        if (found.size() == 1 && found.getFirst().name().equals(parts[parts.length - 1])) {
            return found.getFirst().digest();
        }
        MessageDigest hash = Digest.sha256();
        for (int i = 0; i < found.size(); i++) {
            hash.update(i == 0 ? new byte[0] : new byte[1]);
            hash.update(EntryNames.encode(found.get(i).name()));
            hash.update(ascii(found.get(i).digest()));
        }
        return Digest.sha256(hash.digest());
    }

    private record Found(String name, Digest digest) {}

    private void match(ViewNode folder, String[] parts, int at, List<Found> found) throws IOException {
        for (ViewNode child : sorted(folder)) {
            if (!GoMatch.match(parts[at], child.name())) {
                continue;
            }
            if (at < parts.length - 1) {
                if (child.isDirectory()) {
                    match(child, parts, at + 1, found);
                }
            } else if (child.isSymlink()) {
                found.add(new Found(child.name(), at("/" + child.path())));
            } else {
                add(child, found);
            }
        }
    }

    private void add(ViewNode node, List<Found> found) throws IOException {
        found.add(new Found(node.name(), single(node)));
        if (node.isDirectory()) {
            for (ViewNode child : sorted(node)) {
                add(child, found);
            }
        }
    }

    private Digest tree(ViewNode node) throws IOException {
        if (!node.isDirectory()) {
            return single(node);
        }
        MessageDigest hash = Digest.sha256();
        hash.update((byte) 0);
        hash.update(ascii(single(node)));
        for (ViewNode child : sorted(node)) {
            hash.update((byte) 0);
            hash.update(EntryNames.encode(child.name()));
            hash.update(ascii(tree(child)));
        }
        return Digest.sha256(hash.digest());
    }

    private List<ViewNode> sorted(ViewNode folder) throws IOException {
        return files.list(folder).stream().sorted(BY_NAME).toList();
    }

    /** A file, or a folder without what is in it. */
    private Digest single(ViewNode node) throws IOException {
        MessageDigest hash = Digest.sha256();
        if (received && node.path().isEmpty()) {
            return Digest.sha256(hash.digest());
        }
        hash.update(header(node).getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> attribute : new TreeMap<>(files.xattrs(node)).entrySet()) {
            if (counts(attribute.getKey())) {
                hash.update(EntryNames.encode(attribute.getKey()));
                hash.update(attribute.getValue());
            }
        }
        if (node.isFile()) {
            try (InputStream content = files.open(node)) {
                byte[] buffer = new byte[(int) Math.clamp(node.status().size() + 1, 512, 1 << 16)];
                for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                    hash.update(buffer, 0, n);
                }
            }
        }
        return Digest.sha256(hash.digest());
    }

    private static boolean counts(String attribute) {
        return attribute.equals("security.capability")
                || !attribute.startsWith("security.") && !attribute.startsWith("system.");
    }

    private static String header(ViewNode node) {
        ViewNode.Status status = node.status();
        char type = switch (status.kind()) {
            case FILE, SOCKET -> '0';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
        boolean device = type == '3' || type == '4';
        return header(
                node.isSymlink() ? 0777 : status.mode() & 07777,
                status.uid() + "gid" + status.gid(),
                node.isFile() ? status.size() : 0,
                type + "linkname" + (node.isSymlink() ? node.linkTarget() : ""),
                (device ? status.inode().major() : 0)
                        + "devminor"
                        + (device ? status.inode().minor() : 0));
    }

    private static String header(int mode, String owner, long size, String kind, String device) {
        return "namemode" + mode + "uid" + owner + "size" + size + "typeflag" + kind + "unamegnamedevmajor" + device;
    }

    private static byte[] ascii(Digest digest) {
        return digest.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
