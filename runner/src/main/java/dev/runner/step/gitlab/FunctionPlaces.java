package dev.runner.step.gitlab;

import dev.runner.expression.Value;
import dev.runner.schedule.StepContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds functions: by a path from the job's or another function's folder, or in a git repository at a revision. */
final class FunctionPlaces {
    private final GitLabTools.Repositories repositories;
    private final Path folder;
    private final Map<String, Path> fetched = new HashMap<>();

    /** @param folder of the job, in which commands find what is fetched */
    FunctionPlaces(GitLabTools.Repositories repositories, Path folder) {
        this.repositories = repositories;
        this.folder = folder;
    }

    FunctionFile find(Value reference, @Nullable Path from, StepContext context) throws IOException, FunctionFault {
        if (reference instanceof Value.Obj details) {
            if (!(details.get("git") instanceof Value.Obj git)) {
                throw FunctionFault.of(
                        "a function is named by " + FunctionExpression.shown(reference)
                                + ", but images with functions are not fetched here",
                        "name it by a path or by git: {url: …, rev: …}");
            }
            String dir = text(git, "dir", ".");
            String url = text(git, "url", "");
            Path root = fetch(url, text(git, "rev", ""));
            return FunctionFile.read(
                    root.resolve(dir).resolve(text(git, "file", "step.yml")).normalize(), url + "/" + dir);
        }
        String text = reference.text();
        if (text.startsWith(".")) {
            Path base = from == null ? context.workspace() : from;
            return FunctionFile.read(base.resolve(text).normalize(), text);
        }
        int at = text.lastIndexOf('@');
        if (at < 0 || text.startsWith("builtin:")) {
            throw FunctionFault.of(
                    "the function '" + text + "' has no revision", "write ./PATH, or HOST/PROJECT@REVISION");
        }
        String[] parts = text.substring(0, at).split("/-/", 2);
        Path root = fetch(parts[0], text.substring(at + 1));
        if (parts.length == 2) {
            return FunctionFile.read(root.resolve("steps").resolve(parts[1]).normalize(), text);
        }
        Path usual = root.resolve("steps");
        return FunctionFile.read(Files.exists(usual.resolve("step.yml")) ? usual : root, text);
    }

    private static String text(Value.Obj fields, String name, String otherwise) {
        Value value = fields.get(name);
        return value == null ? otherwise : value.text();
    }

    private Path fetch(String url, String revision) throws IOException, FunctionFault {
        String key = url + "@" + revision;
        Path known = fetched.get(key);
        if (known == null) {
            Path source = repositories.find(url, revision.isEmpty() ? null : revision);
            known = copy(source, folder.resolve("functions-" + fetched.size()));
            fetched.put(key, known);
        }
        return known;
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(path -> !from.relativize(path).startsWith(".git"))
                    .toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
        return to;
    }
}
