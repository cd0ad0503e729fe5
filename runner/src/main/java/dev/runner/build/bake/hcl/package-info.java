/**
 * HCL, the language of bake files, in both its spellings: native and JSON.
 *
 * <p>Doors: {@link dev.runner.build.bake.hcl.HclParser} and {@link dev.runner.build.bake.hcl.HclJson} (text to an
 * {@link dev.runner.build.bake.hcl.HclBody}), {@link dev.runner.build.bake.hcl.HclEvaluator} (expression to
 * {@link dev.runner.build.bake.hcl.HclValue} in an {@link dev.runner.build.bake.hcl.HclScope}) and
 * {@link dev.runner.build.bake.hcl.HclFunctions} (the functions that bake files may call).
 *
 * <p>In: positioned text. Out: a tree, values, or the fault with its place. Knows nothing of builds. Imports
 * {@code source}.
 */
@NullMarked
package dev.runner.build.bake.hcl;

import org.jspecify.annotations.NullMarked;
