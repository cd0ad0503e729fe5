package dev.runner.registry.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A registry in this process, its content in a folder that several processes may share.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">distribution-spec</a>
 */
public final class RegistryServer implements AutoCloseable {
    private static final int BACKLOG = 256;

    private final HttpServer http;
    private final ExecutorService threads;
    private final Doorkeeper doorkeeper;
    private final boolean readOnly;
    private final BlobRequests blobs;
    private final ManifestRequests manifests;
    private final Listings listings;

    private RegistryServer(HttpServer http, Store store, Options options) {
        this.http = http;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        this.doorkeeper = new Doorkeeper(options);
        this.readOnly = options.readOnly();
        this.blobs = new BlobRequests(store);
        this.manifests = new ManifestRequests(store);
        this.listings = new Listings(store);
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
        // The JDK's server reads this once, when its first instance is made: without it, small answers wait 40 ms for
        // the other side's acknowledgement.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        Store store = Store.open(folder);
        store.sweep(Instant.now());
        HttpServer http = HttpServer.create(address, BACKLOG);
        RegistryServer server = new RegistryServer(http, store, options);
        http.setExecutor(server.threads);
        http.createContext("/", server::serve);
        http.start();
        return server;
    }

    /** Where it listens, with the port it took. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Stops; requests under way are broken off after a moment. */
    @Override
    public void close() {
        http.stop(1);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
            Conversation talk = new Conversation(exchange);
            try {
                talk.readQuery();
                Paths path = Paths.parse(talk.path());
                doorkeeper.check(talk, path);
                answer(talk, path);
            } catch (Problem problem) {
                talk.answer(problem);
            } catch (IOException | RuntimeException failure) {
                // Goes nowhere when the client is gone or the answer has begun.
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
