package dev.runner.step.keep;

import dev.runner.oci.Digest;
import java.nio.file.Path;
import java.time.Instant;

/**
 * One kept content.
 *
 * @param about what it is
 * @param blob its digest
 * @param size packed bytes
 * @param used when it was last restored, or made
 */
public record CacheEntry(About about, Digest blob, long size, Instant created, Instant used, Path record) {
    /**
     * What a cache entry is.
     *
     * @param scope whose: entries of another scope are never found; a repository, for example
     * @param version what else must be equal, such as the paths that it holds
     */
    public record About(String scope, String version, String key) {}

    public String key() {
        return about.key();
    }
}
