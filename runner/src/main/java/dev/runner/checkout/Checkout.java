package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;

/** Fills a folder with the files of a commit. Keeps no state: one instance serves all threads. */
public final class Checkout {
    /**
     * Does it. When it fails or is interrupted, what it wrote is removed again, unless it wrote among files that were
     * there before: then these and the {@code .git} are as they were, and some new files may be left.
     *
     * @throws CheckoutException when it cannot be done; says whether a retry may help
     * @throws InterruptedException when the thread is interrupted, which ends transfers too
     */
    public Commit run(CheckoutRequest request, CheckoutListener listener) throws InterruptedException {
        // On a virtual thread, because an interruption ends a blocked socket there and not on others.
        FutureTask<Commit> task = new FutureTask<>(() -> checkOut(request, listener));
        Thread worker = Thread.ofVirtual().name("checkout").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            worker.interrupt();
            worker.join();
            throw e;
        } catch (ExecutionException e) {
            throw failure(request, Objects.requireNonNull(e.getCause()));
        }
    }

    /**
     * The commit that is checked out in the repository around a folder.
     *
     * @return null where there is no repository, or it has no commit yet
     */
    public @Nullable Commit head(Path folder) {
        try (LocalSource source = LocalSource.open(folder.toAbsolutePath())) {
            return source.headCommit();
        } catch (CheckoutException | IOException e) {
            return null; // A run may start outside of any repository; a checkout step then says what is wrong.
        }
    }

    private static Commit checkOut(CheckoutRequest request, CheckoutListener listener)
            throws IOException, InterruptedException {
        Location location = Location.parse(request.repository(), request.base());
        Path into = request.into();
        boolean existed = Files.exists(into, LinkOption.NOFOLLOW_LINKS);
        boolean empty = prepare(request, location);
        boolean complete = false;
        try {
            Commit commit =
                    new RepositoryCheckout(request, location, listener).run(into.resolve(Constants.DOT_GIT), into);
            complete = true;
            return commit;
        } finally {
            if (!complete) {
                Thread.interrupted(); // Cleaning up must not be stopped by what stopped the checkout.
                SafeFolder.delete(existed ? into.resolve(Constants.DOT_GIT) : into);
                if (existed && empty) {
                    clear(into);
                }
            }
        }
    }

    /** Makes room; true when nothing was there that must stay. */
    private static boolean prepare(CheckoutRequest request, Location location) throws IOException {
        Path into = request.into();
        if (!Files.exists(into, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!Files.isDirectory(into)) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED, location.shown(), "cannot check out into " + into + ": it is a file", null);
        }
        Path dotGit = into.resolve(Constants.DOT_GIT);
        if (Files.exists(dotGit.resolve(NewRepository.MARK))) {
            clear(into);
            return true;
        }
        if (Files.exists(dotGit, LinkOption.NOFOLLOW_LINKS)) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED,
                    location.shown(),
                    "cannot check out into " + into + ": another repository is there",
                    null);
        }
        try (Stream<Path> entries = Files.list(into)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                SafeFolder.delete(entry);
            }
        }
    }

    private static RuntimeException failure(CheckoutRequest request, Throwable cause) {
        String shown = request.shownRepository();
        return switch (cause) {
            case CheckoutException known -> known;
            case MissingObjectException e ->
                new CheckoutException(
                        Reason.CORRUPT,
                        shown,
                        "the repository " + shown + " lacks an object (a partial clone?): " + e.getMessage(),
                        e);
            case IOException e ->
                new CheckoutException(
                        Reason.STORAGE, shown, "cannot check out " + shown + ": " + Location.redacted(text(e)), e);
            case UncheckedIOException e ->
                new CheckoutException(
                        Reason.STORAGE, shown, "cannot check out " + shown + ": " + Location.redacted(text(e)), e);
            case RuntimeException e -> e;
            default -> new IllegalStateException(cause);
        };
    }

    private static String text(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /**
     * Watches a folder's files.
     *
     * @throws IOException when it is not there, or the kernel watches no more folders
     */
    public TreeWatch watch(Path folder) throws IOException {
        return TreeWatch.of(folder);
    }
}
