package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.Made;
import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The short lists of what COPYs read, by their keys: of the local store, and of what was imported. They stay as long as the
 * records that name them, so that equal builds give equal caches.
 */
final class FileLists {
    private final KeyStore keys;
    private final History history;
    private final boolean exported;
    private volatile List<Task<Imported>> imported = List.of();

    /**
     * For one build.
     *
     * @param history has longer lists, of which these can be made when a later build wants them
     * @param exported whether this one does
     */
    FileLists(KeyStore keys, History history, boolean exported) {
        this.keys = keys;
        this.history = history;
        this.exported = exported;
    }

    void lookInto(List<Task<Imported>> caches) {
        imported = List.copyOf(caches);
    }

    /** Keeps the list of what a step has read; of too much, nothing. */
    void add(String key, Leaves files) throws IOException {
        FileList list = exported ? FileList.of(files) : null;
        if (list != null) {
            keep(key, list);
        }
    }

    private void keep(String key, FileList list) throws IOException {
        keys.put(slot(key), list.text().getBytes(StandardCharsets.US_ASCII));
    }

    /** Null when nobody knows it. */
    @Nullable
    FileList find(String key) throws BuildFailedException, IOException, InterruptedException {
        byte[] bytes = keys.get(slot(key));
        if (bytes != null) {
            return new FileList(new String(bytes, StandardCharsets.US_ASCII));
        }
        for (Task<Imported> cache : imported) {
            String text = cache.await().lists().get(key);
            if (text != null) {
                FileList list = new FileList(text);
                keep(key, list);
                return list;
            }
        }
        Leaves leaves = history.leaves(key);
        return leaves == null ? null : FileList.of(leaves);
    }

    /** The lists that belong to records, by their keys. */
    Map<String, String> of(List<CacheRecord.Entry> entries)
            throws BuildFailedException, IOException, InterruptedException {
        Map<String, String> lists = new LinkedHashMap<>();
        for (CacheRecord.Entry entry : entries) {
            Made made = entry.layer().made();
            String key = made == null ? null : made.files();
            FileList list = key == null ? null : find(key);
            if (list != null) {
                lists.put(key, list.text());
            }
        }
        return lists;
    }

    private static Digest slot(String key) {
        return KeyHash.of("files/1").add(key).finish();
    }
}
