package dev.runner.checkout;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Symbolic links with exactly the target that was asked for. Java's paths drop a trailing slash and double slashes, so a
 * target that has them goes through the system calls.
 */
final class SymbolicLinks {
    private static final int PATH_MAX = 4096;

    private SymbolicLinks() {}

    static void create(Path link, String target) throws IOException {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new FileSystemException(link.toString(), null, "a symbolic link needs a target without NUL");
        }
        if (Path.of(target).toString().equals(target)) {
            Files.createSymbolicLink(link, Path.of(target));
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            var symlink = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("symlink"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            int result = (int) symlink.invokeExact(arena.allocateFrom(target), arena.allocateFrom(link.toString()));
            if (result != 0) {
                throw new FileSystemException(link.toString(), target, "cannot make the symbolic link");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("cannot call symlink", e);
        }
    }

    static String target(Path link) throws IOException {
        String read = Files.readSymbolicLink(link).toString();
        long size = (long) Files.getAttribute(link, "size", LinkOption.NOFOLLOW_LINKS);
        if (read.getBytes(StandardCharsets.UTF_8).length == size) {
            return read;
        }
        try (Arena arena = Arena.ofConfined()) {
            var readlink = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("readlink"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG));
            MemorySegment buffer = arena.allocate(PATH_MAX);
            long length = (long) readlink.invokeExact(arena.allocateFrom(link.toString()), buffer, (long) PATH_MAX);
            if (length < 0) {
                throw new FileSystemException(link.toString(), null, "cannot read the symbolic link");
            }
            return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("cannot call readlink", e);
        }
    }
}
