/**
 * The machine: what it is and what it may do. The other doors of this room are its subpackages: {@code posix} (system
 * calls Java lacks), {@code process} (children that never outlive us), {@code emulator} (QEMU and binfmt_misc) and
 * {@code sandbox} (what isolates a RUN step).
 *
 * <p>Door: {@link dev.runner.host.Machine}. In: {@code /proc}, {@code /sys} and {@code /etc}. Out: plain facts.
 */
@NullMarked
package dev.runner.host;

import org.jspecify.annotations.NullMarked;
