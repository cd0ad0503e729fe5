/**
 * What git knows of the files of a working tree, read from its index without git: which of them are as they were when git
 * last looked, and the names of their contents.
 *
 * <p>Door: {@link dev.runner.build.embedded.git.WorkingTree}. In: a folder, and how its files look. Out: the ids of git's
 * objects, for files whose bytes are those of the object; for all others nothing, and they have to be read.
 */
@NullMarked
package dev.runner.build.embedded.git;

import org.jspecify.annotations.NullMarked;
