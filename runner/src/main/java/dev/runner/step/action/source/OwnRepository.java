package dev.runner.step.action.source;

import dev.runner.checkout.CheckoutException;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.step.RunServices;
import dev.runner.step.github.ActionContext;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The repository that the run was started in, which stands in for the one on GitHub that the workflow belongs to.
 *
 * <p>A run for the commit that is checked out there takes the working tree as it is, with what is not committed yet: this is
 * what people want who try a workflow before they push. A run for another commit takes that commit.
 */
public final class OwnRepository {
    private final ActionContext context;

    public OwnRepository(ActionContext context) {
        this.context = context;
    }

    private RunServices services() {
        return context.tools().services();
    }

    /** Whether a name as {@code octocat/Hello-World} is this repository's. */
    public boolean isNamed(String repository) {
        return repository.equalsIgnoreCase(context.github("repository"));
    }

    /** The commit that the run is about: a ref that the repository knows, or null for its working tree as it is. */
    public @Nullable String ref() {
        Commit head = context.tools().checkout().head(services().repository());
        String sha = context.github("sha");
        if (services().dirty() || head == null || sha.isEmpty() || head.sha().startsWith(sha)) {
            return null;
        }
        return sha;
    }

    /**
     * Brings it into a folder.
     *
     * @param wanted a ref of the step's own; null for what the run is about
     * @throws CheckoutException when it cannot be done
     */
    public Commit checkOut(@Nullable String wanted, Path into, CheckoutRequest.Scope scope)
            throws InterruptedException {
        return checkOut(wanted, into, scope, GitCredentials.none());
    }

    /** The same, where large files may have to come from the server that the repository came from. */
    Commit checkOut(@Nullable String wanted, Path into, CheckoutRequest.Scope scope, GitCredentials credentials)
            throws InterruptedException {
        String ref = wanted == null ? ref() : wanted;
        try {
            return run(ref, into, scope, credentials);
        } catch (CheckoutException e) {
            if (e.reason() != CheckoutException.Reason.NO_SUCH_REF || ref == null) {
                throw e;
            }
            if (wanted == null) {
                context.warning("the repository has no commit " + ref
                        + ", which the event is about: its working tree is taken as it is");
                return run(null, into, scope, credentials);
            }
            // A branch that nobody has checked out here is known as its server's.
            String branch = ref.startsWith("refs/heads/") ? ref.substring("refs/heads/".length()) : ref;
            return run("refs/remotes/origin/" + branch, into, scope, credentials);
        }
    }

    private Commit run(@Nullable String ref, Path into, CheckoutRequest.Scope scope, GitCredentials credentials)
            throws InterruptedException {
        CheckoutRequest request =
                new CheckoutRequest(".", services().repository(), ref, into, scope, credentials, ref == null);
        return context.tools().checkout().run(request, new Notes(context));
    }

    /** What people should know goes to the log; the rest is too quick to be told. */
    record Notes(ActionContext context) implements CheckoutListener {
        @Override
        public void progress(String task, int done, int total) {}

        @Override
        public void note(String text) {
            context.info(text);
        }
    }
}
