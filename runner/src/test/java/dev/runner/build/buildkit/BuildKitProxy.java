package dev.runner.build.buildkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * BuildKit's own protocol on a TCP port, in clear or with TLS and a client's certificate, for the BuildKit inside a Docker
 * Engine: which has it behind an upgrade of HTTP ({@code POST /grpc}) on its socket. It can fall silent, and it can hang up.
 */
public final class BuildKitProxy implements AutoCloseable {
    private final ServerSocket server;
    private final Path docker;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch silent = new CountDownLatch(0);

    private BuildKitProxy(ServerSocket server, Path docker) {
        this.server = server;
        this.docker = docker;
    }

    /** @param tls null for a port in clear */
    public static BuildKitProxy start(Path dockerSocket, @Nullable SSLContext tls) throws IOException {
        ServerSocket server =
                tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (server instanceof SSLServerSocket secure) {
            secure.setNeedClientAuth(true);
            var parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            secure.setSSLParameters(parameters);
        }
        BuildKitProxy proxy = new BuildKitProxy(server, dockerSocket);
        Thread.ofPlatform().daemon().name("buildkit proxy").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                Thread.ofPlatform().daemon().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                SocketChannel engine = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.connect(UnixDomainSocketAddress.of(docker));
            open.add(engine);
            engine.write(
                    ByteBuffer.wrap("POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII)));
            InputStream answers = Channels.newInputStream(engine);
            skipHead(answers);
            InputStream asks = client.getInputStream();
            Thread back = Thread.ofPlatform().daemon().start(() -> pump(answers, client));
            pump(asks, Channels.newOutputStream(engine));
            engine.shutdownOutput();
            back.join();
        } catch (IOException e) {
            // One of the two has hung up.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void skipHead(InputStream in) throws IOException {
        int last = 0;
        while ((last = (last << 8) | in.read()) != 0x0D0A0D0A) {
            if ((last & 0xFF) == 0xFF) {
                throw new IOException("no upgrade");
            }
        }
    }

    private void pump(InputStream in, Socket out) {
        try {
            pump(in, out.getOutputStream());
            out.shutdownOutput();
        } catch (IOException e) {
            // It has hung up.
            return;
        }
    }

    private void pump(InputStream in, OutputStream out) {
        byte[] buffer = new byte[1 << 16];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                silent.await();
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // It has hung up.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on nothing comes through, and nobody hangs up. */
    public void fallSilent() {
        silent = new CountDownLatch(1);
    }

    /** Hangs up on everybody, and listens no more. */
    @Override
    public void close() throws IOException {
        server.close();
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        silent.countDown();
    }
}
