package dev.runner.host.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions for the names of a network's containers, and takes all others to the machine's own name servers. A
 * question has a header of twelve bytes, a name in parts with their lengths before them, type and class.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1035#section-4">RFC 1035, messages</a>
 */
final class NameServer implements Runnable {
    private static final int HEADER = 12;
    private static final int ROOM = 4096;
    private static final int TYPE_A = 1;
    private static final int ANSWER = 0x8580;
    private static final int FAILED = 0x8182;
    private static final int SECONDS = 10;
    private static final int PATIENCE = 5000;

    private final ContainerNet net;
    private final DatagramChannel channel;

    NameServer(ContainerNet net, DatagramChannel channel) {
        this.net = net;
        this.channel = channel;
    }

    @Override
    public void run() {
        try {
            while (true) {
                ByteBuffer question = ByteBuffer.allocate(ROOM);
                SocketAddress who = channel.receive(question);
                question.flip();
                Thread.ofVirtual().start(() -> answer(question, who));
            }
        } catch (IOException e) {
            return; // Closed.
        }
    }

    private void answer(ByteBuffer question, SocketAddress who) {
        try {
            int end = question.limit() < HEADER ? -1 : endOfName(question);
            if (end < 0 || end + 4 > question.limit()) {
                return;
            }
            String address = net.lookup(name(question));
            ByteBuffer reply = address == null
                    ? forwarded(question)
                    : reply(question, end, question.getShort(end) == TYPE_A ? address : null);
            channel.send(reply == null ? failed(question, end) : reply, who);
        } catch (IOException e) {
            return; // Whoever asked asks again.
        }
    }

    private static int endOfName(ByteBuffer question) {
        int at = HEADER;
        while (at < question.limit()) {
            int length = question.get(at) & 0xFF;
            if (length == 0) {
                return at + 1;
            }
            at += length + 1;
        }
        return -1;
    }

    private static String name(ByteBuffer question) {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        for (int length = question.get(at); length > 0; length = question.get(at)) {
            byte[] part = new byte[length];
            question.get(at + 1, part);
            name.append(name.isEmpty() ? "" : ".").append(new String(part, StandardCharsets.ISO_8859_1));
            at += length + 1;
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    /** @param address null for a name that has no address of the kind that was asked for */
    private static ByteBuffer reply(ByteBuffer question, int end, @Nullable String address) {
        ByteBuffer reply = ByteBuffer.allocate(ROOM);
        reply.putShort(question.getShort(0)).putShort((short) ANSWER).putShort((short) 1);
        reply.putShort((short) (address == null ? 0 : 1)).putShort((short) 0).putShort((short) 0);
        reply.put(question.slice(HEADER, end + 4 - HEADER));
        if (address != null) {
            // The name is the one at the twelfth byte.
            reply.putShort((short) 0xC00C).putShort((short) TYPE_A).putShort((short) 1);
            reply.putInt(SECONDS).putShort((short) 4);
            for (String part : address.split("\\.")) {
                reply.put((byte) Integer.parseInt(part));
            }
        }
        return reply.flip();
    }

    private static ByteBuffer failed(ByteBuffer question, int end) {
        ByteBuffer reply = ByteBuffer.allocate(ROOM);
        reply.putShort(question.getShort(0)).putShort((short) FAILED).putShort((short) 1);
        reply.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        return reply.put(question.slice(HEADER, end + 4 - HEADER)).flip();
    }

    private static @Nullable ByteBuffer forwarded(ByteBuffer question) throws IOException {
        for (String server : servers()) {
            try (DatagramChannel upstream = DatagramChannel.open()) {
                upstream.socket().setSoTimeout(PATIENCE);
                upstream.connect(new InetSocketAddress(server, 53));
                upstream.write(question.duplicate());
                byte[] answer = new byte[ROOM];
                java.net.DatagramPacket packet = new java.net.DatagramPacket(answer, answer.length);
                upstream.socket().receive(packet);
                return ByteBuffer.wrap(answer, 0, packet.getLength());
            } catch (IOException e) {
                continue; // The next one may know.
            }
        }
        return null;
    }

    private static List<String> servers() throws IOException {
        List<String> servers = new ArrayList<>();
        Path file = Path.of("/etc/resolv.conf");
        for (String line : Files.isReadable(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 2 && words[0].equals("nameserver")) {
                servers.add(words[1]);
            }
        }
        return servers;
    }
}
