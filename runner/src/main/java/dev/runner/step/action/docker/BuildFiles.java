package dev.runner.step.action.docker;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildSecret;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.host.posix.PosixFiles;
import dev.runner.step.BuildContexts;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.action.source.OwnRepository;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The build's context. When a step names none, it is the repository at the commit of the run, not the workspace: the
 * published action lets BuildKit fetch it from GitHub, here it comes from the repository that the run was started in.
 *
 * @see <a href="https://github.com/docker/build-push-action#git-context">Git context</a>
 */
final class BuildFiles {
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{\\s*defaultContext\\s*}}(?::(?<folder>.*))?");

    private final ActionContext context;

    BuildFiles(ActionContext context) {
        this.context = context;
    }

    BuildContext.Directory of(List<BuildSecret> secrets, boolean keepGitDir) throws IOException, InterruptedException {
        String written = context.inputs().get("context");
        Matcher own = DEFAULT.matcher(written);
        if (written.isEmpty() || own.matches()) {
            String folder = written.isEmpty() || own.group("folder") == null ? "" : own.group("folder");
            return repository(folder, keepGitDir);
        }
        return new BuildContexts(context.tools().building().contexts())
                .of(HomePaths.expanded(written, context), context.workspace(), secrets, keepGitDir);
    }

    private BuildContext.Directory repository(String folder, boolean keepGitDir)
            throws IOException, InterruptedException {
        Path into = context.scratch().resolve("context");
        Commit commit = new OwnRepository(context).checkOut(null, into, CheckoutRequest.Scope.TIP);
        context.info("building the repository " + context.github("repository") + " at " + commit.sha());
        if (!keepGitDir) {
            PosixFiles.deleteTree(into.resolve(".git"));
        }
        Path files = into.resolve(folder).normalize();
        if (!files.startsWith(into) || !Files.isDirectory(files)) {
            throw ActionFailedException.badInput("the repository has no folder " + folder, null);
        }
        String address = context.github("server_url") + "/" + context.github("repository") + ".git";
        return new BuildContext.Directory(
                files,
                new BuildContext.Origin(address, Map.of("sha1", commit.sha().replaceFirst("-dirty$", ""))));
    }
}
