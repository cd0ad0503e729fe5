/**
 * Child processes that never outlive us: each is a session of its own, so that its whole tree can be ended, and dies
 * with this program even when that is killed hard.
 *
 * <p>Doors: {@link dev.runner.host.process.ProcessRunner} and what it takes and gives. In: a
 * {@link dev.runner.host.process.Command}. Out: bytes to {@link dev.runner.host.process.OutputSink}s and an exit code.
 */
@NullMarked
package dev.runner.host.process;

import org.jspecify.annotations.NullMarked;
