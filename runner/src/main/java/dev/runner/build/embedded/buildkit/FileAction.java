package dev.runner.build.embedded.buildkit;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One thing that COPY, ADD or WORKDIR does to files. */
public sealed interface FileAction {
    /** What it means to a digest. */
    String json();

    /**
     * Makes a folder.
     *
     * @param parents whether those above it are made too
     */
    record Mkdir(
            String path,
            int mode,
            boolean parents,
            @Nullable Chown owner) implements FileAction {
        @Override
        public String json() {
            return new GoJson()
                    .text("path", path)
                    .number("mode", mode)
                    .flag("makeParents", parents)
                    .struct("owner", owner == null ? null : owner.json())
                    .number("timestamp", -1)
                    .toString();
        }
    }

    /** Makes a file, of a here-document. */
    record Mkfile(String path, int mode, byte[] data) implements FileAction {
        @Override
        public String json() {
            return new GoJson()
                    .text("path", path)
                    .number("mode", mode)
                    .text("data", Base64.getEncoder().encodeToString(data))
                    .number("timestamp", -1)
                    .toString();
        }
    }

    /**
     * Copies.
     *
     * @param source absolute and clean
     * @param kind of the source
     */
    record Copy(
            String source,
            String destination,
            @Nullable Chown owner,
            @Nullable String mode,
            Kind kind) implements FileAction {
        @Override
        public String json() {
            boolean octal = mode != null && mode.matches("[0-7]+");
            boolean files = kind != Kind.DOCUMENT;
            return new GoJson()
                    .text("src", source.equals("/") ? "/" : source.substring(source.lastIndexOf('/') + 1))
                    .text("dest", destination)
                    .struct("owner", owner == null ? null : owner.json())
                    .number("mode", mode == null ? -1 : octal ? Integer.parseInt(mode, 8) : 0)
                    .flag("followSymlink", files)
                    .flag("dirCopyContents", files)
                    .flag("attemptUnpackDockerCompatibility", kind == Kind.ARCHIVES)
                    .flag("createDestPath", true)
                    .flag("allowWildcard", files)
                    .flag("allowEmptyWildcard", files)
                    .number("timestamp", -1)
                    .text("modeStr", octal ? null : mode)
                    .toString();
        }
    }

    /** What is copied. */
    enum Kind {
        FILES,
        /** Files, of which archives are unpacked. */
        ARCHIVES,
        /** A file that {@link Mkfile} made. */
        DOCUMENT
    }
}
