package dev.runner.registry.server;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * A registry in this process, its content in a folder that several processes may share.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">distribution-spec</a>
 */
public final class RegistryServer implements AutoCloseable {
    private final InetSocketAddress address;

    private RegistryServer(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * What a server allows.
     *
     * @param users who may come in by basic authentication, with their passwords; empty lets everyone in
     * @param readOnly whether pushes and deletes are refused
     */
    public record Options(Map<String, Secret> users, boolean readOnly) {
        /** Everyone may do everything. */
        public static final Options OPEN = new Options(Map.of(), false);

        public Options {
            users = Map.copyOf(users);
        }

        public static Options of(String user, Secret password) {
            return new Options(Map.of(user, password), false);
        }

        public Options withReadOnly(boolean value) {
            return new Options(users, value);
        }
    }

    /**
     * Starts serving.
     *
     * @param folder made when absent
     * @param address port 0 takes a free one
     * @throws IOException when the folder cannot be written or the address is taken
     */
    public static RegistryServer start(Path folder, InetSocketAddress address, Options options) throws IOException {
        throw new UnsupportedOperationException(folder + " " + new RegistryServer(address).address + options);
    }

    /** Where it listens, with the port it took. */
    public InetSocketAddress address() {
        return address;
    }

    /** Stops; requests under way are broken off after a moment. */
    @Override
    public void close() {}
}
