package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How many lines and columns of characters a terminal shows. */
public record TerminalSize(int lines, int columns) {
    private static final long TIOCGWINSZ = 0x5413;
    private static final int STANDARD_ERROR = 2;

    /** Of the terminal that standard error is, now; null when it is none. A terminal that does not say has 24 by 80. */
    public static @Nullable TerminalSize ofStandardError() {
        if (isElsewhere() || !Posix.available()) {
            return null;
        }
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment size = scratch.buffer();
            if (Descriptors.ioctl(scratch, STANDARD_ERROR, TIOCGWINSZ, size) < 0) {
                return null;
            }
            int lines = Short.toUnsignedInt(size.get(JAVA_SHORT, 0));
            int columns = Short.toUnsignedInt(size.get(JAVA_SHORT, 2));
            return new TerminalSize(lines == 0 ? 24 : lines, columns == 0 ? 80 : columns);
        }
    }

    /** Whether the kernel's name of standard error says that it is none: linking a native call takes 30 ms to find that. */
    private static boolean isElsewhere() {
        try {
            Path file = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(STANDARD_ERROR)));
            String name = file.toString();
            return name.startsWith("pipe:")
                    || name.startsWith("socket:")
                    || name.equals("/dev/null")
                    || Files.isRegularFile(file);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
