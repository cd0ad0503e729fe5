package dev.runner.build.embedded;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a COPY reads, in short: path, kind, mode, owner, and six bytes of the content's digest. Kept front-coded, so
 * that two thousand files take some forty kilobytes. Of very many files nothing is kept.
 */
final class Leaves {
    private static final int MOST = 100_000;
    private static final int HASH = 6;
    /** Knuth's multiplier: the high bits of a product depend on all bits. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Map<String, Leaf> byPath = new TreeMap<>();
    private boolean tooMany;

    private record Leaf(char kind, int mode, long uid, long gid, long content) {
        String difference(Leaf before) {
            if (kind != before.kind) {
                return "is another kind of file";
            }
            if (content != before.content) {
                return kind == 'l' ? "leads elsewhere" : "content changed";
            }
            return mode != before.mode
                    ? "mode " + Integer.toOctalString(before.mode) + " became " + Integer.toOctalString(mode)
                    : "owner " + before.uid + ":" + before.gid + " became " + uid + ":" + gid;
        }
    }

    /** @param path as people know it, relative to the context or stage */
    void add(String path, TarEntry entry, @Nullable Digest content) {
        if (byPath.size() >= MOST) {
            tooMany = true;
            byPath.clear();
        }
        if (!tooMany) {
            TarEntry.Attributes attributes = entry.attributes();
            byPath.put(
                    path,
                    new Leaf(kind(entry), attributes.mode(), attributes.uid(), attributes.gid(), hash(entry, content)));
        }
    }

    boolean isKept() {
        return !tooMany;
    }

    private static char kind(TarEntry entry) {
        return switch (entry) {
            case TarEntry.File file -> 'f';
            case TarEntry.Directory folder -> 'd';
            case TarEntry.Symlink link -> 'l';
            case TarEntry.HardLink link -> 'h';
            case TarEntry.Device device -> device.block() ? 'b' : 'c';
            case TarEntry.Fifo fifo -> 'p';
        };
    }

    private static long hash(TarEntry entry, @Nullable Digest content) {
        if (content != null) {
            return Long.parseUnsignedLong(content.hex().substring(0, 2 * HASH), 16);
        }
        return switch (entry) {
            case TarEntry.Symlink link ->
                Long.parseUnsignedLong(
                        Digest.of(link.target().getBytes(StandardCharsets.UTF_8))
                                .hex()
                                .substring(0, 2 * HASH),
                        16);
            case TarEntry.Device device -> (long) device.major() << 20 | device.minor();
            case TarEntry.File file -> 0;
            case TarEntry.Directory folder -> 0;
            case TarEntry.HardLink link -> 0;
            case TarEntry.Fifo fifo -> 0;
        };
    }

    /** What is different from before, in the order of the paths. */
    List<String> differences(Leaves before) {
        List<String> differences = new ArrayList<>();
        Map<String, Leaf> gone = new LinkedHashMap<>(before.byPath);
        byPath.forEach((path, leaf) -> {
            Leaf old = gone.remove(path);
            String name = path.isEmpty() ? "." : path;
            if (old == null) {
                differences.add(name + ": added");
            } else if (!leaf.equals(old)) {
                differences.add(name + ": " + leaf.difference(old));
            }
        });
        gone.keySet().forEach(path -> differences.add(path + ": removed"));
        return differences;
    }

    /** Of each path what it is, in 24 bits: 16 for kind and content, 8 for mode and owner. */
    Map<String, Integer> hashes() {
        Map<String, Integer> hashes = new TreeMap<>();
        byPath.forEach((path, leaf) -> {
            long content = ((leaf.content ^ leaf.kind) * MIX) >>> 48;
            long owner = ((((long) leaf.mode << 40) ^ (leaf.uid << 20) ^ leaf.gid) * MIX) >>> 56;
            hashes.put(path, (int) (content << 8 | owner));
        });
        return hashes;
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(byPath.size() * 24 + 16);
        byte[] last = new byte[0];
        for (Map.Entry<String, Leaf> each : byPath.entrySet()) {
            byte[] path = each.getKey().getBytes(StandardCharsets.UTF_8);
            int shared = java.util.Arrays.mismatch(last, path);
            shared = shared < 0 ? path.length : shared;
            number(out, shared);
            number(out, path.length - shared);
            out.write(path, shared, path.length - shared);
            Leaf leaf = each.getValue();
            out.write(leaf.kind);
            number(out, leaf.mode);
            number(out, leaf.uid);
            number(out, leaf.gid);
            number(out, leaf.content);
            last = path;
        }
        return out.toByteArray();
    }

    static Leaves decode(byte[] bytes) {
        Leaves leaves = new Leaves();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] last = new byte[0];
        while (in.hasRemaining()) {
            int shared = (int) number(in);
            byte[] path = java.util.Arrays.copyOf(last, shared + (int) number(in));
            in.get(path, shared, path.length - shared);
            Leaf leaf = new Leaf((char) in.get(), (int) number(in), number(in), number(in), number(in));
            leaves.byPath.put(new String(path, StandardCharsets.UTF_8), leaf);
            last = path;
        }
        return leaves;
    }

    /** Seven bits a byte, the lowest first. */
    static void number(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
