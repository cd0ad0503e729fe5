package dev.runner.host.sandbox;

import dev.runner.host.posix.OwnerChanges;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code /} is inside. */
public sealed interface RootFilesystem {
    /**
     * Layers with a writable one on top, by overlayfs.
     *
     * @param lowers topmost first; at least one; any number of them
     * @param upper takes the changes; exists
     * @param work an empty folder on the upper's file system; exists
     */
    record Overlay(List<Path> lowers, Path upper, Path work) implements RootFilesystem {
        public Overlay {
            lowers = List.copyOf(lowers);
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("an overlay needs a lower folder, which may be empty");
            }
        }
    }

    /**
     * A folder as it is.
     *
     * @param owners hears of changes of owners by a sandbox that cannot make them; null when nobody does
     */
    record Directory(Path path, boolean readOnly, OwnerChanges.@Nullable Listener owners) implements RootFilesystem {
        public Directory(Path path, boolean readOnly) {
            this(path, readOnly, null);
        }
    }
}
