package dev.runner.build;

import dev.runner.oci.Reference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a name in FROM or {@code --from} stands for, given with {@code --build-context}. */
public sealed interface NamedContext {
    /** What holds files and is no image. */
    sealed interface FileSet extends NamedContext {}

    /** A git repository. */
    record Git(GitAddress address) implements FileSet {}

    /** A tar at an HTTP address, plain or packed. */
    record Archive(String address) implements FileSet {}

    /** A folder of files. */
    record Directory(Path path) implements FileSet {
        public Directory {
            path = path.toAbsolutePath().normalize();
        }
    }

    /** An image of a registry or of the local store. */
    record Image(Reference reference) implements NamedContext {}

    /**
     * An image in an OCI layout folder.
     *
     * @param name tag or digest; null when the layout holds one image
     */
    record OciLayout(Path path, @Nullable String name) implements NamedContext {}

    /**
     * Reads {@code docker-image://REF}, {@code oci-layout://PATH[:TAG|@DIGEST]}, a git repository, the address of a
     * tar, or a path.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static NamedContext parse(String text) {
        if (text.startsWith("docker-image://")) {
            return new Image(Reference.parse(text.substring("docker-image://".length())));
        }
        if (text.startsWith("oci-layout://")) {
            String rest = text.substring("oci-layout://".length());
            int at = rest.indexOf('@');
            int colon = at >= 0 ? at : rest.indexOf(':', rest.lastIndexOf('/') + 1);
            return colon < 0
                    ? new OciLayout(Path.of(rest), null)
                    : new OciLayout(Path.of(rest.substring(0, colon)), rest.substring(colon + 1));
        }
        if (GitAddress.isGitArgument(text)) {
            return new Git(GitAddress.parse(text));
        }
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return new Archive(text);
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException("a build context is docker-image://, oci-layout://, https://, a git"
                    + " repository or a path, not '" + GitAddress.redacted(text) + "'");
        }
        return new Directory(Path.of(text));
    }
}
