package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks gzip of any number of members, checking each one's length and checksum. Java's own class finds further members
 * only while {@code available()} says so, which a socket's need not. Zeros after the last member are padding.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipInput extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int end;
    private boolean inMember;
    private boolean ended;
    private boolean closed;

    GzipInput(InputStream in) throws IOException {
        this.in = in;
        header(required(), required());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                nextMember();
                continue;
            }
            int n = inflate(bytes, offset, length);
            if (n > 0) {
                crc.update(bytes, offset, n);
                return n;
            }
            if (inflater.finished()) {
                position = end - inflater.getRemaining();
                trailer();
            } else if (inflater.needsDictionary()) {
                throw malformed("asks for a dictionary", null);
            } else {
                if (!refill()) {
                    throw malformed("ends too early", null);
                }
                inflater.setInput(buffer, position, end - position);
                position = end;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            inflater.end();
            in.close();
        }
    }

    private int inflate(byte[] bytes, int offset, int length) {
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw malformed("is damaged", e);
        }
    }

    private void nextMember() throws IOException {
        int first = next();
        while (first == 0) {
            first = next();
        }
        if (first < 0) {
            ended = true;
            return;
        }
        header(first, required());
    }

    private void header(int first, int second) throws IOException {
        if (first != 0x1F || second != 0x8B || required() != 8) {
            throw malformed("has bytes that are no gzip", null);
        }
        int flags = required();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(required() | required() << 8);
        }
        for (int flag = NAME; flag <= COMMENT; flag <<= 1) {
            while ((flags & flag) != 0 && required() != 0) {
                // A name or comment ends in NUL.
            }
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(buffer, position, end - position);
        position = end;
        crc.reset();
        inMember = true;
    }

    private void trailer() throws IOException {
        long sum = little();
        long size = little();
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw malformed("does not match its checksum", null);
        }
        inMember = false;
    }

    private long little() throws IOException {
        return required() | required() << 8 | required() << 16 | (long) required() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            required();
        }
    }

    private int required() throws IOException {
        int b = next();
        if (b < 0) {
            throw malformed("ends too early", null);
        }
        return b;
    }

    private int next() throws IOException {
        if (position == end && !refill()) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    private boolean refill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        return end > 0;
    }

    private static MalformedContentException malformed(String what, @Nullable Throwable cause) {
        return new MalformedContentException("the gzip of the layer " + what, cause);
    }
}
