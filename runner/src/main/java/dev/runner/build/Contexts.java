package dev.runner.build;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Brings build contexts that are no folder of this machine into one that goes with the run. */
public interface Contexts {
    /** What came. */
    sealed interface Content {
        /** Files, with the Dockerfile among them. */
        record Folder(BuildContext.Directory context) implements Content {}

        /** A Dockerfile and nothing else. */
        record Dockerfile(String text) implements Content {}
    }

    /**
     * A git repository, or a folder of it.
     *
     * @param token for its host over HTTP; null for none
     * @throws IOException when it cannot be fetched, or has no such folder
     */
    BuildContext.Directory git(GitAddress address, @Nullable Secret token) throws IOException, InterruptedException;

    /** What lies at an HTTP address: a tar of a context, or a Dockerfile. */
    Content fetch(String address) throws IOException, InterruptedException;

    /** What a stream holds: a tar of a context, or a Dockerfile. The stream is not closed. */
    Content read(InputStream stream) throws IOException;
}
