package dev.runner.host.emulator;

import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which emulator a platform needs. */
public final class Emulators {
    private Emulators() {}

    /**
     * The architecture that runs a platform's programs. All variants of an architecture share one: QEMU's default
     * processor knows the newest instructions.
     *
     * @throws IllegalArgumentException with a message for people when no emulator exists for it
     */
    public static EmulatedArchitecture forPlatform(Platform platform) {
        String name = platform.normalized().architecture();
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            if (architecture.platformName().equals(name)) {
                return architecture;
            }
        }
        throw new IllegalArgumentException("no emulator exists for the platform " + platform);
    }

    /** Whether this machine's CPU and kernel run a platform's programs without help. */
    public static boolean runsNatively(Platform platform) {
        EmulatedArchitecture host;
        try {
            host = forPlatform(Platform.host());
        } catch (IllegalArgumentException e) {
            return false;
        }
        return runsNatively(forPlatform(platform), host);
    }

    /**
     * The architecture that a program was made for, by its ELF header; null when it is no such program, or for a
     * processor that nobody emulates.
     *
     * @param header the file's first bytes, 20 at least
     */
    public static @Nullable EmulatedArchitecture ofProgram(byte[] header) {
        if (header.length < 20 || header[0] != 0x7F || header[1] != 'E' || header[2] != 'L' || header[3] != 'F') {
            return null;
        }
        boolean bigEndian = header[5] == 2;
        int machine =
                bigEndian ? (header[18] & 0xFF) << 8 | header[19] & 0xFF : (header[19] & 0xFF) << 8 | header[18] & 0xFF;
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            EmulatedArchitecture.Elf elf = architecture.elf();
            if (elf.machine() == machine && elf.bigEndian() == bigEndian && elf.bits() == header[4] * 32) {
                return architecture;
            }
        }
        return null;
    }

    static boolean runsNatively(EmulatedArchitecture architecture) {
        return runsNatively(Platform.linux(architecture.platformName(), ""));
    }

    private static boolean runsNatively(EmulatedArchitecture wanted, EmulatedArchitecture host) {
        if (wanted == host) {
            return true;
        }
        if (wanted == EmulatedArchitecture.I386 && host == EmulatedArchitecture.AMD64) {
            return Tried.I386_RUNS;
        }
        if (wanted == EmulatedArchitecture.ARM && host == EmulatedArchitecture.ARM64) {
            return Tried.ARM_RUNS;
        }
        return false;
    }

    /**
     * What only a trial tells: some processors and kernels of 64 bits do not run programs of 32. An emulator that is
     * registered for these counts as well, for then they run all the same.
     */
    private static final class Tried {
        static final boolean I386_RUNS = tryOut(EmulatedArchitecture.I386);
        static final boolean ARM_RUNS = tryOut(EmulatedArchitecture.ARM);

        private static boolean tryOut(EmulatedArchitecture architecture) {
            try {
                Path file = Files.createTempFile("runner-probe", "");
                try {
                    Probe.write(architecture, file);
                    return new ProcessBuilder(file.toString()).start().waitFor() == Probe.EXIT_CODE;
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
