package dev.runner.build;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Brings the files of git repositories; {@code build} knows no git itself. */
@FunctionalInterface
public interface GitFetcher {
    /**
     * Fills a folder that is not there yet with the whole repository at the address's ref, {@code .git} included. Modes
     * are 0755 and 0644, times are the commit's.
     *
     * @param token for the repository's host over HTTP; null for none
     * @throws IOException when it cannot be fetched, or is another commit than the address's checksum; the message holds
     *     no credentials
     */
    Fetched fetch(GitAddress address, Path into, @Nullable Secret token) throws IOException, InterruptedException;

    /**
     * What came.
     *
     * @param sha of the commit, 40 or 64 hexadecimal digits
     */
    record Fetched(String sha, Instant time) {}

    /** For an engine without git. */
    static GitFetcher none() {
        return (address, into, token) -> {
            throw new IOException("this engine has no git to fetch " + address.shown());
        };
    }
}
