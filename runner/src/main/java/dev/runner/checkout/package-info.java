/**
 * Brings the files of a commit into a folder, with JGit and without the {@code git} command.
 *
 * <p>Doors: {@link dev.runner.checkout.Checkout} does it; a {@link dev.runner.checkout.CheckoutRequest} says what, a
 * {@link dev.runner.checkout.CheckoutListener} hears how far it is, a {@link dev.runner.checkout.CheckoutException}
 * says why not.
 *
 * <p>In: a local path or a URL, a ref, credentials. Out: the folder, with a {@code .git} that the {@code git} command
 * understands, and the {@link dev.runner.checkout.Commit}. No program that a repository or a user's configuration
 * names (hook, filter, monitor, upload-pack) is ever started. May import {@code secret}.
 */
@NullMarked
package dev.runner.checkout;

import org.jspecify.annotations.NullMarked;
