package dev.runner.step.keep;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What runs hand on, to their own later jobs, to other runs and to people: a zip each, by run and name. */
public final class ArtifactStore {
    /** As long as GitHub keeps them unless told otherwise. */
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(90);

    private static final String EXTENSION = ".zip";

    private final Path ids;
    private final Records records;
    private final Blobs blobs;

    private ArtifactStore(Path folder) {
        ids = folder.resolve("ids");
        records = new Records(folder.resolve("names"));
        blobs = new Blobs(folder.resolve("content"), EXTENSION);
    }

    /** The store in this folder, which is made when something is saved. */
    public static ArtifactStore in(Path folder) {
        return new ArtifactStore(folder.toAbsolutePath().normalize());
    }

    /** What becomes of an artifact that has the name already. */
    public enum Existing {
        /** It stays, and saving is refused. */
        REFUSE,
        REPLACE,
        /** Its files stay in the new one, unless that has others of their names. */
        MERGE
    }

    /**
     * How an artifact is kept.
     *
     * @param level 0 (not packed) to 9 (small)
     * @param retention null for ever
     */
    public record Keeping(
            Existing existing, int level, @Nullable Duration retention) {
        public static final Keeping DEFAULT = new Keeping(Existing.REFUSE, 6, DEFAULT_RETENTION);
    }

    /**
     * Keeps files.
     *
     * @return the artifact, or null when there is one of that name and it is not to give way
     */
    public @Nullable Artifact save(Artifact.About about, FileSet files, Keeping keeping) throws IOException {
        Path file = records.path(about.run(), about.name());
        Artifact before = find(about.run(), about.name());
        if (before != null && keeping.existing() == Existing.REFUSE) {
            return null;
        }
        Path merged = before != null && keeping.existing() == Existing.MERGE
                ? blobs.path(before.content().digest())
                : null;
        Blobs.Blob blob = blobs.write(to -> Zips.write(files, keeping.level(), merged, to));
        int count = merged == null ? files.size() : Zips.count(blobs.path(blob.digest()));
        Instant now = Instant.now();
        Duration retention = keeping.retention();
        Artifact made = new Artifact(
                newId(),
                about,
                new Artifact.Content(blob.digest(), blob.size(), count),
                now,
                retention == null ? null : now.plus(retention));
        return records.write(file, json(made), keeping.existing() != Existing.REFUSE) ? made : null;
    }

    /** Milliseconds since 1970, or the next free number: ascending, and never given twice. */
    private long newId() throws IOException {
        Files.createDirectories(ids);
        for (long id = System.currentTimeMillis(); ; id++) {
            try {
                Files.createFile(ids.resolve(String.valueOf(id)));
                return id;
            } catch (FileAlreadyExistsException e) {
                // Another job has it.
            }
        }
    }

    /** The artifact of a run by its name, or null. */
    public @Nullable Artifact find(String run, String name) throws IOException {
        ObjectNode json = Records.read(records.path(run, name));
        return json == null
                ? null
                : artifacts(List.of(json)).stream().findFirst().orElse(null);
    }

    /** The artifact of this id, or null. */
    public @Nullable Artifact find(long id) throws IOException {
        return all().stream().filter(each -> each.id() == id).findFirst().orElse(null);
    }

    /** A run's artifacts, the newest last. */
    public List<Artifact> list(String run) throws IOException {
        return sorted(records.group(run));
    }

    /** The artifacts of all runs, the newest last. */
    public List<Artifact> all() throws IOException {
        return sorted(records.all());
    }

    private static List<Artifact> sorted(List<Records.Found> found) {
        return artifacts(found.stream().map(Records.Found::json).toList()).stream()
                .sorted(Comparator.comparingLong(Artifact::id))
                .toList();
    }

    /** A record that somebody has spoilt is as good as none. */
    private static List<Artifact> artifacts(List<ObjectNode> records) {
        List<Artifact> artifacts = new ArrayList<>();
        for (ObjectNode each : records) {
            try {
                artifacts.add(artifact(each));
            } catch (IllegalArgumentException | DateTimeException e) {
                continue;
            }
        }
        return artifacts;
    }

    /** The zip itself; it stays there as long as the artifact. */
    public Path zip(Artifact artifact) {
        return blobs.path(artifact.content().digest());
    }

    /** Puts an artifact's files into a folder, over what is there. */
    public void extract(Artifact artifact, Path into) throws IOException {
        Files.createDirectories(into);
        Zips.unpack(zip(artifact), into);
    }

    public void delete(Artifact artifact) throws IOException {
        Files.deleteIfExists(records.path(artifact.about().run(), artifact.name()));
        Files.deleteIfExists(ids.resolve(String.valueOf(artifact.id())));
    }

    /**
     * Removes what has expired, and content that nothing names.
     *
     * @return the artifacts removed
     */
    public List<Artifact> prune(Instant now) throws IOException {
        List<Artifact> removed = new ArrayList<>();
        Set<Digest> kept = new HashSet<>();
        for (Artifact each : all()) {
            Instant expires = each.expires();
            if (expires != null && expires.isBefore(now)) {
                delete(each);
                removed.add(each);
            } else {
                kept.add(each.content().digest());
            }
        }
        blobs.sweep(kept, now);
        return removed;
    }

    private static ObjectNode json(Artifact artifact) {
        ObjectNode json = Records.object();
        json.put("id", artifact.id());
        json.put("run", artifact.about().run());
        json.put("name", artifact.name());
        ObjectNode labels = json.putObject("labels");
        artifact.about().labels().forEach(labels::put);
        json.put("content", artifact.content().digest().toString());
        json.put("size", artifact.content().size());
        json.put("files", artifact.content().files());
        json.put("created", artifact.created().toString());
        if (artifact.expires() != null) {
            json.put("expires", artifact.expires().toString());
        }
        return json;
    }

    private static Artifact artifact(ObjectNode json) {
        Map<String, String> labels = new LinkedHashMap<>();
        json.path("labels")
                .properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asString()));
        String expires = json.path("expires").asString("");
        return new Artifact(
                json.path("id").asLong(0),
                new Artifact.About(
                        json.path("run").asString(""), json.path("name").asString(""), labels),
                new Artifact.Content(
                        Digest.parse(json.path("content").asString("")),
                        json.path("size").asLong(0),
                        json.path("files").asInt(0)),
                Instant.parse(json.path("created").asString("1970-01-01T00:00:00Z")),
                expires.isEmpty() ? null : Instant.parse(expires));
    }
}
