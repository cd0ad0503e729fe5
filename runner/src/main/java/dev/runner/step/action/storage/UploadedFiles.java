package dev.runner.step.action.storage;

import dev.runner.expression.FileGlob;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The files that a step uploads, and what they are called in the artifact: relative to the one folder that is searched, or to
 * the nearest folder above all of them.
 *
 * @param files empty when nothing was found
 * @see <a
 *     href="https://github.com/actions/upload-artifact#upload-using-multiple-paths-and-exclusions">actions/upload-artifact</a>
 */
record UploadedFiles(FileSet files) {
    private static final String FORBIDDEN = "\":<>|*?\r\n";

    static UploadedFiles find(ActionContext context, boolean hidden) throws IOException {
        List<String> patterns = HomePaths.expanded(context.inputs().lines("path"), context);
        FileGlob glob;
        try {
            glob = FileGlob.of(context.workspace(), patterns, new FileGlob.Options(true, true, hidden));
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
        List<Path> found =
                glob.findAll().stream().filter(path -> !Files.isDirectory(path)).toList();
        List<Path> places = glob.startingPoints();
        if (places.size() > 1) {
            context.info("Multiple search paths detected. Calculating the least common ancestor of all paths");
        }
        Path root = root(places, found);
        FileSet files = new FileSet().withoutModes();
        Set<String> small = new HashSet<>();
        for (Path path : found) {
            String name = checked(root.relativize(path).toString());
            if (!small.add(name.toLowerCase(Locale.ROOT))) {
                context.info("Uploads are case insensitive: " + path
                        + " was detected that it will be overwritten by another file with the same path");
            }
            // What a link leads to is uploaded, not the link.
            files.add(name, path.toRealPath());
        }
        return new UploadedFiles(files);
    }

    private static Path root(List<Path> places, List<Path> found) {
        if (places.isEmpty()) {
            return Path.of("/");
        }
        if (places.size() == 1) {
            Path place = places.getFirst();
            Path parent = place.getParent();
            return found.size() == 1 && found.getFirst().equals(place) && parent != null ? parent : place;
        }
        Path common = places.getFirst();
        for (Path place : places) {
            while (!place.startsWith(common)) {
                Path above = common.getParent();
                common = above == null ? Path.of("/") : above;
            }
        }
        // A place that is a file itself is no folder to be relative to.
        Path above = common.getParent();
        return Files.isDirectory(common) || above == null ? common : above;
    }

    /** GitHub keeps artifacts for every system, so that names with what one of them forbids are refused. */
    private static String checked(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
                throw ActionFailedException.badInput(
                        "The path for one of the files in artifact is not valid: /" + name
                                + ". Contains the following character: " + name.charAt(i),
                        "give the file another name; double quote, : < > | * ? and line ends are not allowed");
            }
        }
        return name;
    }
}
