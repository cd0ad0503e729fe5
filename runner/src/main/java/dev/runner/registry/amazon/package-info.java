/**
 * Who we are at Amazon, and what its services want to see of it.
 *
 * <p>Doors: {@link dev.runner.registry.amazon.AwsCredentials} finds an access key, {@link
 * dev.runner.registry.amazon.AwsSignature} signs a request with it, {@link dev.runner.registry.amazon.EcrLogin} changes it
 * for the password of Amazon's registries. In: keys, or the user's environment. Out: headers, passwords. May import
 * {@code oci} and {@code secret}.
 */
@NullMarked
package dev.runner.registry.amazon;

import org.jspecify.annotations.NullMarked;
