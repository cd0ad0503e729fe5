/**
 * What outlives a job: caches and artifacts, in folders that many runs of many processes share.
 *
 * <p>Doors: {@link dev.runner.step.keep.CacheStore} (content found again by key or by the beginning of a key),
 * {@link dev.runner.step.keep.ArtifactStore} (what a run hands on under a name) and
 * {@link dev.runner.step.keep.FileSet} (which files, and what they are called in there).
 *
 * <p>In: files. Out: the same files elsewhere, with their modes, times and links. A thing is written under a temporary name,
 * named after its digest, and then told of by a record that appears at once or not at all; so a run that is killed leaves
 * nothing but a temporary file, which the next one sweeps. Imports {@code oci} and libraries only.
 */
@NullMarked
package dev.runner.step.keep;

import org.jspecify.annotations.NullMarked;
