package dev.runner.registry.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * HTTP/1.1 on a socket, one virtual thread a connection. The JDK's own server would do but for one thing: it waits
 * without end for the rest of a TLS greeting, and Docker, containerd and skopeo greet loopback registries in TLS first;
 * here the first byte tells, and the connection is closed at once.
 */
final class Listener implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int BUFFER = 64 << 10;
    private static final int IDLE_MILLIS = 120_000;
    private static final long ACCEPT_AGAIN_NANOS = 50_000_000;
    private static final int TLS_HANDSHAKE = 0x16;

    /** How much of an unwanted body is read so that the client gets to see the answer. */
    private static final long MOST_WASTE = 16 << 20;

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Answers one request. */
    @FunctionalInterface
    interface Handler {
        void handle(Conversation talk) throws IOException;
    }

    private Listener(ServerSocket server, Handler handler) {
        this.server = server;
        this.handler = handler;
    }

    static Listener start(InetSocketAddress address, Handler handler) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Listener listener = new Listener(socket, handler);
        Thread.ofVirtual().name("registry " + socket.getLocalPort()).start(listener::accept);
        return listener;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
                if (server.isClosed()) {
                    socket.close();
                }
            } catch (IOException e) {
                // Closed, or out of file descriptors for the moment, which the clients' retries outlast.
                LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(IDLE_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
            in.mark(1);
            if (in.read() == TLS_HANDSHAKE) {
                // Docker falls back to plain HTTP when it is told so in plain HTTP, and only then.
                out.write(RequestHead.bytes("HTTP/1.0 400 Bad Request\r\n\r\nThis registry speaks plain HTTP.\n"));
                out.flush();
                socket.shutdownOutput();
                in.skipNBytes(in.available());
                return;
            }
            in.reset();
            while (exchange(in, out)) {
                // The next request of the same connection.
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            // The client is gone, or speaks no HTTP: there is nobody to tell.
        } finally {
            open.remove(socket);
        }
    }

    /** One request and its answer; false when the connection is to end. */
    private boolean exchange(InputStream in, OutputStream out) throws IOException {
        RequestHead head;
        RequestBody body;
        try {
            head = RequestHead.read(in);
            if (head == null) {
                return false;
            }
            body = RequestBody.of(head, in, out);
        } catch (RequestHead.Malformed e) {
            out.write(RequestHead.bytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
            out.flush();
            return false;
        }
        Conversation talk = new Conversation(head, body, out);
        handler.handle(talk);
        out.flush();
        return talk.isWhole() && body.drain(MOST_WASTE) && head.keepAlive();
    }

    /** Stops listening and breaks off what is under way. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (SocketException e) {
            // Closed by its own thread at the same moment.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
