package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;

/** A machine that exports one layer after another: state folder, name, rounds, and the place. */
final class ConcurrentWriter {
    private ConcurrentWriter() {}

    public static void main(String[] arguments) throws Exception {
        write(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]), CacheReference.parse(arguments[3]));
    }

    static void write(Path state, String name, int rounds, CacheReference reference) throws Exception {
        try (Store store = Store.open(state);
                RegistryClient registry = RegistryClient.of(
                        RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT)) {
            CachePlaces places = new CachePlaces(registry, store.blobs());
            for (int round = 0; round < rounds; round++) {
                String word = name + round;
                CachePlace place = Objects.requireNonNull(places.of(reference));
                CacheRecord record = new CacheRecord(List.of(entry(word)));
                CacheExport.add(place, record, LocalDate.now(), layer -> BlobPush.of(layer.blob(), content(word)));
            }
        }
    }

    private static BlobSource content(String word) {
        return BlobSource.of(word.getBytes(StandardCharsets.UTF_8));
    }

    static Digest key(String word) {
        return Digest.of(("key " + word).getBytes(StandardCharsets.UTF_8));
    }

    /** A layer of a word, found by the word's key. */
    static CacheRecord.Entry entry(String word) {
        byte[] content = word.getBytes(StandardCharsets.UTF_8);
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, content);
        return new CacheRecord.Entry(
                List.of(key(word)), new LayerRecord(blob, blob.digest(), "2026-01-01T00:00:00Z", key(word)));
    }
}
