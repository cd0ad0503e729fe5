package dev.runner.report;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the console can do.
 *
 * @param interactive whether a terminal is at the other end
 * @param redraws whether it can move the cursor
 * @param colours whether it shows colours and its user wants them
 * @param size asked anew for each drawing, since windows are resized
 */
public record Terminal(boolean interactive, boolean redraws, boolean colours, Supplier<Size> size) {
    private static final long TIOCGWINSZ = 0x5413;
    private static final Size USUAL = new Size(80, 24);

    /** In characters. */
    public record Size(int columns, int rows) {}

    /** No terminal at all: plain text. */
    public static Terminal none() {
        return new Terminal(false, false, false, () -> USUAL);
    }

    /**
     * The terminal of this process's standard output (1) or standard error (2), if it is one. {@code NO_COLOR}
     * (no-color.org), {@code CLICOLOR_FORCE} and {@code TERM=dumb} are respected.
     */
    public static Terminal of(int fileDescriptor, Map<String, String> environment) {
        boolean tty = isTty(fileDescriptor);
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean no = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean force = !environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0");
        boolean colours = !no && (force || (tty && !dumb));
        return new Terminal(tty, tty && !dumb, colours, () -> size(fileDescriptor));
    }

    private static boolean isTty(int fileDescriptor) {
        try {
            var isatty = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("isatty"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            return (int) isatty.invokeExact(fileDescriptor) == 1;
        } catch (Throwable e) {
            return false; // Not a system with isatty: plain text is always right.
        }
    }

    private static Size size(int fileDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            var ioctl = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS),
                            Linker.Option.firstVariadicArg(2));
            MemorySegment size = arena.allocate(8);
            int result = (int) ioctl.invokeExact(fileDescriptor, TIOCGWINSZ, size);
            int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0));
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
            return result == 0 && rows > 0 && columns > 0 ? new Size(columns, rows) : USUAL;
        } catch (Throwable e) {
            return USUAL;
        }
    }
}
