package dev.runner.build.embedded;

import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.util.Arrays;

/**
 * When a file over a file changes nothing, as containerd's comparison of two trees has it: attributes and capabilities
 * are equal and, but for folders, size and time too. A time without a fraction may have been cut, so that content
 * decides.
 */
final class Sameness {
    private static final String CAPABILITY = "security.capability";
    private static final long SECOND = 1_000_000_000L;

    private Sameness() {}

    /** Finds the digest of the file below. */
    @FunctionalInterface
    interface Content {
        Digest digest() throws IOException;
    }

    static boolean same(Item item, TarEntry below, Content content) throws IOException {
        TarEntry above = item.entry();
        TarEntry.Attributes one = above.attributes();
        TarEntry.Attributes other = below.attributes();
        if (one.mode() != other.mode()
                || one.uid() != other.uid()
                || one.gid() != other.gid()
                || !Arrays.equals(one.xattrs().get(CAPABILITY), other.xattrs().get(CAPABILITY))) {
            return false;
        }
        boolean sameTime = one.mtime() == other.mtime();
        return switch (above) {
            case TarEntry.Directory _ -> below instanceof TarEntry.Directory;
            case TarEntry.Symlink link ->
                below instanceof TarEntry.Symlink old
                        && sameTime
                        && link.target().equals(old.target());
            case TarEntry.Fifo _ -> below instanceof TarEntry.Fifo && sameTime;
            case TarEntry.Device device ->
                below instanceof TarEntry.Device old
                        && sameTime
                        && device.block() == old.block()
                        && device.major() == old.major()
                        && device.minor() == old.minor();
            case TarEntry.HardLink _ -> false;
            case TarEntry.File file ->
                below instanceof TarEntry.File old
                        && sameTime
                        && file.size() == old.size()
                        && (file.size() == 0 || one.mtime() % SECOND != 0 || sameContent(item, content));
        };
    }

    private static boolean sameContent(Item item, Content below) throws IOException {
        return item.content() != null && item.content().digest().equals(below.digest());
    }
}
