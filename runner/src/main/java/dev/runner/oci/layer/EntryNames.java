package dev.runner.oci.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * File names as text and back, without loss. Linux names are bytes. Those that are UTF-8 are that text; a byte that is
 * part of no UTF-8 character becomes the lone surrogate {@code U+DC80} to {@code U+DCFF}, as Python's surrogateescape
 * does, and turns into the same byte again.
 */
public final class EntryNames {
    private static final int ESCAPE = 0xDC00;

    private EntryNames() {}

    /** The bytes of a name. */
    public static byte[] encode(String name) {
        int length = name.length();
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= ESCAPE + 0x80
                    && c <= ESCAPE + 0xFF
                    && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)))) {
                return encodeEscaped(name);
            }
        }
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** The text of some bytes. */
    public static String decode(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return decodeWide(bytes, from, to);
            }
        }
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The text of some bytes. */
    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    private static byte[] encodeEscaped(String name) {
        byte[] out = new byte[name.length() * 3];
        int size = 0;
        int start = 0;
        for (int i = 0; i <= name.length(); i++) {
            boolean end = i == name.length();
            boolean escape = !end
                    && Character.isLowSurrogate(name.charAt(i))
                    && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)));
            if (end || escape) {
                byte[] plain = name.substring(start, i).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(plain, 0, out, size, plain.length);
                size += plain.length;
                start = i + 1;
            }
            if (escape) {
                out[size++] = (byte) name.charAt(i);
            }
        }
        return Arrays.copyOf(out, size);
    }

    private static String decodeWide(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int length = characterLength(bytes, i, to);
            if (length == 0) {
                out.append((char) (ESCAPE + (bytes[i] & 0xFF)));
                i++;
            } else {
                out.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            }
        }
        return out.toString();
    }

    /** Length of the UTF-8 character that starts there, or zero if none does. */
    private static int characterLength(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xFF;
        int length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : 0;
        if (first >= 0xF0 && first < 0xF5) {
            length = 4;
        }
        if (length == 0 || at + length > to) {
            return 0;
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        byte[] back = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(back, 0, back.length, bytes, at, at + length) ? length : 0;
    }
}
