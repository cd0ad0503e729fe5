/**
 * What isolates a RUN step or a container job: a process in a root filesystem of its own.
 *
 * <p>Doors: {@link dev.runner.host.sandbox.Sandboxes} (which kinds work here, choice, sweep),
 * {@link dev.runner.host.sandbox.Sandbox} and its {@link dev.runner.host.sandbox.SandboxSpec}. In: root filesystem,
 * mounts and process. Out: its output and exit code; the root's changes are in the overlay's upper folder. When the
 * process has ended, and also when this program was killed hard, no mount and no process is left.
 */
@NullMarked
package dev.runner.host.sandbox;

import org.jspecify.annotations.NullMarked;
