package dev.runner.build.sbom;

import java.io.IOException;
import java.io.InputStream;

/** The regular files of a root filesystem. */
@FunctionalInterface
public interface RootFiles {
    /** Shows every regular file, in the order of the paths. */
    void walk(Visitor visitor) throws IOException;

    /** Sees a file. */
    @FunctionalInterface
    interface Visitor {
        void file(File file) throws IOException;
    }

    /** One file. */
    interface File {
        /** Without a slash at the beginning. */
        String path();

        /** In bytes. */
        long size();

        boolean executable();

        /** Its content; the caller closes it. */
        InputStream open() throws IOException;
    }
}
