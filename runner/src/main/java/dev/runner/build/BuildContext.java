package dev.runner.build;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that COPY and ADD read when they name no other place. */
public sealed interface BuildContext {
    /**
     * A folder; its {@code .dockerignore}, or the Dockerfile's own, says what is not part of it.
     *
     * @param origin null for a folder of this machine
     */
    record Directory(Path path, @Nullable Origin origin) implements BuildContext {
        public Directory {
            path = path.toAbsolutePath().normalize();
        }

        public Directory(Path path) {
            this(path, null);
        }
    }

    /**
     * Where a folder's files were fetched, for the provenance.
     *
     * @param address without credentials
     * @param digests by algorithm, as {@code sha1} of a commit
     */
    record Origin(String address, Map<String, String> digests) {
        public Origin {
            digests = Map.copyOf(digests);
        }
    }

    /** No file at all, as for a Dockerfile from standard input. */
    record Empty() implements BuildContext {}
}
