package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What PAX records and GNU's long names say of the entry that follows them. */
final class ExtendedHeader {
    private static final String XATTR = "SCHILY.xattr.";

    private final Map<String, byte[]> records;
    /** {@code GNU.sparse.offset} and {@code GNU.sparse.numbytes} of PAX 0.0, which repeat. */
    private final List<byte[]> sparsePairs = new ArrayList<>();

    private @Nullable String longName;
    private @Nullable String longLink;

    ExtendedHeader(Map<String, byte[]> global) {
        this.records = new HashMap<>(global);
    }

    void take(String key, byte[] value) {
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            boolean offset = key.equals("GNU.sparse.offset");
            if (offset != (sparsePairs.size() % 2 == 0)) {
                throw new MalformedContentException("a sparse map in the layer's tar lacks a number", null);
            }
            sparsePairs.add(value);
        } else if (value.length == 0 && !key.startsWith(XATTR)) {
            // An empty value takes the record back (POSIX, pax Extended Header).
            records.remove(key);
        } else {
            records.put(key, value);
        }
    }

    void setLongName(String name) {
        longName = name;
    }

    void setLongLink(String link) {
        longLink = link;
    }

    String path(String fromBlock) {
        byte[] sparseName = records.get("GNU.sparse.name");
        if (sparseName != null) {
            return EntryNames.decode(sparseName);
        }
        return text("path", longName == null ? fromBlock : longName);
    }

    String link(String fromBlock) {
        return text("linkpath", longLink == null ? fromBlock : longLink);
    }

    String text(String key, String otherwise) {
        byte[] value = records.get(key);
        return value == null ? otherwise : EntryNames.decode(value);
    }

    long number(String key, long otherwise) {
        byte[] value = records.get(key);
        return value == null ? otherwise : TarNumbers.decimal(value);
    }

    long size(long fromBlock) {
        return number("size", fromBlock);
    }

    long mtime(long fromBlock) {
        byte[] value = records.get("mtime");
        if (value == null) {
            return fromBlock;
        }
        Long nanos = PaxRecords.parseTime(EntryNames.decode(value));
        if (nanos == null) {
            throw new MalformedContentException("not a time in a PAX record of a layer's tar", null);
        }
        return nanos;
    }

    Map<String, byte[]> xattrs() {
        Map<String, byte[]> result = new TreeMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR) && key.length() > XATTR.length()) {
                result.put(key.substring(XATTR.length()), value);
            }
        });
        return result.isEmpty() ? Map.of() : result;
    }

    boolean isSparse() {
        return !sparsePairs.isEmpty()
                || records.containsKey("GNU.sparse.map")
                || records.containsKey("GNU.sparse.major")
                || records.containsKey("GNU.sparse.numblocks");
    }

    /** The map of a sparse file, that of PAX 1.0 being read from the head of its data. */
    SparseMap sparse(TarSource source, LayerLimits limits) throws IOException {
        long real = number("GNU.sparse.realsize", number("GNU.sparse.size", -1));
        if (real < 0) {
            throw new MalformedContentException("a sparse file in the layer's tar has no size", null);
        }
        byte[] map = records.get("GNU.sparse.map");
        if (map != null) {
            return SparseMap.ofText(real, EntryNames.decode(map));
        }
        if (number("GNU.sparse.major", 0) == 1 && number("GNU.sparse.minor", 0) == 0) {
            return SparseMap.ofData(real, source, limits);
        }
        if (records.containsKey("GNU.sparse.major") && number("GNU.sparse.major", 0) != 0) {
            throw new MalformedContentException("a sparse file of an unknown version in the layer's tar", null);
        }
        return SparseMap.ofPairs(
                real, sparsePairs.stream().map(TarNumbers::decimal).toList());
    }
}
