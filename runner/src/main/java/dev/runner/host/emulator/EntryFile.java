package dev.runner.host.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An entry of binfmt_misc as the kernel shows it.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/binfmt-misc.html">binfmt_misc</a>
 */
record EntryFile(String name, boolean enabled, Path interpreter, String flags, int offset, byte[] magic, byte[] mask) {

    static EntryFile read(Path file) throws IOException {
        String interpreter = "";
        String flags = "";
        int offset = 0;
        byte[] magic = {};
        byte[] mask = {};
        boolean enabled = false;
        for (String line : Files.readAllLines(file)) {
            int space = line.indexOf(' ');
            String value = space < 0 ? "" : line.substring(space + 1).strip();
            switch (space < 0 ? line : line.substring(0, space)) {
                case "enabled" -> enabled = true;
                case "interpreter" -> interpreter = value;
                case "flags:" -> flags = value;
                case "offset" -> offset = Integer.parseInt(value);
                case "magic" -> magic = HexFormat.of().parseHex(value);
                case "mask" -> mask = HexFormat.of().parseHex(value);
                default -> {}
            }
        }
        if (mask.length == 0) {
            mask = new byte[magic.length];
            Arrays.fill(mask, (byte) 0xff);
        }
        return new EntryFile(file.getFileName().toString(), enabled, Path.of(interpreter), flags, offset, magic, mask);
    }

    /** Whether the kernel would use this entry for programs of an architecture. */
    boolean recognises(EmulatedArchitecture architecture) {
        byte[] header = Probe.magic(architecture);
        if (offset != 0 || magic.length == 0 || magic.length > header.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (((header[i] ^ magic[i]) & mask[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Flag F alone loses argv[0]: programs that go by their name, as busybox does, then do something else. */
    Registration.Entry entry() {
        boolean preserves = flags.contains("P") || !flags.contains("F");
        return new Registration.Entry(name, enabled, interpreter, flags, Files.exists(interpreter), preserves);
    }
}
