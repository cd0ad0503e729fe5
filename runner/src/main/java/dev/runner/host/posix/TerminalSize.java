package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** How many lines and columns of characters a terminal shows. */
public record TerminalSize(int lines, int columns) {
    private static final long TIOCGWINSZ = 0x5413;
    private static final int STANDARD_ERROR = 2;

    /** Of the terminal that standard error is, now; null when it is none. A terminal that does not say has 24 by 80. */
    public static @Nullable TerminalSize ofStandardError() {
        if (!Posix.available()) {
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
}
