package dev.runner.build.embedded;

import dev.runner.build.embedded.buildkit.HashedFiles;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import java.io.IOException;

/** Files that COPY, ADD and mounts read: a context, or the files of a stage. */
interface FileTree extends HashedFiles {
    /** The digest of a regular file's content. */
    Digest digest(ViewNode file) throws IOException;
}
