package dev.runner.build.embedded;

import dev.runner.dockerfile.IgnoreFile;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What says which files of a context are ignored.
 *
 * @param file where the patterns stand; null when there are none
 * @param looked the files that were looked for, in order, with their text; null for one that is absent
 */
record IgnoreText(IgnorePatterns patterns, @Nullable Path file, Map<Path, @Nullable String> looked) {

    /**
     * The patterns beside the Dockerfile, else those of the folder.
     *
     * @see <a href="https://docs.docker.com/build/concepts/context/#filename-and-location">Filename and location</a>
     */
    static IgnoreText find(Path folder, @Nullable Path dockerfile) throws IOException {
        List<Path> places = new ArrayList<>();
        if (dockerfile != null) {
            places.add(dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore"));
        }
        places.add(folder.resolve(".dockerignore"));
        Map<Path, @Nullable String> looked = new LinkedHashMap<>();
        for (Path place : places) {
            try {
                Source source = Source.read(place);
                looked.put(place.toAbsolutePath(), source.text());
                return new IgnoreText(IgnoreFile.parse(source), place.toAbsolutePath(), looked);
            } catch (NoSuchFileException e) {
                looked.put(place.toAbsolutePath(), null);
            }
        }
        return new IgnoreText(IgnorePatterns.none(), null, looked);
    }
}
