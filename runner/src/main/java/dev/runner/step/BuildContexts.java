package dev.runner.step;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildSecret;
import dev.runner.build.Contexts;
import dev.runner.build.GitAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that a build's context names: a folder of the workspace, a Git repository written {@code URL#REF:FOLDER} as
 * {@code docker build} takes it, or the address of a tar.
 */
public final class BuildContexts {
    private final Contexts contexts;

    public BuildContexts(Contexts contexts) {
        this.contexts = contexts;
    }

    /**
     * The files.
     *
     * @param keepGitDir whether {@code .git} stays where the address does not say it
     */
    public BuildContext.Directory of(String text, Path workspace, List<BuildSecret> secrets, boolean keepGitDir)
            throws InterruptedException {
        try {
            if (GitAddress.isGitArgument(text)) {
                GitAddress address = GitAddress.parse(text);
                boolean keep = address.keepGitDir() == null ? keepGitDir : address.keepGitDir();
                return contexts.git(address.withKeepGitDir(keep), BuildSecret.gitToken(address, secrets));
            }
            if (text.startsWith("http://") || text.startsWith("https://")) {
                return archive(text);
            }
        } catch (IOException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
        return folder(text, workspace);
    }

    private BuildContext.Directory archive(String address) throws IOException, InterruptedException {
        return switch (contexts.fetch(address)) {
            case Contexts.Content.Folder(BuildContext.Directory files) -> files;
            case Contexts.Content.Dockerfile(String _) ->
                throw new BadStepException(
                        "there is no tar at " + GitAddress.redacted(address),
                        "end the URL of a Git repository with .git; a Dockerfile alone is fetched by a run step");
        };
    }

    private static BuildContext.Directory folder(String text, Path workspace) {
        if (text.contains("://")) {
            throw new BadStepException(
                    "a build context is a folder, a Git repository or the http address of a tar, and '"
                            + GitAddress.redacted(text) + "' is none",
                    "fetch it in a run step");
        }
        Path folder = workspace.resolve(text).normalize();
        if (!Files.isDirectory(folder)) {
            throw new BadStepException(
                    "the build context '" + text + "' is not there", "put a checkout step before, or check 'context'");
        }
        return new BuildContext.Directory(folder);
    }
}
