package dev.runner.host.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A port of this machine that leads to one of a container. */
public final class PortProxy implements AutoCloseable {
    private static final int DATAGRAM = 65536;
    private static final long IDLE = 60_000_000_000L;

    private final AutoCloseable listening;
    private final int port;
    private final @Nullable NetworkNamespace namespace;

    private PortProxy(AutoCloseable listening, int port, @Nullable NetworkNamespace namespace) {
        this.listening = listening;
        this.port = port;
        this.namespace = namespace;
    }

    /**
     * Begins to listen.
     *
     * @param local port 0 for any free one
     * @param net whose container it is
     * @param udp otherwise TCP
     * @throws java.net.BindException when the port is taken
     */
    public static PortProxy start(InetSocketAddress local, ContainerNet net, InetSocketAddress target, boolean udp)
            throws IOException {
        NetworkNamespace namespace = net.shared() ? null : NetworkNamespace.enter(net.namespace());
        try {
            return udp ? datagrams(local, namespace, target) : connections(local, namespace, target);
        } catch (IOException | RuntimeException e) {
            if (namespace != null) {
                namespace.close();
            }
            throw e;
        }
    }

    /** The port that was taken. */
    public int port() {
        return port;
    }

    private static PortProxy connections(
            InetSocketAddress local, @Nullable NetworkNamespace namespace, InetSocketAddress target)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(local);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        Thread.ofVirtual().name("port " + target.getPort()).start(() -> {
            try {
                while (true) {
                    SocketChannel client = server.accept();
                    Thread.ofVirtual().start(() -> connect(client, namespace, target));
                }
            } catch (IOException e) {
                return; // Closed.
            }
        });
        return new PortProxy(server, ((InetSocketAddress) server.getLocalAddress()).getPort(), namespace);
    }

    private static void connect(SocketChannel client, @Nullable NetworkNamespace namespace, InetSocketAddress target) {
        try {
            SocketChannel inner = namespace == null ? SocketChannel.open() : namespace.inside(PortProxy::socket);
            try {
                inner.connect(target);
            } catch (IOException e) {
                inner.close();
                throw e;
            }
            Streams.join(client, inner);
        } catch (IOException e) {
            Streams.close(client);
        }
    }

    private static SocketChannel socket() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    private static PortProxy datagrams(
            InetSocketAddress local, @Nullable NetworkNamespace namespace, InetSocketAddress target)
            throws IOException {
        DatagramChannel server = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            server.bind(local);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        Map<SocketAddress, Conversation> conversations = new ConcurrentHashMap<>();
        Thread.ofVirtual().name("port " + target.getPort() + "/udp").start(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM);
            try {
                while (true) {
                    SocketAddress client = server.receive(buffer.clear());
                    Conversation conversation = conversations.get(client);
                    if (conversation == null) {
                        conversation = Conversation.begin(server, client, namespace, target, conversations);
                    }
                    conversation.last = System.nanoTime();
                    conversation.inner.write(buffer.flip());
                    long now = System.nanoTime();
                    conversations.values().removeIf(old -> old.endIfIdle(now));
                }
            } catch (IOException e) {
                conversations.values().forEach(one -> Streams.close(one.inner));
            }
        });
        return new PortProxy(server, ((InetSocketAddress) server.getLocalAddress()).getPort(), namespace);
    }

    /** What one client sends and gets. */
    private static final class Conversation {
        private final DatagramChannel inner;
        private volatile long last = System.nanoTime();

        private Conversation(DatagramChannel inner) {
            this.inner = inner;
        }

        static Conversation begin(
                DatagramChannel server,
                SocketAddress client,
                @Nullable NetworkNamespace namespace,
                InetSocketAddress target,
                Map<SocketAddress, Conversation> all)
                throws IOException {
            DatagramChannel inner = namespace == null
                    ? DatagramChannel.open(StandardProtocolFamily.INET)
                    : namespace.inside(() -> DatagramChannel.open(StandardProtocolFamily.INET));
            inner.connect(target);
            Conversation conversation = new Conversation(inner);
            all.put(client, conversation);
            Thread.ofVirtual().start(() -> {
                ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM);
                try {
                    while (true) {
                        inner.read(buffer.clear());
                        conversation.last = System.nanoTime();
                        server.send(buffer.flip(), client);
                    }
                } catch (IOException e) {
                    all.remove(client, conversation);
                }
            });
            return conversation;
        }

        boolean endIfIdle(long now) {
            if (now - last < IDLE) {
                return false;
            }
            Streams.close(inner);
            return true;
        }
    }

    @Override
    public void close() {
        Streams.close(listening);
        if (namespace != null) {
            namespace.close();
        }
    }
}
