package dev.runner.step.keep;

import dev.runner.oci.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files that a run hands on under a name.
 *
 * @param id unique in the store, ascending
 * @param about whose it is and what it is called
 * @param content the zip it is kept in
 * @param expires when it may be pruned; null for never
 */
public record Artifact(
        long id,
        About about,
        Content content,
        Instant created,
        @Nullable Instant expires) {
    /**
     * What an artifact is.
     *
     * @param run the run's id; names are unique in it
     * @param labels what else is worth knowing about it, such as the repository
     */
    public record About(String run, String name, Map<String, String> labels) {
        public About {
            labels = Map.copyOf(labels);
        }

        public About(String run, String name) {
            this(run, name, Map.of());
        }
    }

    /**
     * The zip.
     *
     * @param size its bytes
     * @param files how many entries it has
     */
    public record Content(Digest digest, long size, int files) {}

    public String name() {
        return about.name();
    }
}
