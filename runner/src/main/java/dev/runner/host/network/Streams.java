package dev.runner.host.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Two connections, each getting what the other sends, until both have ended. */
final class Streams {
    private static final int ROOM = 64 * 1024;

    private Streams() {}

    /** Returns at the end, with both closed. */
    static void join(SocketChannel one, SocketChannel other) {
        try (one;
                other) {
            Thread back = Thread.ofVirtual().start(() -> carry(other, one));
            carry(one, other);
            back.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void carry(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    static void close(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            return; // It is of no use to anybody any more.
        }
    }
}
