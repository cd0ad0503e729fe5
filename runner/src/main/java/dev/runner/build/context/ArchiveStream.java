package dev.runner.build.context;

import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.Compression;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** A tar, plain or packed with gzip, bzip2, xz or Zstandard, told by content and not by name. */
public final class ArchiveStream {
    private static final int HEADER = 512;
    private static final byte[] BZIP2 = {'B', 'Z', 'h'};
    private static final byte[] XZ = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
    private static final byte[] GZIP = {0x1F, (byte) 0x8B};
    private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};

    /** XZ streams that want more memory than this to unpack are refused; in KiB. */
    private static final int XZ_MEMORY = 256 << 10;

    private ArchiveStream() {}

    /** Whether the stream, which is read but not closed, is an archive. A broken one is none. */
    public static boolean isArchive(InputStream in) throws IOException {
        try {
            byte[] header = unpack(in).readNBytes(HEADER);
            return header.length == HEADER && isTarHeader(header);
        } catch (MalformedContentException e) {
            return false;
        } catch (java.nio.channels.ClosedByInterruptException | java.io.InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isTarHeader(byte[] header) {
        long sum = 0;
        for (int i = 0; i < HEADER; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
        }
        String digits = new String(header, 148, 8, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return digits.matches("[0-7]{1,7}") && Long.parseLong(digits, 8) == sum && header[0] != 0;
    }

    /** The tar inside; what is not packed as it is. Closing the result closes {@code raw}. */
    public static InputStream unpack(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        in.mark(XZ.length);
        byte[] start = in.readNBytes(XZ.length);
        in.reset();
        if (startsWith(start, BZIP2)) {
            return new BZip2CompressorInputStream(in, true);
        }
        if (startsWith(start, XZ)) {
            return new XZInputStream(in, XZ_MEMORY);
        }
        return startsWith(start, GZIP) || startsWith(start, ZSTD) ? Compression.decompress(in) : in;
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }
}
