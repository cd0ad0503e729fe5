package dev.runner.host.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.host.process.ProcessRunner;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortProxyTests {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    @Test
    void datagrams_of_each_client_are_answered_to_that_client() throws Exception {
        ContainerNet net = ContainerNet.create(folder.resolve("net"), true, new ProcessRunner());
        try (DatagramSocket service = new DatagramSocket(new InetSocketAddress(HERE, 0));
                PortProxy proxy = PortProxy.start(
                        new InetSocketAddress(HERE, 0),
                        net,
                        (InetSocketAddress) service.getLocalSocketAddress(),
                        true);
                DatagramSocket one = new DatagramSocket(new InetSocketAddress(HERE, 0));
                DatagramSocket two = new DatagramSocket(new InetSocketAddress(HERE, 0))) {
            InetSocketAddress published = new InetSocketAddress(HERE, proxy.port());
            send(one, "first", published);
            answer(service);
            send(two, "second", published);
            answer(service);
            send(one, "third", published);
            answer(service);
            assertThat(received(two)).isEqualTo("you said second");
            assertThat(received(one)).isEqualTo("you said first");
            assertThat(received(one)).isEqualTo("you said third");
            assertThatThrownBy(() -> PortProxy.start(published, net, published, true))
                    .isInstanceOf(BindException.class);
        } finally {
            net.remove();
        }
    }

    private static void send(DatagramSocket from, String text, InetSocketAddress to) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static void answer(DatagramSocket service) throws Exception {
        DatagramPacket packet = packet(service);
        String said = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        send(service, "you said " + said, (InetSocketAddress) packet.getSocketAddress());
    }

    private static String received(DatagramSocket socket) throws Exception {
        DatagramPacket packet = packet(socket);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static DatagramPacket packet(DatagramSocket socket) throws Exception {
        socket.setSoTimeout(10_000);
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }
}
