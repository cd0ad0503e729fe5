package dev.runner.registry.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;

/** A request's body, of a length or in chunks. Says that it may come, where the client waits for that. */
final class RequestBody extends InputStream {
    private final InputStream in;
    private final OutputStream out;
    private final boolean chunked;
    private boolean awaited;
    private long left;
    private boolean ended;

    private RequestBody(InputStream in, OutputStream out, boolean chunked, boolean awaited, long left) {
        this.in = in;
        this.out = out;
        this.chunked = chunked;
        this.awaited = awaited;
        this.left = left;
        this.ended = !chunked && left == 0;
    }

    static RequestBody of(RequestHead head, InputStream in, OutputStream out) throws RequestHead.Malformed {
        String encoding = head.headers().getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT);
        String length = head.headers().get("content-length");
        boolean awaited = "100-continue".equalsIgnoreCase(head.headers().get("expect"));
        if (!encoding.isEmpty() && (!encoding.equals("chunked") || length != null)) {
            throw new RequestHead.Malformed("an ambiguous length");
        }
        if (length != null && !length.matches("\\d{1,18}")) {
            throw new RequestHead.Malformed("not a length");
        }
        return new RequestBody(in, out, !encoding.isEmpty(), awaited, length == null ? 0 : Long.parseLong(length));
    }

    /** Whether the connection can go on with another request as it stands, or after reading a little. */
    boolean drain(long most) throws IOException {
        if (ended) {
            return true;
        }
        if (awaited) {
            return false;
        }
        byte[] waste = new byte[64 << 10];
        for (long total = 0; total < most; ) {
            int count = read(waste, 0, waste.length);
            if (count < 0) {
                return true;
            }
            total += count;
        }
        return false;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        if (awaited) {
            awaited = false;
            out.write(RequestHead.bytes("HTTP/1.1 100 Continue\r\n\r\n"));
            out.flush();
        }
        if (chunked && left == 0 && !nextChunk()) {
            ended = true;
            return -1;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the body breaks off");
        }
        left -= count;
        if (left == 0) {
            if (chunked) {
                line();
            } else {
                ended = true;
            }
        }
        return count;
    }

    private boolean nextChunk() throws IOException {
        String size = line().replaceFirst(";.*", "").strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new RequestHead.Malformed("not a chunk");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        while (!line().isEmpty()) {
            // Trailers say nothing that matters here.
        }
        return false;
    }

    private String line() throws IOException {
        String line = RequestHead.readLine(in, new int[] {8 << 10});
        if (line == null) {
            throw new EOFException("the body breaks off");
        }
        return line;
    }
}
