package dev.runner.host.emulator;

import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The kernel's binfmt_misc: what it has registered, and changes to that. */
public final class Binfmt {
    /** Where the kernel's file system is mounted. */
    public static final Path ROOT = Path.of("/proc/sys/fs/binfmt_misc");

    private final Path root;

    public Binfmt(Path root, ProcessRunner processes) {
        this.root = root;
    }

    public BinfmtStatus status() throws IOException {
        throw new UnsupportedOperationException(root.toString());
    }

    /**
     * Registers an emulator with flags OPF; mounts binfmt_misc if it is absent. An equal and working registration is
     * left alone, a broken one replaced.
     *
     * @return whether anything was changed
     * @throws BinfmtException when the kernel or the lack of a right forbids it
     */
    public boolean register(Emulator emulator) throws IOException {
        throw new UnsupportedOperationException(emulator.toString());
    }

    /** Removes every {@code qemu-*} entry; the names of those removed. */
    public List<String> uninstall() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes every {@code qemu-*} entry, then registers these. */
    public void reset(List<Emulator> emulators) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whether a tiny program of that architecture, made on the spot, really runs here. */
    public boolean verify(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(architecture.toString());
    }
}
