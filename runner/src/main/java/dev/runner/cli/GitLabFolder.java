package dev.runner.cli;

import dev.runner.frontend.gitlab.GitLabProject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A GitLab project in a folder. */
final class GitLabFolder implements GitLabProject {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String prefix;
    private final Path root;
    private final Reach reach;
    private @Nullable List<String> files;

    /**
     * What includes reach besides the folder.
     *
     * @param projects other projects
     * @param remote files by URL
     * @param templates a folder with GitLab's templates, or null
     * @param changes of the event, by what to compare with
     */
    record Reach(
            Projects projects,
            Map<String, Path> remote,
            @Nullable Path templates,
            Function<@Nullable String, @Nullable List<String>> changes) {}

    /** Finds other projects. */
    @FunctionalInterface
    interface Projects {
        /**
         * The folder with a project's files, or null for a project that nobody knows.
         *
         * @param ref branch, tag or commit; null for the project as it is
         */
        @Nullable
        Path find(String project, @Nullable String ref) throws IOException;

        /**
         * A folder with the files of a git repository.
         *
         * @param url with or without a scheme; a project that is known by its path is taken for it
         */
        default Path repository(String url, @Nullable String ref) throws IOException {
            throw new IOException("no repository is known: " + url);
        }

        /** What a project's artifacts are found by, whichever run has made them; null for one that nobody knows. */
        default @Nullable String key(String project) {
            return null;
        }
    }

    GitLabFolder(String prefix, Path root, Reach reach) {
        this.prefix = prefix;
        this.root = root;
        this.reach = reach;
    }

    Path root() {
        return root;
    }

    Reach reach() {
        return reach;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public @Nullable String read(String path) throws IOException {
        Path file = root.resolve(path).normalize();
        return file.startsWith(root) && Files.isRegularFile(file)
                ? Files.readString(file, StandardCharsets.UTF_8)
                : null;
    }

    @Override
    public List<String> files() {
        if (files == null) {
            List<String> found = new ArrayList<>();
            try {
                Files.walkFileTree(root, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        return folder.endsWith(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        found.add(root.relativize(file).toString());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot list " + root, e);
            }
            files = List.copyOf(found);
        }
        return files;
    }

    @Override
    public @Nullable List<String> changes(@Nullable String compareTo) {
        return reach.changes().apply(compareTo);
    }

    @Override
    public @Nullable GitLabProject project(String path, @Nullable String ref) throws IOException {
        Path folder = reach.projects().find(path, ref);
        String shown = path + (ref == null ? "" : "@" + ref) + ":";
        return folder == null ? null : new GitLabFolder(shown, folder, reach);
    }

    @Override
    public @Nullable String remote(String url) throws IOException {
        Path file = reach.remote().get(url);
        if (file != null) {
            return Files.readString(file, StandardCharsets.UTF_8);
        }
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build()) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("the server answers " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public @Nullable String template(String name) throws IOException {
        Path folder = reach.templates();
        Path file = folder == null ? null : folder.resolve(name).normalize();
        return file != null && file.startsWith(folder) && Files.isRegularFile(file)
                ? Files.readString(file, StandardCharsets.UTF_8)
                : null;
    }
}
