package dev.runner.build.embedded;

import dev.runner.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes cache keys. Every part is framed by its length and absent parts differ from empty ones, so that distinct inputs
 * never give the same bytes. The first part names the kind of key and its version: change it when the meaning changes.
 */
final class KeyHash {
    private final MessageDigest hash = Digest.sha256();

    private KeyHash() {}

    static KeyHash of(String kind) {
        return new KeyHash().add(kind);
    }

    KeyHash add(@Nullable String part) {
        if (part == null) {
            hash.update(ByteBuffer.allocate(4).putInt(-1).flip());
            return this;
        }
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        hash.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        hash.update(bytes);
        return this;
    }

    KeyHash add(Digest part) {
        return add(part.toString());
    }

    KeyHash add(boolean part) {
        return add(part ? "1" : "0");
    }

    KeyHash add(List<String> parts) {
        add(Integer.toString(parts.size()));
        parts.forEach(this::add);
        return this;
    }

    KeyHash add(Map<String, String> parts) {
        add(Integer.toString(parts.size()));
        new TreeMap<>(parts).forEach((name, value) -> add(name).add(value));
        return this;
    }

    Digest finish() {
        return Digest.sha256(hash.digest());
    }
}
