package dev.runner.host.network;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a network needs of a program that lives: answers to questions for names, and the way out. */
public final class NetworkServices implements AutoCloseable {
    /** Ports of the world, and by the gateway's address of this machine, that containers reach without slirp4netns. */
    public static final List<Integer> WAYS_OUT = List.of(
            21, 22, 25, 80, 389, 443, 465, 587, 636, 873, 1433, 3000, 3306, 5000, 5432, 5672, 6379, 8000, 8080, 8081,
            8082, 8083, 8088, 8200, 8443, 8888, 9000, 9090, 9092, 9200, 9418, 11371, 27017);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final @Nullable RunningProcess slirp;

    private NetworkServices(@Nullable RunningProcess slirp) {
        this.slirp = slirp;
    }

    /** Begins to serve a network; a shared one needs nothing. */
    public static NetworkServices start(ContainerNet net, ProcessRunner processes) throws IOException {
        if (net.shared()) {
            return new NetworkServices(null);
        }
        NetworkServices services = new NetworkServices(startSlirp(net, processes));
        try {
            NetworkNamespace namespace = NetworkNamespace.enter(net.namespace());
            services.open.add(namespace);
            DatagramChannel questions = namespace.inside(() -> {
                DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
                return channel.bind(new InetSocketAddress(ContainerNet.GATEWAY, 53));
            });
            services.open.add(questions);
            Thread.ofVirtual().name("names").start(new NameServer(net, questions));
            if (services.slirp == null) {
                for (int port : WAYS_OUT) {
                    services.open.add(services.wayOut(namespace, port));
                }
            }
            return services;
        } catch (IOException | RuntimeException e) {
            services.close();
            throw e;
        }
    }

    /** What people should know of the way out; empty for nothing. */
    public String note() {
        return slirp != null
                ? ""
                : "containers with a network of their own reach the world by TCP on the usual ports only; with"
                        + " slirp4netns installed by all";
    }

    /** The program joins the bridge as a neighbour that translates: all of it ends with its process. */
    private static @Nullable RunningProcess startSlirp(ContainerNet net, ProcessRunner processes) throws IOException {
        Path program = Executables.find("slirp4netns");
        Path ip = Executables.find("ip");
        if (program == null || ip == null) {
            return null;
        }
        RunningProcess process = processes.start(
                Command.of(
                        program.toString(),
                        "--cidr=10.213.255.0/24",
                        "--disable-dns",
                        Long.toString(net.router()),
                        "tap0"),
                OutputSink.discard(),
                OutputSink.discard());
        Path nsenter = Executables.find("nsenter");
        String script = "n=0; until $0 link show tap0 >/dev/null 2>&1; do n=$((n+1)); [ $n -lt 200 ] || exit 1;"
                + " sleep 0.01; done; $0 rule del pref 200; $0 link set tap0 up;"
                + " $0 address add 10.213.255.100/24 dev tap0; $0 route add default via 10.213.255.2 dev tap0;"
                + " echo 1 >/proc/sys/net/ipv4/ip_forward";
        try {
            Path iptables = Executables.find("iptables");
            String masked = iptables == null
                    ? "exit 1"
                    : script + "; " + iptables + " -t nat -A POSTROUTING -o tap0 -j MASQUERADE";
            int made = nsenter == null
                    ? 1
                    : processes
                            .run(Command.of(
                                    nsenter.toString(),
                                    "--net=" + net.namespace(),
                                    "--",
                                    "/bin/sh",
                                    "-c",
                                    masked,
                                    ip.toString()))
                            .exitCode();
            if (made != 0) {
                process.terminate(Duration.ZERO);
                return null;
            }
            return process;
        } catch (InterruptedException e) {
            process.terminate(Duration.ZERO);
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /**
     * The router takes connections to every address; what a connection's own end is called is where it wanted to go.
     */
    private ServerSocketChannel wayOut(NetworkNamespace namespace, int port) throws IOException {
        ServerSocketChannel server = namespace.inside(() -> {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
            return channel.bind(new InetSocketAddress("0.0.0.0", port));
        });
        Thread.ofVirtual().name("way out " + port).start(() -> {
            try {
                while (true) {
                    SocketChannel client = server.accept();
                    Thread.ofVirtual().start(() -> relay(client));
                }
            } catch (IOException e) {
                return; // Closed.
            }
        });
        return server;
    }

    private static void relay(SocketChannel client) {
        try {
            InetSocketAddress wanted = (InetSocketAddress) client.getLocalAddress();
            boolean own = wanted.getAddress().getHostAddress().equals(ContainerNet.GATEWAY);
            InetSocketAddress target = own ? new InetSocketAddress("127.0.0.1", wanted.getPort()) : wanted;
            SocketChannel outer = SocketChannel.open();
            try {
                outer.connect(target);
            } catch (IOException e) {
                outer.close();
                throw e;
            }
            Streams.join(client, outer);
        } catch (IOException e) {
            Streams.close(client);
        }
    }

    @Override
    public void close() {
        open.reversed().forEach(Streams::close);
        if (slirp != null) {
            slirp.terminate(Duration.ZERO);
        }
    }
}
