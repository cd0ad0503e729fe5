package dev.runner.oci;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 by the machine's OpenSSL, when it is there.
 *
 * <p>Why not the JDK's: its fast version is code that only the optimising compiler puts in, which this program's short
 * runs do without ({@code -XX:TieredStopAtLevel=1} in the launcher halves a warm build). Without it the JDK hashes 45 MB
 * a second where OpenSSL hashes 390, measured on one machine, and hashing would be most of what a build costs.
 *
 * <p>The state (OpenSSL's {@code SHA256_CTX}, 112 bytes) lies in a Java array, so there is nothing to free. All three
 * functions are called through one handle: linking a call shape takes milliseconds, and C ignores what it is handed
 * beyond its parameters.
 */
final class NativeSha256 extends MessageDigest implements Cloneable {
    private static final int STATE_BYTES = 112;
    private static final int DIGEST_BYTES = 32;

    private static volatile boolean loaded;

    private final Library library;
    private byte[] state = new byte[STATE_BYTES];
    private byte[] one = new byte[1];

    private NativeSha256(Library library) {
        super("SHA-256");
        this.library = library;
        engineReset();
    }

    /** A fresh hash, or null where there is no OpenSSL. */
    static @Nullable MessageDigest create() {
        Library library = Library.LOADED;
        loaded = true;
        return library == null ? null : new NativeSha256(library);
    }

    /** Whether a hash was asked for before, so that the next one costs no linking. */
    static boolean isLoaded() {
        return loaded;
    }

    /** OpenSSL's three functions and the shape in which they are called. */
    private record Library(MethodHandle call, MemorySegment init, MemorySegment update, MemorySegment complete) {
        private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.4");

        static final @Nullable Library LOADED = load();

        private static @Nullable Library load() {
            for (String name : NAMES) {
                try {
                    SymbolLookup symbols = SymbolLookup.libraryLookup(name, Arena.global());
                    MethodHandle call = Linker.nativeLinker()
                            .downcallHandle(
                                    FunctionDescriptor.of(
                                            ValueLayout.JAVA_INT,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.JAVA_LONG),
                                    Linker.Option.critical(true));
                    return new Library(
                            call,
                            symbols.findOrThrow("SHA256_Init"),
                            symbols.findOrThrow("SHA256_Update"),
                            symbols.findOrThrow("SHA256_Final"));
                } catch (RuntimeException | LinkageError e) {
                    continue; // Not installed, or built without what we need: the JDK's own then.
                }
            }
            return null;
        }

        void call(MemorySegment function, MemorySegment first, MemorySegment second, long size) {
            try {
                int ok = (int) call.invokeExact(function, first, second, size);
                if (ok != 1) {
                    throw new IllegalStateException("OpenSSL's SHA-256 failed");
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    protected int engineGetDigestLength() {
        return DIGEST_BYTES;
    }

    @Override
    protected void engineUpdate(byte input) {
        one[0] = input;
        engineUpdate(one, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        if (length > 0) {
            library.call(
                    library.update(),
                    MemorySegment.ofArray(state),
                    MemorySegment.ofArray(input).asSlice(offset, length),
                    length);
        }
    }

    @Override
    protected byte[] engineDigest() {
        byte[] digest = new byte[DIGEST_BYTES];
        library.call(library.complete(), MemorySegment.ofArray(digest), MemorySegment.ofArray(state), 0);
        engineReset();
        return digest;
    }

    @Override
    protected void engineReset() {
        library.call(library.init(), MemorySegment.ofArray(state), MemorySegment.NULL, 0);
    }

    @Override
    public Object clone() throws CloneNotSupportedException {
        NativeSha256 copy = (NativeSha256) super.clone();
        copy.state = state.clone();
        copy.one = new byte[1];
        return copy;
    }
}
