package dev.runner.build.sbom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Modules that a Go program says it is made of. The linker writes them behind a mark, on a boundary of 16 bytes: the mark,
 * its flags, then, since Go 1.18, the compiler's version and the modules, each with its length before it.
 *
 * @see <a href="https://pkg.go.dev/debug/buildinfo">debug/buildinfo</a>
 */
final class GoBinaries {
    private static final byte[] MARK = {(byte) 0xFF, ' ', 'G', 'o', ' ', 'b', 'u', 'i', 'l', 'd', 'i', 'n', 'f', ':'};
    private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};
    private static final int ALIGNMENT = 16;
    private static final int HEADER = 32;
    private static final int INLINE = 2;
    private static final int SENTINEL = 16;
    private static final int WINDOW = 1 << 20;
    private static final int LONGEST = 4 << 20;

    private GoBinaries() {}

    static List<SoftwarePackage> read(RootFiles.File file) throws IOException {
        if (file.size() < WINDOW / 2) {
            return List.of(); // No Go program is that small.
        }
        try (InputStream in = file.open()) {
            if (!Arrays.equals(in.readNBytes(ELF.length), ELF)) {
                return List.of();
            }
            in.readNBytes(ALIGNMENT - ELF.length);
            byte[] info = afterMark(in);
            return info == null ? List.of() : modules(info, file.path());
        }
    }

    /** What stands behind the mark, beginning with the mark; the stream stands on a boundary. */
    private static byte @Nullable [] afterMark(InputStream in) throws IOException {
        byte[] window = new byte[WINDOW];
        while (true) {
            int length = in.readNBytes(window, 0, WINDOW);
            for (int at = 0; at + MARK.length <= length; at += ALIGNMENT) {
                if (Arrays.equals(window, at, at + MARK.length, MARK, 0, MARK.length)) {
                    byte[] start = Arrays.copyOfRange(window, at, length);
                    byte[] rest = in.readNBytes(LONGEST);
                    byte[] all = Arrays.copyOf(start, start.length + rest.length);
                    System.arraycopy(rest, 0, all, start.length, rest.length);
                    return all;
                }
            }
            if (length < WINDOW) {
                return null;
            }
        }
    }

    private static List<SoftwarePackage> modules(byte[] info, String path) {
        if (info.length <= HEADER || (info[15] & INLINE) == 0) {
            return List.of();
        }
        int[] at = {HEADER};
        byte[] version = string(info, at);
        byte[] text = version == null ? null : string(info, at);
        if (version == null || text == null) {
            return List.of();
        }
        List<SoftwarePackage> found = new ArrayList<>();
        String go = new String(version, StandardCharsets.UTF_8);
        found.add(module("stdlib", go.replaceFirst("^go", "").replaceFirst(" .*", ""), path));
        if (text.length <= 2 * SENTINEL) {
            return found;
        }
        String lines = new String(text, SENTINEL, text.length - 2 * SENTINEL, StandardCharsets.UTF_8);
        for (String line : lines.split("\n")) {
            String[] words = line.split("\t");
            boolean known = words.length >= 3 && (words[0].equals("mod") || words[0].equals("dep"));
            if (known) {
                found.add(module(words[1], words[2], path));
            } else if (words.length >= 3 && words[0].equals("=>")) {
                found.set(found.size() - 1, module(words[1], words[2], path));
            }
        }
        return found;
    }

    private static SoftwarePackage module(String name, String version, String path) {
        return new SoftwarePackage(
                "golang", null, name, version.equals("(devel)") ? "" : version, Map.of(), null, path);
    }

    private static byte @Nullable [] string(byte[] info, int[] at) {
        long length = 0;
        int shift = 0;
        while (at[0] < info.length && shift < 32) {
            byte b = info[at[0]++];
            length |= (long) (b & 0x7F) << shift;
            shift += 7;
            if (b >= 0) {
                break;
            }
        }
        if (length > info.length - at[0]) {
            return null;
        }
        byte[] string = Arrays.copyOfRange(info, at[0], at[0] + (int) length);
        at[0] += (int) length;
        return string;
    }
}
