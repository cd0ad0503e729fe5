package dev.runner.step.action.source;

import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.step.RunServices;
import dev.runner.step.github.ActionContext;
import java.nio.file.Path;
import java.util.List;
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
     * How to bring it into a folder.
     *
     * @param ref null for what the run is about
     */
    public CheckoutRequest request(@Nullable String ref, Path into, CheckoutRequest.Scope scope) {
        String wanted = ref == null ? ref() : ref;
        return new CheckoutRequest(
                ".", services().repository(), wanted, into, scope, GitCredentials.none(), wanted == null);
    }

    /** All files of the commit, alone. */
    public CheckoutRequest files(Path into) {
        return request(null, into, new CheckoutRequest.Scope(1, false, CheckoutRequest.Submodules.NONE, List.of()));
    }
}
