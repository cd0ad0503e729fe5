package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.nio.charset.StandardCharsets;

/** Numbers in tar headers: octal text, or two's complement base 256 when the first bit is set. */
final class TarNumbers {
    private TarNumbers() {}

    static long parse(byte[] block, int at, int length) {
        if ((block[at] & 0x80) != 0) {
            return base256(block, at, length);
        }
        int i = at;
        int end = at + length;
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        long value = 0;
        while (i < end && block[i] != 0 && block[i] != ' ') {
            int digit = block[i++] - '0';
            if (digit < 0 || digit > 7) {
                throw new MalformedContentException("not an octal number in a tar header", null);
            }
            value = value << 3 | digit;
        }
        return value;
    }

    /** A decimal number of a PAX record. */
    static long decimal(byte[] text) {
        try {
            return Long.parseLong(new String(text, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            throw new MalformedContentException("not a number in a PAX record of a layer's tar", e);
        }
    }

    private static long base256(byte[] block, int at, int length) {
        boolean negative = (block[at] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = at; i < at + length; i++) {
            int b = i == at ? block[i] & 0x7F | (negative ? 0x80 : 0) : block[i] & 0xFF;
            if (value >>> 55 != (negative ? 0x1FF : 0)) {
                throw new MalformedContentException("a number in a tar header is too large", null);
            }
            value = value << 8 | b;
        }
        return value;
    }
}
