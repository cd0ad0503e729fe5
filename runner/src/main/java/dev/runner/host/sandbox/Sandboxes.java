package dev.runner.host.sandbox;

import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sandboxes of this machine. */
public final class Sandboxes {
    private final Path stateFolder;

    /**
     * @param stateFolder for what runs need while they run; shared by all runs of this user
     */
    public Sandboxes(ProcessRunner processes, Path stateFolder) {
        this.stateFolder = stateFolder;
    }

    /** Each kind, best first, with yes or the reason for no. */
    public List<SandboxKind> available() {
        throw new UnsupportedOperationException(stateFolder.toString());
    }

    /**
     * The preferred kind, or the best.
     *
     * @param preferred {@code oci}, {@code crun}, {@code runc} or {@code namespaces}; null for the best
     * @throws SandboxException when it, or any, does not work here, with all reasons
     */
    public Sandbox choose(@Nullable String preferred) throws IOException {
        throw new UnsupportedOperationException(String.valueOf(preferred));
    }

    /** Removes what dead runs left in a state folder; the number of runs that were removed. */
    public static int sweep(Path stateFolder) throws IOException {
        throw new UnsupportedOperationException(stateFolder.toString());
    }
}
