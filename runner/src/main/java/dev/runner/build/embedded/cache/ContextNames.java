package dev.runner.build.embedded.cache;

import dev.runner.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a part of a context is called: by this engine, made from every byte, and by others, so that who knows one name need
 * not read the files for the other. All are functions of the content alone.
 *
 * @param selection which part, as an instruction names it
 * @param content this engine's digest of it
 * @param git made from the ids of git's objects in place of contents; null where nobody has asked
 * @param buildkit BuildKit's digest; null where nobody has asked
 */
public record ContextNames(
        Digest selection,
        Digest content,
        @Nullable Digest git,
        @Nullable Digest buildkit) {
    /** Whether it says anything. */
    public boolean isUseful() {
        return git != null || buildkit != null;
    }

    /** Whether it is about the same content. */
    boolean isOf(ContextNames other) {
        return selection.equals(other.selection) && content.equals(other.content);
    }
}
