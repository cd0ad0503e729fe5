/**
 * Bake: many builds described in files, as {@code docker buildx bake} reads them.
 *
 * <p>Door: {@link dev.runner.build.bake.Bake} (files, overrides and names to a {@link dev.runner.build.bake.BakePlan}).
 * A plan has {@link dev.runner.build.bake.BakeTarget}s; each can say itself as the words of {@code runner build}, and
 * the plan can say all of them as JSON.
 *
 * <p>In: bake files in HCL and JSON, and compose files. Out: targets with everything worked out, or every fault with its
 * place. Builds nothing. Imports {@code source} and {@code secret}.
 */
@NullMarked
package dev.runner.build.bake;

import org.jspecify.annotations.NullMarked;
