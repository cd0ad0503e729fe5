package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A place that keeps a cache for other machines. Several may write at the same time, so what is written is always made from
 * what was read: {@link #read}, merge, {@link #push} the layers, {@link #replace}; and from the start when somebody else has
 * written in between.
 */
public interface CachePlace extends BlobHolder {
    /** What is there now; {@link State#EMPTY} when nothing is. */
    State read() throws IOException, InterruptedException;

    /** Brings layers there; those that it has cost little. */
    void push(List<BlobPush> layers) throws IOException, InterruptedException;

    /**
     * Writes a record whose layers are there.
     *
     * @param before what was read
     * @return false when the place holds something else by now, and nothing was written
     */
    boolean replace(State before, CacheRecord record) throws IOException, InterruptedException;

    /**
     * Documents and their version.
     *
     * @param version what a place knows a state by; null where there is none
     * @param vouched whether the documents' layers are there for certain, as those of a manifest are in its repository
     */
    record State(List<CacheDocument> documents, @Nullable String version, boolean vouched) {
        public static final State EMPTY = new State(List.of(), null, false);

        public State {
            documents = List.copyOf(documents);
        }

        /** What all documents together say. */
        public CacheRecord record() {
            return CacheRecord.together(
                    documents.stream().map(CacheRecord::read).toList());
        }

        /** The layers that need not be asked for. */
        public Set<Digest> vouchedLayers() {
            return vouched
                    ? documents.stream()
                            .flatMap(document -> document.layers().stream())
                            .map(Descriptor::digest)
                            .collect(Collectors.toSet())
                    : Set.of();
        }
    }
}
