package dev.runner.host.emulator;

import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tiny program of any architecture, made on the spot: an ELF header, one segment and three instructions that exit
 * with 42. Whether a machine runs foreign programs is found by letting it run one.
 *
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html">gABI, ELF header</a>
 */
public final class Probe {
    /** What the program exits with when it runs. */
    public static final int EXIT_CODE = 42;

    /** The header's first bytes, up to and with {@code e_machine}: what binfmt_misc looks at. */
    static final int MAGIC_LENGTH = 20;

    private static final int BASE = 0x400000;
    private static final int ALIGNMENT = 0x10000;

    private Probe() {}

    /** Writes a program for this machine itself. */
    public static void writeNative(Path file) throws IOException {
        write(Emulators.forPlatform(Platform.host()), file);
    }

    /** Writes a program of an architecture that ends with {@link #EXIT_CODE}. */
    public static void write(EmulatedArchitecture architecture, Path file) throws IOException {
        Files.write(file, program(architecture));
        PosixFiles.chmod(file, 0755);
    }

    static byte[] program(EmulatedArchitecture architecture) {
        return program(architecture, architecture.exitProgram());
    }

    /** A program of these instructions, which begin at the first and need no fixed place. */
    public static byte[] program(EmulatedArchitecture architecture, byte[] code) {
        EmulatedArchitecture.Elf elf = architecture.elf();
        boolean wide = elf.bits() == 64;
        int headers = wide ? 64 + 56 : 52 + 32;
        ByteBuffer out = ByteBuffer.allocate(headers + code.length);
        out.order(elf.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (elf.bigEndian() ? 2 : 1), 1});
        out.position(16);
        out.putShort((short) 2).putShort((short) elf.machine()).putInt(1);
        word(out, wide, BASE + headers);
        word(out, wide, wide ? 64 : 52);
        word(out, wide, 0);
        out.putInt(elf.flags());
        out.putShort((short) (wide ? 64 : 52))
                .putShort((short) (wide ? 56 : 32))
                .putShort((short) 1);
        out.position(wide ? 64 : 52);
        segment(out, wide, headers + code.length);
        out.put(code);
        return out.array();
    }

    /** One loadable segment over the whole file, to be read and executed. */
    private static void segment(ByteBuffer out, boolean wide, int size) {
        out.putInt(1);
        if (wide) {
            out.putInt(5);
        }
        word(out, wide, 0);
        word(out, wide, BASE);
        word(out, wide, BASE);
        word(out, wide, size);
        word(out, wide, size);
        if (!wide) {
            out.putInt(5);
        }
        word(out, wide, ALIGNMENT);
    }

    private static void word(ByteBuffer out, boolean wide, int value) {
        if (wide) {
            out.putLong(value);
        } else {
            out.putInt(value);
        }
    }

    static byte[] magic(EmulatedArchitecture architecture) {
        return java.util.Arrays.copyOf(program(architecture), MAGIC_LENGTH);
    }

    /**
     * Which bits of the magic count: all but the operating system's ABI and the type's lowest bit, so that executables
     * (2) and shared objects, which position-independent ones are (3), both match. As QEMU's own {@code
     * binfmt-conf.sh} has it.
     */
    static byte[] mask(EmulatedArchitecture architecture) {
        byte[] mask = new byte[MAGIC_LENGTH];
        java.util.Arrays.fill(mask, (byte) 0xff);
        mask[7] = 0;
        mask[architecture.elf().bigEndian() ? 17 : 16] = (byte) 0xfe;
        return mask;
    }
}
