package dev.runner.host.network;

import dev.runner.host.posix.Namespaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes sockets of another network: a thread that went there and stays. */
final class NetworkNamespace implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("in a network").factory());

    private NetworkNamespace() {}

    static NetworkNamespace enter(Path file) throws IOException {
        NetworkNamespace namespace = new NetworkNamespace();
        try {
            namespace.inside(() -> {
                Namespaces.enterNetwork(file);
                return file;
            });
            return namespace;
        } catch (IOException | RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** Does something short in there. */
    <T> T inside(Callable<T> work) throws IOException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a socket was made");
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
