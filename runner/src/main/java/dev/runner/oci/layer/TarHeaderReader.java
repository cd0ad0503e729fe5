package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the header blocks of one entry at a time: extended headers first, then the entry's own. */
final class TarHeaderReader {
    private final TarSource source;
    private final LayerLimits limits;
    private final byte[] block = new byte[TarWriter.BLOCK];
    private final Map<String, byte[]> global = new HashMap<>();

    TarHeaderReader(TarSource source, LayerLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    @Nullable
    TarEntry next() throws IOException {
        ExtendedHeader extended = new ExtendedHeader(global);
        long extraBytes = 0;
        while (true) {
            if (!readBlock()) {
                return null;
            }
            byte kind = block[156];
            long size = TarNumbers.parse(block, 124, 12);
            switch (kind) {
                case 'x', 'X', 'g', 'L', 'K' -> {
                    extraBytes += size;
                    byte[] data = extra(size, extraBytes);
                    take(kind, data, extended);
                }
                case 'V' -> source.beginData(size);
                default -> {
                    return entry(kind, size, extended);
                }
            }
            source.finishEntry();
        }
    }

    private void take(byte kind, byte[] data, ExtendedHeader extended) {
        switch (kind) {
            case 'g' -> PaxRecords.parse(data, global::put);
            case 'L' -> extended.setLongName(cString(data));
            case 'K' -> extended.setLongLink(cString(data));
            default -> PaxRecords.parse(data, extended::take);
        }
    }

    /** Reads a block that is not zero and whose checksum is right; false at the end of the archive. */
    private boolean readBlock() throws IOException {
        if (!source.block(block)) {
            return false;
        }
        if (isZero(block)) {
            return false;
        }
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < block.length; i++) {
            byte b = i >= 148 && i < 156 ? (byte) ' ' : block[i];
            unsigned += b & 0xFF;
            signed += b;
        }
        long sum = TarNumbers.parse(block, 148, 8);
        if (sum != unsigned && sum != signed) {
            throw new MalformedContentException("the checksum of a header in the layer's tar is wrong", null);
        }
        return true;
    }

    private byte[] extra(long size, long total) throws IOException {
        if (size < 0) {
            throw new MalformedContentException("negative size in a layer's tar", null);
        }
        if (size > limits.headerBytes() || total > 2L * limits.headerBytes()) {
            throw new LayerLimitException(LayerLimits.Kind.HEADER_BYTES, limits.headerBytes());
        }
        byte[] data = new byte[(int) size];
        source.beginData(size);
        int n = 0;
        while (n < data.length) {
            int part = source.fill();
            System.arraycopy(source.buffer(), source.position(), data, n, part);
            source.advance(part);
            n += part;
        }
        return data;
    }

    private TarEntry entry(byte kind, long headerSize, ExtendedHeader extended) throws IOException {
        boolean ustar = matches(block, 257, "ustar\0");
        boolean named = matches(block, 257, "ustar");
        String path = extended.path(fieldPath(ustar));
        String link = extended.link(field(157, 100));
        checkPath(path);
        checkPath(link);
        TarEntry.Attributes attributes = attributes(extended, named);
        boolean slash = path.endsWith("/");
        String name = stripSlashes(path);
        boolean file = kind == '0' || kind == 0 || kind == '7' || kind == 'S';
        if (file && !(slash && kind == 0)) {
            return file(kind, name, attributes, extended.size(headerSize), extended);
        }
        source.beginData(0);
        return switch (kind) {
            case '1' -> new TarEntry.HardLink(name, attributes, stripSlashes(link));
            case '2' -> new TarEntry.Symlink(name, attributes, link);
            case '3', '4' -> device(name, attributes, kind == '4');
            case '5', 0, 'D' -> directory(kind, headerSize, name, attributes);
            case '6' -> new TarEntry.Fifo(name, attributes);
            default ->
                throw new MalformedContentException(
                        "entry '" + name + "' of the layer's tar has the unknown type 0x"
                                + Integer.toHexString(kind & 0xFF),
                        null);
        };
    }

    /** GNU's incremental archives list a folder's names as its content. */
    private TarEntry directory(byte kind, long headerSize, String name, TarEntry.Attributes attributes) {
        if (kind == 'D') {
            source.beginData(headerSize);
        }
        return new TarEntry.Directory(name, attributes);
    }

    private TarEntry device(String name, TarEntry.Attributes attributes, boolean isBlock) {
        int major = (int) TarNumbers.parse(block, 329, 8);
        int minor = (int) TarNumbers.parse(block, 337, 8);
        return new TarEntry.Device(name, attributes, isBlock, major, minor);
    }

    private TarEntry file(byte kind, String name, TarEntry.Attributes attributes, long size, ExtendedHeader extended)
            throws IOException {
        if (size < 0) {
            throw new MalformedContentException("negative size of '" + name + "' in a layer's tar", null);
        }
        SparseMap map = null;
        if (kind == 'S') {
            map = SparseMap.old(block, source, limits);
            source.beginData(size);
        } else if (extended.isSparse()) {
            source.beginData(size);
            map = extended.sparse(source, limits);
        } else {
            source.beginData(size);
        }
        if (map == null) {
            return new TarEntry.File(name, attributes, size, null);
        }
        map.check(name, source.left());
        source.countLogical(map.realSize());
        return new TarEntry.File(name, attributes, map.realSize(), map.extents());
    }

    private TarEntry.Attributes attributes(ExtendedHeader extended, boolean named) {
        int mode = (int) TarNumbers.parse(block, 100, 8) & 07777;
        long uid = extended.number("uid", TarNumbers.parse(block, 108, 8)) & 0xFFFFFFFFL;
        long gid = extended.number("gid", TarNumbers.parse(block, 116, 8)) & 0xFFFFFFFFL;
        long mtime = extended.mtime(PaxRecords.saturatedNanos(TarNumbers.parse(block, 136, 12)));
        String user = extended.text("uname", named ? field(265, 32) : "");
        String group = extended.text("gname", named ? field(297, 32) : "");
        return new TarEntry.Attributes(mode, uid, gid, user, group, mtime, extended.xattrs());
    }

    /** USTAR splits a name in two; star does so with a shorter first part, GNU never. */
    private String fieldPath(boolean ustar) {
        String name = field(0, 100);
        if (!ustar) {
            return name;
        }
        String prefix = field(345, matches(block, 508, "tar\0") ? 131 : 155);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private String field(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return EntryNames.decode(block, at, end);
    }

    private void checkPath(String path) throws IOException {
        if (path.length() > limits.pathBytes()
                || path.length() > limits.pathBytes() / 3 && EntryNames.encode(path).length > limits.pathBytes()) {
            throw new LayerLimitException(LayerLimits.Kind.PATH_BYTES, limits.pathBytes());
        }
        if (path.indexOf('\0') >= 0) {
            throw new MalformedContentException("a name in the layer's tar holds NUL", null);
        }
    }

    private static String cString(byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return EntryNames.decode(data, 0, end);
    }

    private static String stripSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static boolean matches(byte[] bytes, int at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
