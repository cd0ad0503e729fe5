package dev.runner.cli;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildSecret;
import dev.runner.build.Contexts;
import dev.runner.build.GitAddress;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the context and the Dockerfile that the words of {@code runner build} name, wherever they are. */
final class BuildSource {
    private final BuildFlags flags;
    private final RunnerCommand parent;
    private final Toolbox toolbox;

    BuildSource(BuildFlags flags, RunnerCommand parent, Toolbox toolbox) {
        this.flags = flags;
        this.parent = parent;
        this.toolbox = toolbox;
    }

    /**
     * What to build.
     *
     * @param file the Dockerfile's place; null when it came from a stream
     */
    record Definition(
            BuildContext context,
            Source dockerfile,
            @Nullable Path file) {}

    /** @param keepGitDir whether {@code .git} of a repository stays where the address does not say it */
    Definition read(List<BuildSecret> secrets, boolean keepGitDir) throws IOException, InterruptedException {
        String context = flags.context;
        if (context.equals("-")) {
            if ("-".equals(flags.file)) {
                throw new UsageException("standard input is the context or the Dockerfile, not both: -f - and -");
            }
            return remote(toolbox.builder().contexts().read(parent.in()));
        }
        if (GitAddress.isGitArgument(context)) {
            GitAddress written = address(context);
            GitAddress address = written.keepGitDir() == null ? written.withKeepGitDir(keepGitDir) : written;
            return in(toolbox.builder().contexts().git(address, BuildSecret.gitToken(address, secrets)), true);
        }
        if (context.startsWith("http://") || context.startsWith("https://")) {
            return remote(toolbox.builder().contexts().fetch(context));
        }
        if (context.contains("://")) {
            throw new UsageException("a context is a folder, a git repository, or the http address of a tar, not '"
                    + GitAddress.redacted(context) + "'");
        }
        Path path = Path.of(context);
        if (!Files.isDirectory(path)) {
            throw new UsageException("the context '" + context + "' is not a folder");
        }
        return in(new BuildContext.Directory(path), false);
    }

    private static GitAddress address(String text) {
        try {
            return GitAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Definition remote(Contexts.Content content) throws IOException {
        return switch (content) {
            case Contexts.Content.Folder(BuildContext.Directory context) -> in(context, true);
            case Contexts.Content.Dockerfile(String text) ->
                new Definition(new BuildContext.Empty(), Source.of("Dockerfile", text), null);
        };
    }

    /** @param fetched whether {@code -f} is meant below the context, and its name shown so */
    private Definition in(BuildContext.Directory context, boolean fetched) throws IOException {
        if ("-".equals(flags.file)) {
            String text = new String(parent.in().readAllBytes(), StandardCharsets.UTF_8);
            return new Definition(context, Source.of("Dockerfile", text), null);
        }
        Path usual = context.dockerfile();
        String name = flags.file == null ? String.valueOf(usual.getFileName()) : flags.file;
        Path file = flags.file == null
                ? usual
                : fetched ? context.path().resolve(name).normalize() : Path.of(name);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no Dockerfile at " + (fetched ? name : file) + "; name it with -f");
        }
        if (fetched && !context.holds(file)) {
            throw new UsageException("the Dockerfile " + name + " lies outside of the context");
        }
        return new Definition(context, Source.of(fetched ? name : shown(file), Files.readString(file)), file);
    }

    private static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.isAbsolute() && file.startsWith(here)
                ? here.relativize(file).toString()
                : file.toString();
    }
}
