package dev.runner.build.embedded;

import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.SystemCallException;
import dev.runner.build.embedded.store.UntrustedFolder;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.IgnoreFile;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.oci.layer.EntryNames;
import dev.runner.source.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What says which files of a context are ignored.
 *
 * @param file where the patterns stand; null when there are none
 * @param looked the files that were looked for, in order, with their text; null for one that is absent
 */
record IgnoreText(IgnorePatterns patterns, @Nullable Path file, Map<Path, @Nullable String> looked) {
    private static final int LONGEST = 16 << 20;

    /**
     * The patterns beside the Dockerfile, else those of the folder.
     *
     * @see <a href="https://docs.docker.com/build/concepts/context/#filename-and-location">Filename and location</a>
     */
    static IgnoreText find(Path folder, @Nullable Path dockerfile, FileDigests digests) throws IOException {
        List<Path> places = new ArrayList<>();
        if (dockerfile != null) {
            places.add(dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore"));
        }
        places.add(folder.resolve(".dockerignore"));
        Map<Path, @Nullable String> looked = new LinkedHashMap<>();
        for (Path place : places) {
            try {
                Source source = read(place, digests);
                looked.put(place.toAbsolutePath(), source.text());
                return new IgnoreText(IgnoreFile.parse(source), place.toAbsolutePath(), looked);
            } catch (NoSuchFileException e) {
                looked.put(place.toAbsolutePath(), null);
            }
        }
        return new IgnoreText(IgnorePatterns.none(), null, looked);
    }

    /** It is part of a context: where it is a symbolic link, what that leads to lies inside too. */
    private static Source read(Path file, FileDigests digests) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (InputStream in = open(folder, file.getFileName().toString(), digests)) {
            byte[] text = in.readNBytes(LONGEST + 1);
            if (text.length > LONGEST) {
                throw new IOException("'" + file + "' is longer than 16 MiB");
            }
            return Source.of(file.toString(), EntryNames.decode(text));
        }
    }

    private static InputStream open(Path folder, String name, FileDigests digests) throws IOException {
        try {
            return UntrustedFolder.at(folder).open(name);
        } catch (SystemCallException e) {
            // A symbolic link is no reason to look outside.
            ContextTree tree = new ContextTree(folder, IgnorePatterns.none(), digests);
            ViewNode linked = tree.resolve(name);
            if (linked == null) {
                throw new NoSuchFileException(name);
            }
            return tree.open(linked);
        }
    }
}
