package dev.runner.step.action.docker;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildSecret;
import dev.runner.build.GitAddress;
import dev.runner.build.bake.Bake;
import dev.runner.build.bake.BakeInputs;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.oci.Platform;
import dev.runner.secret.Secret;
import dev.runner.source.Source;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.action.source.OwnRepository;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a step's bake files are. From version 6 of the action on, a step that names no source means the repository at the
 * commit of the run; files in the workspace then have {@code cwd://} before their names.
 *
 * @param root the folder that names and contexts are relative to
 * @param names as {@code --file} takes them; none for those that bake looks for
 */
record BakeFiles(Path root, List<String> names) {
    private static final String CWD = "cwd://";

    static BakeFiles of(ActionContext context) throws IOException, InterruptedException {
        Path workspace = context.workspace();
        Path root =
                root(context, workspace.resolve(context.inputs().get("workdir")).normalize());
        List<String> names = new ArrayList<>();
        for (String name : ListInput.words(context.inputs().raw("files"))) {
            names.add(
                    name.startsWith(CWD)
                            ? workspace
                                    .resolve(HomePaths.expanded(name.substring(CWD.length()), context))
                                    .toString()
                            : HomePaths.expanded(name, context));
        }
        return new BakeFiles(root, names);
    }

    private static Path root(ActionContext context, Path workdir) throws IOException, InterruptedException {
        String source = context.inputs().get("source");
        boolean own = source.startsWith("{{") || source.isEmpty() && context.major() >= 6;
        String address = context.github("server_url") + "/" + context.github("repository") + ".git";
        if (own || source.equals(address) || source.startsWith(address + "#")) {
            int colon = source.lastIndexOf(':');
            boolean below =
                    colon > source.indexOf("}}") && !source.substring(colon).startsWith("://");
            Path into = context.scratch().resolve("source");
            new OwnRepository(context).checkOut(null, into, CheckoutRequest.Scope.TIP);
            return below ? into.resolve(source.substring(colon + 1)).normalize() : into;
        }
        if (source.isEmpty()) {
            return workdir;
        }
        if (GitAddress.isGitArgument(source)) {
            String token = context.inputs().get("github-token");
            List<BuildSecret> secrets = token.isEmpty()
                    ? List.of()
                    : List.of(new BuildSecret.Value(BuildSecrets.GIT_TOKEN, Secret.of("token", token)));
            GitAddress git = GitAddress.parse(source);
            BuildContext.Directory files =
                    context.tools().building().contexts().git(git, BuildSecret.gitToken(git, secrets));
            return files.path();
        }
        return workdir.resolve(source).normalize();
    }

    /** The files themselves. */
    Bake read(ActionContext context) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String name : names.isEmpty() ? Bake.DEFAULT_FILES : names) {
            Path file = root.resolve(name);
            if (Files.isRegularFile(file)) {
                sources.add(Source.of(name, Files.readString(file)));
            } else if (!names.isEmpty()) {
                throw ActionFailedException.badInput("there is no bake file " + name, "check 'files' and 'source'");
            }
        }
        if (sources.isEmpty()) {
            throw ActionFailedException.badInput(
                    "couldn't find a bake definition",
                    "put actions/checkout before this step, or name one with 'files'");
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : ListInput.plain(context.inputs().raw("vars"))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return Bake.read(
                sources,
                new BakeInputs(
                        variables,
                        context.environment(),
                        Map.of(
                                "BAKE_CMD_CONTEXT",
                                CWD,
                                "BAKE_LOCAL_PLATFORM",
                                Platform.host().normalized().toString())));
    }
}
