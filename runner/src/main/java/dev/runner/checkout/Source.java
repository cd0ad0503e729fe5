package dev.runner.checkout;

import java.io.IOException;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** Where the objects come from. */
interface Source extends AutoCloseable {
    /** What a relative submodule URL is relative to, and what the new repository calls its origin; without credentials. */
    String origin();

    /**
     * Makes the objects and refs that are asked for readable in the target.
     *
     * @return the commit that the ref names
     */
    Tip bring(Repository target, @Nullable String ref, CheckoutRequest.Scope scope)
            throws IOException, InterruptedException;

    @Override
    void close();
}
