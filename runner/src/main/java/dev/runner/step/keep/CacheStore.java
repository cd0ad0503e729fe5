package dev.runner.step.keep;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Caches of GitHub's and GitLab's jobs: files under a key. Safe for many runs at once, of any process: an entry is there
 * whole or not at all, and one that is pruned while it is restored is read to its end.
 */
public final class CacheStore {
    private final Records records;
    private final Blobs blobs;

    private CacheStore(Path folder) {
        records = new Records(folder.resolve("keys"));
        blobs = new Blobs(folder.resolve("content"), ".tar.zst");
    }

    /** The store in this folder, which is made when something is saved. */
    public static CacheStore in(Path folder) {
        return new CacheStore(folder);
    }

    /** What may be kept. */
    public record Limits(Duration unused, long bytes) {
        /** Thirty days unused, 10 GB in all: GitHub's size, and more days, as nobody but its owner pays for the disk. */
        public static final Limits DEFAULT = new Limits(Duration.ofDays(30), 10_000_000_000L);
    }

    /**
     * Finds an entry as GitHub does: by the key itself, then the newest whose key begins with it, then the same for each
     * further key.
     *
     * @param about with the first key
     * @param further keys that are tried in order when the first gives nothing
     * @see <a
     *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#cache-key-matching">cache
     *     key matching</a>
     */
    public @Nullable CacheEntry find(CacheEntry.About about, List<String> further) throws IOException {
        CacheEntry exact = exact(about);
        if (exact != null) {
            return exact;
        }
        List<CacheEntry> all = entries(records.group(group(about.scope(), about.version()))).stream()
                .sorted(Comparator.comparing(CacheEntry::created).reversed())
                .toList();
        CacheEntry found = beginning(all, about.key());
        for (int i = 0; found == null && i < further.size(); i++) {
            String key = further.get(i);
            found = all.stream()
                    .filter(entry -> entry.key().equals(key))
                    .findFirst()
                    .orElse(null);
            found = found == null ? beginning(all, key) : found;
        }
        return found;
    }

    private static @Nullable CacheEntry beginning(List<CacheEntry> newestFirst, String prefix) {
        return newestFirst.stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .findFirst()
                .orElse(null);
    }

    /** The entry of exactly this key, or null. */
    public @Nullable CacheEntry exact(CacheEntry.About about) throws IOException {
        Path file = file(about);
        ObjectNode json = Records.read(file);
        return json == null
                ? null
                : entries(List.of(new Records.Found(file, json))).stream()
                        .findFirst()
                        .orElse(null);
    }

    /**
     * Puts what was kept under a folder.
     *
     * @return whether it was still there
     * @throws IOException when something cannot be written, or would be written elsewhere
     */
    public boolean restore(CacheEntry entry, Path into) throws IOException {
        return restoreParts(entry, Map.of("", into));
    }

    /**
     * Puts what was kept into several folders, by the first part of the names.
     *
     * @return whether it was still there
     */
    public boolean restoreParts(CacheEntry entry, Map<String, Path> roots) throws IOException {
        try (InputStream content = blobs.open(entry.blob())) {
            touch(entry);
            Tars.unpack(content, roots);
            return true;
        } catch (NoSuchFileException e) {
            if (Files.exists(blobs.path(entry.blob()))) {
                throw e;
            }
            return false;
        }
    }

    private static void touch(CacheEntry entry) throws IOException {
        try {
            Files.setLastModifiedTime(entry.record(), FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            // Pruned meanwhile; its content is open.
        }
    }

    /**
     * Keeps files under a key.
     *
     * @param replace whether an entry of that key gives way; otherwise it stays
     * @return the entry made, or null when there is one already
     */
    public @Nullable CacheEntry save(CacheEntry.About about, FileSet files, boolean replace) throws IOException {
        Path file = file(about);
        if (!replace && Files.exists(file)) {
            return null;
        }
        Blobs.Blob blob = blobs.write(to -> Tars.write(files, to));
        ObjectNode json = Records.object();
        json.put("scope", about.scope());
        json.put("version", about.version());
        json.put("key", about.key());
        json.put("content", blob.digest().toString());
        json.put("size", blob.size());
        json.put("created", Instant.now().toString());
        return records.write(file, json, replace) ? entry(new Records.Found(file, json)) : null;
    }

    /** All entries, those used last first. */
    public List<CacheEntry> list() throws IOException {
        return entries(records.all()).stream()
                .sorted(Comparator.comparing(CacheEntry::used).reversed())
                .toList();
    }

    public void delete(CacheEntry entry) throws IOException {
        Files.deleteIfExists(entry.record());
    }

    /**
     * Removes what is beyond the limits, the longest unused first, and content that nothing names.
     *
     * @return the entries removed
     */
    public List<CacheEntry> prune(Limits limits, Instant now) throws IOException {
        Set<Digest> kept = new HashSet<>();
        long total = 0;
        List<CacheEntry> removed = new ArrayList<>();
        for (CacheEntry entry : list()) {
            boolean old = entry.used().isBefore(now.minus(limits.unused()));
            long more = kept.contains(entry.blob()) ? 0 : entry.size();
            if (old || total + more > limits.bytes()) {
                delete(entry);
                removed.add(entry);
            } else {
                total += more;
                kept.add(entry.blob());
            }
        }
        blobs.sweep(kept, now);
        return removed;
    }

    private static String group(String scope, String version) {
        return scope + "\0" + version;
    }

    private Path file(CacheEntry.About about) {
        return records.path(group(about.scope(), about.version()), about.key());
    }

    /** A record that somebody has spoilt is as good as none. */
    private static List<CacheEntry> entries(List<Records.Found> found) {
        List<CacheEntry> entries = new ArrayList<>();
        for (Records.Found each : found) {
            try {
                entries.add(entry(each));
            } catch (IllegalArgumentException | DateTimeException e) {
                continue;
            }
        }
        return entries;
    }

    private static CacheEntry entry(Records.Found found) {
        ObjectNode json = found.json();
        Instant created = Instant.parse(json.path("created").asString("1970-01-01T00:00:00Z"));
        FileTime used;
        try {
            used = Files.getLastModifiedTime(found.file());
        } catch (IOException e) {
            used = FileTime.from(created);
        }
        return new CacheEntry(
                new CacheEntry.About(
                        json.path("scope").asString(""),
                        json.path("version").asString(""),
                        json.path("key").asString("")),
                Digest.parse(json.path("content").asString("")),
                json.path("size").asLong(0),
                created,
                used.toInstant(),
                found.file());
    }
}
