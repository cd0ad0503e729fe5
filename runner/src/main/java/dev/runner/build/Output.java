package dev.runner.build;

import dev.runner.oci.Reference;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Where a built image goes besides the local store, which has every result by digest. */
public sealed interface Output {
    /** What the image is called there; empty where it has no name. */
    default List<Reference> names() {
        return List.of();
    }

    /** Registries; the tags are written when everything they need is there. A name without a tag means latest. */
    record Push(List<Reference> names) implements Output {
        public Push {
            names = names.stream().map(Reference::withDefaultTag).distinct().toList();
        }
    }

    /** Registries, by digest only: nobody finds it by a tag. For builds of several machines that are joined later. */
    record PushByDigest(List<Reference> repositories) implements Output {
        public PushByDigest {
            repositories = repositories.stream()
                    .map(name -> name.withTag(null))
                    .distinct()
                    .toList();
        }
    }

    /** Names in the local store. */
    record Store(List<Reference> names) implements Output {
        public Store {
            names = names.stream().map(Reference::withDefaultTag).distinct().toList();
        }
    }

    /** A tar of an OCI layout, every platform in it. */
    record OciArchive(Sink sink, List<Reference> names) implements Output {
        public OciArchive {
            names = List.copyOf(names);
        }
    }

    /** An OCI layout folder. */
    record OciFolder(Path path, List<Reference> names) implements Output {
        public OciFolder {
            names = List.copyOf(names);
        }
    }

    /** A tar that {@code docker load} reads; one platform, besides its attestations. */
    record DockerArchive(Sink sink, List<Reference> names) implements Output {
        public DockerArchive {
            names = List.copyOf(names);
        }
    }

    /**
     * Into the running Docker daemon with {@code docker load}, or into containerd where there is no Docker. Several
     * platforms only where containerd keeps the images.
     */
    record DockerLoad(List<Reference> names) implements Output {
        public DockerLoad {
            names = List.copyOf(names);
        }
    }

    /** The image's files in a folder; with several platforms in one sub-folder each, as {@code linux_arm64}. */
    record LocalFiles(Path path) implements Output {}

    /** The image's files as a tar; with several platforms under one folder each. */
    record TarFiles(Sink sink) implements Output {}

    /** What is done, as progress shows it. */
    default String description() {
        return switch (this) {
            case Push push -> "pushing " + names(push.names());
            case PushByDigest push -> "pushing by digest to " + names(push.repositories());
            case Store store -> "naming " + names(store.names());
            case OciArchive archive -> "exporting to an OCI archive";
            case OciFolder folder -> "exporting to the OCI layout " + folder.path();
            case DockerArchive archive -> "exporting to a Docker archive";
            case DockerLoad load -> "loading into the daemon";
            case LocalFiles files -> "copying files to " + files.path();
            case TarFiles files -> "exporting files to a tar";
        };
    }

    private static String names(List<Reference> names) {
        return String.join(", ", names.stream().map(Reference::familiar).toList());
    }

    /** Where an archive is written. */
    sealed interface Sink {
        /** A file; it appears when it is complete. */
        record File(Path path) implements Sink {}

        /** A stream that the caller owns and closes. */
        record Stream(OutputStream stream) implements Sink {}
    }
}
