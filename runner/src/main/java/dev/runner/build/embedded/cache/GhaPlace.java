package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.cache.GhaService.Found;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache in GitHub's cache service. Layers are entries by digest. As no entry can be changed, each new record has a key
 * with the next number; who finds the number taken waits for that record, and adds itself to it.
 */
final class GhaPlace implements CachePlace {
    private static final String LAYER = "runner-blob-1-";
    private static final String RECORD = "runner-index-1-";

    /** How long another's record may be on its way, before it is taken for lost. */
    private static final int WAITS = 60;

    private static final Duration WAIT = Duration.ofMillis(250);

    private final CacheReference.Gha place;
    private final GhaService service;
    private final Map<Digest, Found> found = new ConcurrentHashMap<>();
    private @Nullable Set<String> listed;

    GhaPlace(CacheReference.Gha place, GhaService service) {
        this.place = place;
        this.service = service;
    }

    @Override
    public State read() throws IOException {
        GhaService.Scopes scopes = service.scopes();
        List<CacheDocument> documents = new ArrayList<>();
        long version = 0;
        for (String scope : scopes.readable()) {
            Found record = service.find(prefix(scope), true);
            if (record != null) {
                try (InputStream in = service.open(record)) {
                    documents.add(new CacheDocument(CacheDocument.RECORD, in.readAllBytes(), List.of()));
                }
                version = scope.equals(scopes.writable()) ? number(record) : version;
            }
        }
        return new State(documents, Long.toString(version), false);
    }

    private String prefix(String scope) {
        String hash = Digest.of(scope.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
        return RECORD + place.scope() + "-" + hash + "#";
    }

    private static long number(Found record) {
        try {
            return Long.parseLong(record.key().substring(record.key().lastIndexOf('#') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void push(List<BlobPush> layers) throws IOException {
        for (BlobPush layer : layers) {
            if (!has(layer.blob())) {
                service.create(
                        key(layer.blob()),
                        layer.blob().size(),
                        () -> layer.source().open());
            }
        }
    }

    @Override
    public boolean replace(State before, CacheRecord record) throws IOException, InterruptedException {
        String prefix = prefix(service.scopes().writable());
        byte[] json = record.toDocument().content();
        long last = before.version() == null ? 0 : Long.parseLong(before.version());
        long next = last + 1;
        if (service.create(prefix + next, json.length, GhaService.Content.of(json))) {
            return true;
        }
        for (int i = 0; i < WAITS; i++) {
            Found latest = service.find(prefix, true);
            if (latest != null && number(latest) > last) {
                return false;
            }
            Thread.sleep(WAIT);
        }
        // Whoever took the number is gone: the next one is free, or another waits as long as this did.
        return service.create(prefix + (next + 1), json.length, GhaService.Content.of(json));
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return listed().contains(key(blob)) || entry(blob) != null;
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        Found entry = entry(blob);
        if (entry == null) {
            throw new IOException("GitHub's cache does not have " + blob.digest() + " any more");
        }
        return service.open(entry);
    }

    private @Nullable Found entry(Descriptor blob) throws IOException {
        Found known = found.get(blob.digest());
        if (known == null) {
            known = service.find(key(blob), false);
            if (known != null) {
                found.put(blob.digest(), known);
            }
        }
        return known;
    }

    /** What GitHub's interface lists, if the user lets us ask it. */
    private synchronized Set<String> listed() throws IOException {
        Set<String> known = listed;
        if (known == null) {
            CacheReference.Gha.Listing listing = place.listing();
            known = listing == null
                    ? Set.of()
                    : GhaListing.keys(listing, LAYER, service.scopes().readable());
            listed = known;
        }
        return known;
    }

    private static String key(Descriptor blob) {
        return LAYER + blob.digest();
    }

    @Override
    public @Nullable Reference repository() {
        return null;
    }
}
