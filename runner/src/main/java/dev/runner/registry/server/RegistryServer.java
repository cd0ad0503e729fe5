package dev.runner.registry.server;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registry in this process, its content in a folder that several processes may share.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">distribution-spec</a>
 */
public final class RegistryServer implements AutoCloseable {
    private final Listener listener;
    private final Doorkeeper doorkeeper;
    private final boolean readOnly;
    private final BlobRequests blobs;
    private final ManifestRequests manifests;
    private final Listings listings;

    private RegistryServer(InetSocketAddress address, Store store, Options options) throws IOException {
        this.doorkeeper = new Doorkeeper(options);
        this.readOnly = options.readOnly();
        this.blobs = new BlobRequests(store);
        this.manifests = new ManifestRequests(store);
        this.listings = new Listings(store);
        this.listener = Listener.start(address, this::serve);
    }

    /**
     * What a server allows.
     *
     * @param users who may come in by basic authentication, with their passwords; empty lets everyone in
     * @param readOnly whether pushes and deletes are refused
     * @param tokens asks for bearer tokens instead of users; null for not
     */
    public record Options(
            Map<String, Secret> users,
            boolean readOnly,
            @Nullable TokenCheck tokens) {
        /** Everyone may do everything. */
        public static final Options OPEN = new Options(Map.of(), false, null);

        public Options {
            users = Map.copyOf(users);
        }

        public Options(Map<String, Secret> users, boolean readOnly) {
            this(users, readOnly, null);
        }

        public static Options of(String user, Secret password) {
            return new Options(Map.of(user, password), false, null);
        }

        public Options withReadOnly(boolean value) {
            return new Options(users, value, tokens);
        }

        public Options withTokens(@Nullable TokenCheck value) {
            return new Options(users, readOnly, value);
        }
    }

    /** Who gives out tokens, and which are good. */
    public interface TokenCheck {
        /** The token service's URL. */
        String realm();

        /** Whether a token is good for a scope, such as {@code repository:acme/hello:pull}; empty for {@code /v2/}. */
        boolean accepts(String token, String scope);
    }

    /**
     * Starts serving.
     *
     * @param folder made when absent
     * @param address port 0 takes a free one
     * @throws IOException when the folder cannot be written or the address is taken
     */
    public static RegistryServer start(Path folder, InetSocketAddress address, Options options) throws IOException {
        Store store = Store.open(folder);
        store.sweep(Instant.now());
        return new RegistryServer(address, store, options);
    }

    /** Where it listens, with the port it took. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Stops, and breaks off requests under way: what they have not finished is not there. */
    @Override
    public void close() {
        listener.close();
    }

    private void serve(Conversation talk) throws IOException {
        talk.set("Docker-Distribution-Api-Version", "registry/2.0");
        try {
            talk.readQuery();
            Paths path = Paths.parse(talk.path());
            doorkeeper.check(talk, path);
            answer(talk, path);
        } catch (Problem problem) {
            talk.answer(problem);
        } catch (IOException | RuntimeException failure) {
            // Where the answer has begun there is only one way to tell: to break it off.
            if (!talk.isStarted()) {
                talk.answer(new Problem(500, "UNKNOWN", "the registry failed: " + failure));
            }
        }
    }

    private void answer(Conversation talk, @Nullable Paths path) throws IOException {
        if (path == null) {
            throw new Problem(404, "UNSUPPORTED", "there is nothing at " + talk.path());
        }
        if (readOnly && !talk.method().equals("GET") && !talk.isHead()) {
            throw Problem.unsupported("this registry is read-only");
        }
        switch (path.kind()) {
            case ROOT -> talk.answer(200, "application/json", new byte[] {'{', '}'});
            case CATALOG -> listings.catalog(talk);
            case TAGS -> listings.tags(talk, path.repository());
            case MANIFEST -> manifests.manifest(talk, path.repository(), path.rest());
            case REFERRERS -> manifests.referrers(talk, path.repository(), Paths.digest(path.rest()));
            case BLOB -> blobs.blob(talk, path.repository(), Paths.digest(path.rest()));
            case UPLOADS -> blobs.open(talk, path.repository());
            case UPLOAD -> blobs.upload(talk, path.repository(), path.rest());
        }
    }
}
