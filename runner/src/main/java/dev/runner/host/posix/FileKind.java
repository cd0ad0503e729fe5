package dev.runner.host.posix;

/** What an inode is: the {@code S_IFMT} part of its mode. */
public enum FileKind {
    REGULAR(0100000),
    DIRECTORY(0040000),
    SYMLINK(0120000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000),
    FIFO(0010000),
    SOCKET(0140000);

    private final int bits;

    FileKind(int bits) {
        this.bits = bits;
    }

    /** The kind's bits in {@code st_mode}. */
    public int bits() {
        return bits;
    }

    static FileKind of(int mode) {
        for (FileKind kind : values()) {
            if (kind.bits == (mode & 0170000)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no file kind in mode 0" + Integer.toOctalString(mode));
    }
}
