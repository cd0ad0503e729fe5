/**
 * Secret values, where they come from, and how they are kept out of what people see.
 *
 * <p>Doors: {@link dev.runner.secret.Secret}, {@link dev.runner.secret.Secrets} (an immutable set by name),
 * {@link dev.runner.secret.SecretSources} (environment, options and files) and {@link dev.runner.secret.Masker} (masks
 * values, in every form they are likely to appear in, in text and streams).
 *
 * <p>In: names, files, the environment. Out: secrets, and text without them. Imports no other room.
 */
@NullMarked
package dev.runner.secret;

import org.jspecify.annotations.NullMarked;
