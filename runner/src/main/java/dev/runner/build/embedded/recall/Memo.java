package dev.runner.build.embedded.recall;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Diagnostic;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished build: what it looked at and what came of it.
 *
 * @param note what the caller wants to be told again
 */
public record Memo(List<String> note, Watched watched, Outcome outcome) {
    public Memo {
        note = List.copyOf(note);
    }

    /**
     * All that the result depends on, besides the words of the call.
     *
     * @param dockerfile how messages name the Dockerfile, which is the first of the texts
     */
    public record Watched(String dockerfile, List<Text> texts, List<Tree> trees, List<Image> images) {
        public Watched {
            texts = List.copyOf(texts);
            trees = List.copyOf(trees);
            images = List.copyOf(images);
        }
    }

    /**
     * A small file.
     *
     * @param content null when it was absent
     */
    public record Text(Path path, @Nullable String content) {}

    /**
     * The folders of a context that were read.
     *
     * @param ignore the file whose patterns hide some of it, which is among the texts; null for none
     */
    public record Tree(Path root, @Nullable Path ignore, List<Folder> folders) {
        public Tree {
            folders = List.copyOf(folders);
        }
    }

    /**
     * A folder that was read.
     *
     * @param path below the root, empty for the root itself
     * @param listing bytes of a {@link FolderListing}
     */
    public record Folder(String path, byte[] listing) {}

    /**
     * What the name of a base image meant.
     *
     * @param local whether it is a name that the user gave to an image of the store; else its registry was asked
     */
    public record Image(Reference name, Digest digest, boolean local) {}

    /**
     * What was built and shown.
     *
     * @param document the index or manifest
     * @param pushed whether the names of the call went to registries too
     * @param vertices as progress names them
     */
    public record Outcome(
            Descriptor image,
            byte[] document,
            boolean pushed,
            List<PlatformImage> platforms,
            List<String> vertices,
            List<Warning> warnings) {
        public Outcome {
            platforms = List.copyOf(platforms);
            vertices = List.copyOf(vertices);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The image of a platform.
     *
     * @param config the digest of the image config
     * @param layers digests of the blobs, bottom first
     * @param diffIds digests of what is in them
     */
    public record PlatformImage(
            Platform platform,
            Descriptor manifest,
            Digest config,
            int vertices,
            List<Digest> layers,
            List<Digest> diffIds) {
        public PlatformImage {
            layers = List.copyOf(layers);
            diffIds = List.copyOf(diffIds);
        }
    }

    /** A warning at a place in the Dockerfile, in UTF-16 code units. */
    public record Warning(
            int start, int end, String message, @Nullable String remedy) {
        public static Warning of(Diagnostic diagnostic) {
            return new Warning(
                    diagnostic.span().start(), diagnostic.span().end(), diagnostic.message(), diagnostic.remedy());
        }
    }
}
