/**
 * What docker/metadata-action makes of a commit and an event: tags, labels, annotations.
 *
 * <p>Door: {@link dev.runner.step.action.metadata.Metadata}, made from {@link dev.runner.step.action.metadata.MetadataInputs}
 * and an {@link dev.runner.step.action.metadata.Occasion}. Out: lists of text, and the files for bake. Pure: no clock, no
 * environment, no file.
 *
 * @see <a href="https://github.com/docker/metadata-action#readme">docker/metadata-action</a>
 */
@NullMarked
package dev.runner.step.action.metadata;

import org.jspecify.annotations.NullMarked;
