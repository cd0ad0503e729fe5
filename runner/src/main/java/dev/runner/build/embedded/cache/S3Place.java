package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A cache in a bucket. Every export writes a record of its own and then deletes those that it was made from; a reader takes
 * all that there are. So two machines that export at once need no condition, which many S3 services do not keep: both
 * records stay until the next export makes one of them.
 */
final class S3Place implements CachePlace {
    private final CacheReference.S3 place;
    private final S3Bucket bucket;

    S3Place(CacheReference.S3 place, S3Bucket bucket) {
        this.place = place;
        this.bucket = bucket;
    }

    @Override
    public State read() throws IOException {
        Set<String> read = new LinkedHashSet<>();
        List<CacheDocument> documents = new ArrayList<>();
        for (String name : place.names()) {
            // One that goes while we read has been taken up by another, which a second look finds.
            boolean gone = true;
            for (int look = 0; gone && look < 5; look++) {
                gone = false;
                for (String key : bucket.list(records(name))) {
                    gone |= !read.contains(key) && !add(key, read, documents);
                }
            }
        }
        return new State(documents, String.join("\n", read), false);
    }

    private boolean add(String key, Set<String> read, List<CacheDocument> documents) throws IOException {
        try (InputStream in = bucket.open(key)) {
            if (in == null) {
                return false;
            }
            documents.add(new CacheDocument(CacheDocument.RECORD, in.readAllBytes(), List.of()));
            return read.add(key);
        }
    }

    private String records(String name) {
        return place.bucket().prefix() + place.bucket().manifestsPrefix() + name + ".runner/";
    }

    private String layer(Descriptor blob) {
        return place.bucket().prefix() + place.bucket().blobsPrefix() + blob.digest();
    }

    @Override
    public void push(List<BlobPush> layers) throws IOException, InterruptedException {
        try (ExecutorService senders = Executors.newFixedThreadPool(
                place.parallelism(), Thread.ofVirtual().factory())) {
            List<Callable<Boolean>> work = layers.stream()
                    .<Callable<Boolean>>map(layer -> () -> push(layer))
                    .toList();
            for (Future<Boolean> done : senders.invokeAll(work)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private boolean push(BlobPush layer) throws IOException {
        String key = layer(layer.blob());
        Instant written = bucket.lastModified(key);
        if (written == null) {
            bucket.put(key, layer.blob(), layer.source());
        } else if (written.isBefore(Instant.now().minus(place.touchRefresh()))) {
            bucket.touch(key);
        }
        return written == null;
    }

    @Override
    public boolean replace(State before, CacheRecord record) throws IOException {
        byte[] json = record.toDocument().content();
        String now = "%013d-".formatted(Instant.now().toEpochMilli());
        for (String name : place.names()) {
            bucket.put(records(name) + now + UUID.randomUUID() + ".json", json);
        }
        String version = before.version() == null ? "" : before.version();
        for (String merged : version.lines().toList()) {
            bucket.delete(merged);
        }
        return true;
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return bucket.lastModified(layer(blob)) != null;
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        InputStream content = bucket.open(layer(blob));
        if (content == null) {
            throw new IOException(
                    "the bucket " + place.bucket().name() + " does not have " + blob.digest() + " any more");
        }
        return content;
    }

    @Override
    public @Nullable Reference repository() {
        return null;
    }
}
