package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a PAX extended header: {@code LENGTH KEY=VALUE\n}, the length counting itself. */
final class PaxRecords {
    private static final long NANOS = 1_000_000_000L;

    private PaxRecords() {}

    /** Takes records in the order of the header; keys may repeat. */
    @FunctionalInterface
    interface Taker {
        void take(String key, byte[] value);
    }

    static byte[] encode(Map<String, byte[]> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        for (Map.Entry<String, byte[]> record : records.entrySet()) {
            byte[] key = EntryNames.encode(record.getKey());
            byte[] value = record.getValue();
            int rest = key.length + value.length + 3;
            int length = rest + digits(rest);
            length = rest + digits(length);
            out.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
            out.write(' ');
            out.writeBytes(key);
            out.write('=');
            out.writeBytes(value);
            out.write('\n');
        }
        return out.toByteArray();
    }

    static void parse(byte[] bytes, Taker taker) {
        int at = 0;
        while (at < bytes.length) {
            int space = at;
            int length = 0;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && length <= bytes.length) {
                length = length * 10 + bytes[space++] - '0';
            }
            boolean framed = space > at
                    && space < bytes.length
                    && bytes[space] == ' '
                    && length > space - at + 2
                    && length <= bytes.length - at
                    && bytes[at + length - 1] == '\n';
            int equals = framed ? indexOf(bytes, '=', space + 1, at + length) : -1;
            if (equals <= space + 1) {
                throw new MalformedContentException("malformed PAX record in a layer's tar", null);
            }
            byte[] value = Arrays.copyOfRange(bytes, equals + 1, at + length - 1);
            taker.take(EntryNames.decode(bytes, space + 1, equals), value);
            at += length;
        }
    }

    /** Seconds with as many decimals as needed. */
    static String time(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    /** Nanoseconds of a decimal number of seconds, the nearest there is for one out of range; null when malformed. */
    static @Nullable Long parseTime(String text) {
        if (text.isEmpty() || text.length() > 40 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return null;
        }
        try {
            BigDecimal seconds = new BigDecimal(text);
            BigDecimal nanos = seconds.movePointRight(9).setScale(0, RoundingMode.FLOOR);
            if (nanos.toBigInteger().bitLength() > 63) {
                return nanos.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
            return nanos.longValue();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static long saturatedNanos(long seconds) {
        if (seconds > Long.MAX_VALUE / NANOS) {
            return Long.MAX_VALUE;
        }
        return seconds < Long.MIN_VALUE / NANOS ? Long.MIN_VALUE : seconds * NANOS;
    }

    private static int indexOf(byte[] bytes, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int digits(int value) {
        return value < 10 ? 1 : 1 + digits(value / 10);
    }
}
