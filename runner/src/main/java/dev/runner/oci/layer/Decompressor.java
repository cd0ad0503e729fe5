package dev.runner.oci.layer;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.runner.oci.MalformedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** Finds out by the first bytes how a stream is packed. */
public final class Decompressor {
    private static final int MAGIC = 4;

    private Decompressor() {}

    /** The content, unpacked when it is gzip or zstd, else as it is. */
    public static InputStream open(InputStream in) throws IOException {
        PushbackInputStream pushback = new PushbackInputStream(in, MAGIC);
        byte[] head = pushback.readNBytes(MAGIC);
        pushback.unread(head);
        if (head.length >= 2 && head[0] == 0x1F && head[1] == (byte) 0x8B) {
            return new GzipInput(pushback);
        }
        if (head.length == MAGIC && isZstd(head)) {
            return new ZstdInput(pushback);
        }
        return pushback;
    }

    /** The magic of a frame, or of one that is to be skipped (RFC 8878, 3.1). */
    private static boolean isZstd(byte[] head) {
        boolean frame = head[0] == 0x28 && head[1] == (byte) 0xB5 && head[2] == 0x2F && head[3] == (byte) 0xFD;
        boolean skippable = (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
        return frame || skippable;
    }

    private static final class ZstdInput extends FilterInputStream {
        ZstdInput(InputStream in) throws IOException {
            super(new ZstdInputStreamNoFinalizer(in));
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (ZstdIOException e) {
                throw new MalformedContentException("the layer is no valid zstd", e);
            }
        }
    }
}
