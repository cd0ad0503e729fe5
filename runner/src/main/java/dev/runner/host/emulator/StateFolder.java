package dev.runner.host.emulator;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Our own emulators: {@code qemu-ARCH} files in one folder, put there whole or not at all. */
final class StateFolder {
    private final Path folder;

    StateFolder(Path folder) {
        this.folder = folder;
    }

    Path path(EmulatedArchitecture architecture) {
        return folder.resolve("qemu-" + architecture.qemuName()).toAbsolutePath();
    }

    Path folder() {
        return folder;
    }

    /**
     * Whether a file is a program that needs no loader and no libraries: only such works inside a root that has none of
     * them. It has no {@code PT_INTERP} segment.
     */
    static boolean isStatic(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(4096);
        }
        if (head.length < 64 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return false;
        }
        ByteBuffer elf = ByteBuffer.wrap(head);
        elf.order(head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        boolean wide = head[4] == 2;
        long table = wide ? elf.getLong(32) : elf.getInt(28);
        int size = elf.getShort(wide ? 54 : 42);
        int count = elf.getShort(wide ? 56 : 44);
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * size;
            if (at < 0 || at + 4 > head.length) {
                return false;
            }
            if (elf.getInt((int) at) == 3) {
                return false;
            }
        }
        return true;
    }

    /** Takes a copy of a file as the architecture's emulator. */
    Path adopt(EmulatedArchitecture architecture, InputStream content) throws IOException {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "new", "");
        try {
            Files.copy(content, temporary, StandardCopyOption.REPLACE_EXISTING);
            dev.runner.host.posix.PosixFiles.chmod(temporary, 0755);
            Path target = path(architecture);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Takes the architecture's emulator out of a Debian package; null when it is not in there. */
    @Nullable
    Path unpack(EmulatedArchitecture architecture, Path deb) throws IOException {
        try (ArArchiveInputStream archive = new ArArchiveInputStream(Files.newInputStream(deb))) {
            for (ArArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (entry.getName().startsWith("data.tar")) {
                    return unpackData(architecture, decompress(entry.getName(), archive));
                }
            }
        }
        return null;
    }

    private static InputStream decompress(String name, InputStream in) throws IOException {
        if (name.endsWith(".xz")) {
            return new XZCompressorInputStream(in);
        }
        if (name.endsWith(".zst")) {
            return new ZstdInputStream(in);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    private @Nullable Path unpackData(EmulatedArchitecture architecture, InputStream data) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(data);
        String name = "/qemu-" + architecture.qemuName();
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile()
                    && (entry.getName().endsWith(name) || entry.getName().endsWith(name + "-static"))) {
                return adopt(architecture, tar);
            }
        }
        return null;
    }
}
