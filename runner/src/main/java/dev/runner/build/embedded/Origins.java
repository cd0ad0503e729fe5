package dev.runner.build.embedded;

import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Remembers which repositories hold a blob, so that it can be fetched late, or mounted and never fetched. */
final class Origins {
    private static final int MOST = 8;

    private final KeyStore keys;
    private final Map<Digest, List<Reference>> known = new ConcurrentHashMap<>();

    Origins(KeyStore keys) {
        this.keys = keys;
    }

    /** Where a blob was seen, latest first. */
    List<Reference> find(Digest blob) throws IOException {
        List<Reference> found = known.get(blob);
        if (found != null) {
            return found;
        }
        byte[] record = keys.get(key(blob));
        List<Reference> read = record == null
                ? List.of()
                : new String(record, StandardCharsets.UTF_8)
                        .lines()
                        .map(Reference::parse)
                        .toList();
        known.put(blob, read);
        return read;
    }

    /** A repository holds the blob. */
    void add(Digest blob, Reference reference) throws IOException {
        Reference repository = reference.withTag(null);
        List<Reference> before = find(blob);
        if (before.contains(repository)) {
            return;
        }
        List<Reference> after = Stream.concat(Stream.of(repository), before.stream())
                .limit(MOST)
                .toList();
        known.put(blob, after);
        String text = String.join("\n", after.stream().map(Reference::toString).toList());
        keys.put(key(blob), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Digest key(Digest blob) {
        return KeyHash.of("origin/1").add(blob).finish();
    }
}
