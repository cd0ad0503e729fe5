package dev.runner.cli.proposal;

import dev.runner.checkout.RepositoryHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder, and what git knows of it.
 *
 * @param name of the project: the repository's, else the folder's; fit for an image's name
 * @param remote where it was cloned from; null when that is nowhere
 * @param branch the default branch
 * @param kept in a repository of its own
 */
public record Project(Path folder, String name, @Nullable Remote remote, String branch, boolean kept) {
    private static final Pattern ADDRESS =
            Pattern.compile("(?:[a-z+]+://)?(?:[^@/]+@)?(?<host>[^:/]+)(?::\\d+(?=/))?[:/](?<path>.+?)(?:\\.git)?/?");

    /**
     * A repository on a server.
     *
     * @param path such as {@code acme/app}
     */
    public record Remote(String host, String path) {
        static @Nullable Remote parse(@Nullable String address) {
            Matcher match = ADDRESS.matcher(address == null ? "" : address);
            boolean server = match.matches()
                    && match.group("host").contains(".")
                    && !match.group("host").startsWith(".");
            return server ? new Remote(match.group("host"), match.group("path")) : null;
        }

        String owner() {
            return path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
        }

        /** Where the server keeps the project's images; null when it is not known to. */
        @Nullable
        String image() {
            String lower = path.toLowerCase(Locale.ROOT);
            return switch (host) {
                case "github.com" -> "ghcr.io/" + lower;
                case "codeberg.org" -> host + "/" + lower;
                default -> host.contains("gitlab") ? "registry." + host + "/" + lower : null;
            };
        }
    }

    /** Looks at a folder. */
    public static Project of(Path folder) throws IOException {
        try (RepositoryHistory history = RepositoryHistory.open(folder)) {
            Remote remote = history == null ? null : Remote.parse(history.origin());
            Path top = history == null ? null : history.top();
            boolean whole = top != null && Files.isSameFile(top, folder);
            String name = remote != null && whole
                    ? remote.path().substring(remote.path().lastIndexOf('/') + 1)
                    : String.valueOf(folder.toRealPath().getFileName());
            String branch = history == null ? "main" : history.defaultBranch();
            return new Project(folder, legal(name), remote, branch, whole);
        }
    }

    /** A name as images may have: lower case, no two separators in a row. */
    static String legal(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return plain.isEmpty() ? "app" : plain;
    }

    /** The project's image: where its server keeps images, else in a registry of the run's own. */
    String image() {
        String known = remote == null ? null : remote.image();
        return known == null ? "localhost:5000/" + name : known;
    }

    /** Whether there is no registry that is known to be the project's. */
    boolean alone() {
        return image().startsWith("localhost:");
    }

    boolean has(String path) {
        return Files.isRegularFile(folder.resolve(path));
    }

    /** A file's text; empty when there is none. */
    String text(String path) {
        try {
            return has(path) ? Files.readString(folder.resolve(path)) : "";
        } catch (java.nio.charset.MalformedInputException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The first match's group in a file; the other value when there is none. */
    String find(String path, String pattern, String otherwise) {
        Matcher match = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text(path));
        return match.find() ? match.group(1) : otherwise;
    }
}
