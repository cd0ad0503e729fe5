/**
 * Archives that hold files to build from, whatever they are packed with.
 *
 * <p>Doors: {@link dev.runner.build.context.ArchiveStream} (is it an archive, and its tar) and
 * {@link dev.runner.build.context.ContextArchive} (its files in a folder). In: bytes that nobody vouches for. Out: files
 * below one folder and nowhere else.
 */
@NullMarked
package dev.runner.build.context;

import org.jspecify.annotations.NullMarked;
