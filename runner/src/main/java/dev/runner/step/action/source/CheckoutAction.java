package dev.runner.step.action.source;

import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.CommandNotFoundException;
import dev.runner.secret.Secret;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts a commit into the workspace. The repository of the workflow is the one that the run was started in, so nothing is
 * fetched for it, and its history is there whatever {@code fetch-depth} says; any other comes from the server.
 *
 * @see <a href="https://github.com/actions/checkout#readme">actions/checkout</a>
 */
public final class CheckoutAction extends ContractedAction {
    private static final Pattern SHA = Pattern.compile("[0-9a-fA-F]{40}|[0-9a-fA-F]{64}");
    private static final Pattern REPOSITORY = Pattern.compile("[^/\\s]+/[^/\\s]+");

    public CheckoutAction() {
        super(Contract.named("actions/checkout", 1, 6)
                .input("repository", "${{ github.repository }}")
                .input("token", "${{ github.token }}")
                .inputs("ref", "path", "ssh-key", "ssh-known-hosts")
                .input("clean", "true")
                .input("lfs", "false")
                .input("submodules", "false")
                .in(1, 1)
                .input("fetch-depth", "0")
                .from(2)
                .input("fetch-depth", "1")
                .input("ssh-strict", "true")
                .input("persist-credentials", "true")
                .from(3)
                .input("ssh-user", "git")
                .inputs("filter", "sparse-checkout", "github-server-url")
                .input("sparse-checkout-cone-mode", "true")
                .input("fetch-tags", "false")
                .input("show-progress", "true")
                .input("set-safe-directory", "true")
                .from(4)
                .inputs("reference")
                .outputs("ref", "commit")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        Path into = folder(context);
        Wanted wanted = wanted(context);
        boolean keep = !context.inputs().isTrue("clean") && Files.exists(into.resolve(".git"));
        Path aside = keep ? context.scratch().resolve("former") : null;
        if (aside != null) {
            Files.move(into, aside);
        } else {
            empty(into, context);
        }
        context.info("Syncing repository: " + context.inputs().get("repository"));
        Commit commit = checkOut(wanted, into, context);
        if (aside != null) {
            UntrackedFiles.bringBack(aside, into);
        }
        if (context.inputs().isTrue("lfs")) {
            prepareLargeFiles(into, context);
        }
        String sha = commit.sha().replaceFirst("-dirty$", "");
        context.info(sha + (commit.dirty() ? ", with what is not committed yet" : ""));
        context.info(commit.message().lines().findFirst().orElse(""));
        context.setOutput("ref", wanted.shownRef());
        context.setOutput("commit", sha);
    }

    /**
     * What a step asks for.
     *
     * @param own whether it is the repository of the workflow
     * @param ref null for what the run is about, or the default branch of another repository
     * @param shownRef the output {@code ref}
     */
    private record Wanted(boolean own, @Nullable String ref, String shownRef) {}

    private static Wanted wanted(ActionContext context) {
        String repository = context.inputs().get("repository");
        String given = context.inputs().get("ref");
        if (!REPOSITORY.matcher(repository).matches()) {
            throw ActionFailedException.badInput(
                    "Invalid repository '" + repository + "'. Expected format {owner}/{repo}.", null);
        }
        String server = context.inputs().get("github-server-url");
        boolean here = server.isEmpty() || server.equals(context.github("server_url"));
        boolean own = here && new OwnRepository(context).isNamed(repository);
        if (!given.isEmpty()) {
            return new Wanted(own, given, SHA.matcher(given).matches() ? "" : given);
        }
        String ref = own ? context.github("ref") : "";
        boolean bare = !ref.isEmpty() && !ref.startsWith("refs/");
        return new Wanted(own, null, bare ? "refs/heads/" + ref : ref);
    }

    private static Path folder(ActionContext context) {
        Path workspace = context.workspace();
        String path = context.inputs().get("path");
        Path into = workspace.resolve(path).normalize();
        if (!into.startsWith(workspace)) {
            throw ActionFailedException.badInput(
                    "Repository path '" + into + "' is not under '" + workspace + "'", "give a folder inside of it");
        }
        return into;
    }

    /** The published action empties a folder that holds no repository, too. */
    private static void empty(Path folder, ActionContext context) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            PosixFiles.deleteTree(folder);
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> entries = all.toList();
            if (!entries.isEmpty()) {
                context.info("Deleting the contents of '" + folder + "'");
            }
            for (Path entry : entries) {
                PosixFiles.deleteTree(entry);
            }
        }
    }

    private static Commit checkOut(Wanted wanted, Path into, ActionContext context) throws InterruptedException {
        CheckoutRequest.Scope scope = scope(context.inputs());
        if (!wanted.own()) {
            CheckoutRequest request = remote(wanted, into, scope, context);
            return context.tools().checkout().run(request, new OwnRepository.Notes(context));
        }
        // Large files alone may have to come from the server.
        GitCredentials credentials = scope.largeFiles()
                ? credentials(context.inputs(), context.inputs().raw("ssh-key"), context)
                        .withPersist(false)
                : GitCredentials.none();
        return new OwnRepository(context).checkOut(wanted.ref(), into, scope, credentials);
    }

    private static CheckoutRequest remote(
            Wanted wanted, Path into, CheckoutRequest.Scope scope, ActionContext context) {
        ActionInputs inputs = context.inputs();
        String server =
                inputs.isGiven("github-server-url") ? inputs.get("github-server-url") : context.github("server_url");
        String key = inputs.raw("ssh-key");
        String repository = inputs.get("repository");
        String url = key.isBlank()
                ? server + "/" + repository
                : inputs.get("ssh-user") + "@" + URI.create(server).getHost() + ":" + repository + ".git";
        return new CheckoutRequest(
                url, context.workspace(), wanted.ref(), into, scope, credentials(inputs, key, context), false);
    }

    private static GitCredentials credentials(ActionInputs inputs, String key, ActionContext context) {
        String token = inputs.get("token");
        if (!token.isEmpty()) {
            context.mask(token);
        }
        if (!key.isBlank()) {
            key.lines().filter(line -> !line.isBlank()).forEach(context::mask);
        }
        String hosts = inputs.raw("ssh-known-hosts");
        return new GitCredentials(
                null,
                key.isBlank() && !token.isEmpty() ? Secret.of("token", token) : null,
                key.isBlank() ? null : Secret.of("ssh-key", key.endsWith("\n") ? key : key + "\n"),
                null,
                hosts.isBlank() ? null : Secret.of("ssh-known-hosts", hosts),
                inputs.isTrue("persist-credentials"));
    }

    private static CheckoutRequest.Scope scope(ActionInputs inputs) {
        String depth = inputs.get("fetch-depth");
        // What is no number means all of it, as the published action has it.
        int commits = depth.matches("\\d{1,9}") ? Integer.parseInt(depth) : 0;
        List<String> sparse = inputs.isGiven("filter") ? List.of() : inputs.lines("sparse-checkout");
        if (!sparse.isEmpty() && !inputs.isTrue("sparse-checkout-cone-mode")) {
            // With a wildcard among them, names are patterns and not folders; this one takes away what no commit has.
            sparse = Stream.concat(Stream.of("!/.git/*"), sparse.stream()).toList();
        }
        return CheckoutRequest.Scope.TIP
                .withDepth(commits)
                .withTags(inputs.isTrue("fetch-tags") || commits == 0)
                .withSubmodules(submodules(inputs))
                .withSparse(sparse)
                .withLargeFiles(inputs.isTrue("lfs"));
    }

    private static CheckoutRequest.Submodules submodules(ActionInputs inputs) {
        String text = inputs.get("submodules").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "recursive" -> CheckoutRequest.Submodules.RECURSIVE;
            case "true" -> CheckoutRequest.Submodules.TRUE;
            default -> CheckoutRequest.Submodules.NONE;
        };
    }

    /** For the git commands of later steps; the files themselves are here already. */
    private static void prepareLargeFiles(Path into, ActionContext context) throws IOException, InterruptedException {
        try {
            context.execute(List.of("git", "lfs", "install", "--local", "--skip-repo"), Map.of(), into);
        } catch (CommandNotFoundException e) {
            context.debug("git is not here, and so is not told of Git LFS");
        }
    }
}
