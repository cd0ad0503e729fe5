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
 * SHA-256, and SHA-1 for git's names, by the machine's OpenSSL, when it is there.
 *
 * <p>Why not the JDK's: its fast version is code that only the optimising compiler puts in, which this program's short
 * runs do without ({@code -XX:TieredStopAtLevel=1} in the launcher halves a warm build). Without it the JDK hashes 45 MB
 * a second where OpenSSL hashes 390, measured on one machine, and hashing would be most of what a build costs.
 *
 * <p>The state (OpenSSL's {@code SHA256_CTX} or {@code SHA_CTX}) lies in a Java array, so there is nothing to free. All three
 * functions are called through one handle: linking a call shape takes milliseconds, and C ignores what it is handed
 * beyond its parameters.
 */
final class NativeHash extends MessageDigest implements Cloneable {
    private static volatile boolean loaded;

    private final Library library;
    private byte[] state;
    private byte[] one = new byte[1];

    private NativeHash(Library library) {
        super(library.kind().algorithm);
        this.library = library;
        this.state = new byte[library.kind().stateBytes];
        engineReset();
    }

    /** What OpenSSL calls a hash, and the bytes of its state and of its result. */
    private enum Kind {
        SHA256("SHA-256", "SHA256", 112, 32),
        SHA1("SHA-1", "SHA1", 96, 20);

        private final String algorithm;
        private final String symbol;
        private final int stateBytes;
        private final int digestBytes;

        Kind(String algorithm, String symbol, int stateBytes, int digestBytes) {
            this.algorithm = algorithm;
            this.symbol = symbol;
            this.stateBytes = stateBytes;
            this.digestBytes = digestBytes;
        }
    }

    /** A fresh SHA-256, or null where there is no OpenSSL. */
    static @Nullable MessageDigest sha256() {
        Library library = Library.SHA256;
        loaded = true;
        return library == null ? null : new NativeHash(library);
    }

    /** A fresh SHA-1, or null where there is no OpenSSL. */
    static @Nullable MessageDigest sha1() {
        Library library = Sha1.LIBRARY;
        return library == null ? null : new NativeHash(library);
    }

    /** Looked up when it is first asked for, which most builds never do. */
    private static final class Sha1 {
        static final @Nullable Library LIBRARY =
                Library.SHA256 == null ? null : Library.load(Kind.SHA1, Library.SHA256.call);
    }

    /** Whether a hash was asked for before, so that the next one costs no linking. */
    static boolean isLoaded() {
        return loaded;
    }

    /** OpenSSL's three functions and the shape in which they are called. */
    private record Library(
            Kind kind, MethodHandle call, MemorySegment init, MemorySegment update, MemorySegment complete) {
        private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.4");

        static final @Nullable Library SHA256 = load(Kind.SHA256, null);

        /** @param known the handle of the shape in which all are called, if there is one */
        static @Nullable Library load(Kind kind, @Nullable MethodHandle known) {
            for (String name : NAMES) {
                try {
                    SymbolLookup symbols = SymbolLookup.libraryLookup(name, Arena.global());
                    return new Library(
                            kind,
                            known == null ? link() : known,
                            symbols.findOrThrow(kind.symbol + "_Init"),
                            symbols.findOrThrow(kind.symbol + "_Update"),
                            symbols.findOrThrow(kind.symbol + "_Final"));
                } catch (RuntimeException | LinkageError e) {
                    continue; // Not installed, or built without what we need: the JDK's own then.
                }
            }
            return null;
        }

        private static MethodHandle link() {
            return Linker.nativeLinker()
                    .downcallHandle(
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG),
                            Linker.Option.critical(true));
        }

        void call(MemorySegment function, MemorySegment first, MemorySegment second, long size) {
            try {
                int ok = (int) call.invokeExact(function, first, second, size);
                if (ok != 1) {
                    throw new IllegalStateException("OpenSSL's " + kind.algorithm + " failed");
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
        return library.kind().digestBytes;
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
        byte[] digest = new byte[library.kind().digestBytes];
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
        NativeHash copy = (NativeHash) super.clone();
        copy.state = state.clone();
        copy.one = new byte[1];
        return copy;
    }
}
