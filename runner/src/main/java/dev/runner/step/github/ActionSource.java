package dev.runner.step.github;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.CheckoutException;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where actions that are not built in come from: a Git server, or a folder with repositories at {@code owner/name}. What
 * has been fetched is kept by its SHA and checked against its digest each time it is used; what a ref meant last is known
 * offline.
 */
public final class ActionSource {
    /** GitHub's own server. */
    public static final String GITHUB = "https://github.com";

    private final String from;
    private final boolean offline;
    private final ActionCache cache;
    private final Map<String, Fetched> fetched = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /**
     * A source.
     *
     * @param from a server's address, or a folder
     * @param offline whether nothing is asked of a server
     * @param folder where fetched actions are kept
     */
    public ActionSource(String from, boolean offline, Path folder) {
        this.from = from.endsWith("/") ? from.substring(0, from.length() - 1) : from;
        this.offline = offline;
        this.cache = new ActionCache(folder);
    }

    /** An action's repository at a commit; the folder is not to be written to. */
    record Fetched(Path folder, String sha) {}

    /**
     * Brings a repository.
     *
     * @param token who asks, when nobody may not; empty for nobody
     * @param say told what is done
     * @throws ActionFailedException when it cannot be had
     */
    Fetched fetch(ActionReference.Remote action, String token, Consumer<String> say)
            throws IOException, InterruptedException {
        String key = action.fullName() + "@" + action.ref();
        synchronized (locks.computeIfAbsent(key, _ -> new Object())) {
            Fetched known = fetched.get(key);
            if (known == null) {
                known = find(action, token, say);
                fetched.put(key, known);
            }
            return known;
        }
    }

    /**
     * The files of a repository at a ref, for what is no action: a workflow that others call. They are not to be written to.
     *
     * @param repository {@code owner/name}
     * @param token who asks, when nobody may not; empty for nobody
     * @throws ActionFailedException when it cannot be had
     */
    public Path repository(String repository, String ref, String token) throws IOException, InterruptedException {
        int slash = repository.indexOf('/');
        var remote =
                new ActionReference.Remote(repository.substring(0, slash), repository.substring(slash + 1), "", ref);
        return fetch(remote, token, _ -> {}).folder();
    }

    private Fetched find(ActionReference.Remote action, String token, Consumer<String> say)
            throws IOException, InterruptedException {
        Fetched kept = cache.find(action);
        if (kept != null && (offline || kept.sha().equals(action.ref()))) {
            return kept;
        }
        Path local = localFolder(action);
        if (local == null && offline) {
            throw ActionFailedException.lacking(
                    "the action " + action + " has not been fetched yet, and this run is offline",
                    "run once without --offline, or give --actions-from FOLDER");
        }
        if (local != null && !isRepository(local)) {
            return new Fetched(local, "");
        }
        try {
            return download(action, local == null ? from + "/" + action.fullName() : local.toString(), token, say);
        } catch (CheckoutException e) {
            if (kept != null && e.retryable()) {
                say.accept("cannot ask for " + action + " (" + e.getMessage() + "); taking " + kept.sha()
                        + ", which it was last time");
                return kept;
            }
            throw refused(action, e);
        }
    }

    /** The folder in {@code --actions-from FOLDER}; null when actions come from a server. */
    private @Nullable Path localFolder(ActionReference.Remote action) {
        if (from.contains("://")) {
            return null;
        }
        Path folder = Path.of(from).toAbsolutePath().resolve(action.fullName()).normalize();
        for (Path candidate : new Path[] {folder, folder.resolveSibling(folder.getFileName() + ".git")}) {
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw ActionFailedException.lacking(
                "there is no action " + action.fullName() + " in " + from,
                "put its repository at " + folder + ", or leave --actions-from out");
    }

    private static boolean isRepository(Path folder) {
        return Files.exists(folder.resolve(".git"))
                || Files.isDirectory(folder.resolve("objects")) && Files.isRegularFile(folder.resolve("HEAD"));
    }

    private Fetched download(ActionReference.Remote action, String repository, String token, Consumer<String> say)
            throws IOException, InterruptedException {
        Path folder = cache.newFolder();
        try {
            Path tree = folder.resolve("tree");
            Commit commit = checkOut(repository, action.ref(), tree, token);
            String sha = commit.sha();
            if (action.ref().matches("[0-9a-f]{40}") && !action.ref().equals(sha)) {
                throw ActionFailedException.failed(
                        "the server gave the commit " + sha + " for " + action, "do not trust this server");
            }
            say.accept("Download action repository '" + action + "' (SHA:" + sha + ")");
            return cache.keep(action, sha, tree);
        } finally {
            ActionCache.delete(folder);
        }
    }

    /** As nobody first: a token of one server's means nothing to another, and may even be refused. */
    private static Commit checkOut(String repository, String ref, Path into, String token) throws InterruptedException {
        CheckoutRequest request = CheckoutRequest.of(repository, into).withRef(ref);
        Checkout checkout = new Checkout();
        try {
            return checkout.run(request, CheckoutListener.SILENT);
        } catch (CheckoutException e) {
            boolean mayHelp = e.reason() == CheckoutException.Reason.UNAUTHORIZED
                    || e.reason() == CheckoutException.Reason.NOT_FOUND;
            if (token.isEmpty() || !mayHelp) {
                throw e;
            }
            return checkout.run(
                    request.withCredentials(GitCredentials.token(Secret.of("token", token))), CheckoutListener.SILENT);
        }
    }

    private static ActionFailedException refused(ActionReference.Remote action, CheckoutException e) {
        return switch (e.reason()) {
            case NOT_FOUND, UNAUTHORIZED ->
                ActionFailedException.badInput(
                        "Unable to resolve action `" + action.fullName() + "`, repository not found",
                        "check its name; for a private one give a GITHUB_TOKEN that may read it");
            case NO_SUCH_REF, EMPTY, AMBIGUOUS_REF ->
                ActionFailedException.badInput(
                        "Unable to resolve action `" + action.fullName() + "@" + action.ref()
                                + "`, unable to find version `" + action.ref() + "`",
                        "check the ref: a branch, tag or full SHA");
            case NETWORK, UNKNOWN_HOST_KEY, CORRUPT, STORAGE, UNSAFE, UNSUPPORTED ->
                ActionFailedException.failed(
                        "cannot fetch the action " + action + ": " + e.getMessage(),
                        "check the network, or give --actions-from FOLDER with its repository");
        };
    }
}
