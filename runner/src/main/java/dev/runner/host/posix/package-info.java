/**
 * Linux system calls that Java has no words for, through the foreign function interface: no JNI, no helper programs.
 *
 * <p>Doors: {@link dev.runner.host.posix.PosixFiles} (status, owners, times, extended attributes, device nodes,
 * copies), {@link dev.runner.host.posix.Posix} (processes, mounts, identity) and
 * {@link dev.runner.host.posix.OpenedPath} (a path resolved inside a root that symbolic links cannot leave). In: paths.
 * Out: values, or {@link dev.runner.host.posix.ErrnoException}. Nothing is linked before the first call.
 */
@NullMarked
package dev.runner.host.posix;

import org.jspecify.annotations.NullMarked;
