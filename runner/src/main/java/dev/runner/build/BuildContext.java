package dev.runner.build;

import java.io.IOException;
import java.nio.file.Files;
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

        /** Whether a file that is there is really in this folder, whatever links lead to it. */
        public boolean holds(Path file) throws IOException {
            return file.toRealPath().startsWith(path.toRealPath());
        }

        /** Where the Dockerfile is that nobody names; it may be written small. */
        public Path dockerfile() {
            Path usual = path.resolve("Dockerfile");
            Path small = path.resolve("dockerfile");
            return !Files.exists(usual) && Files.isRegularFile(small) ? small : usual;
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
