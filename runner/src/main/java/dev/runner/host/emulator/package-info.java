/**
 * CPU emulation: which QEMU runs a platform, where its binary comes from, and the kernel's binfmt_misc, which makes
 * foreign programs run as if they were native.
 *
 * <p>Doors: {@link dev.runner.host.emulator.Emulators} (platform to architecture),
 * {@link dev.runner.host.emulator.Binfmt} (status, register, reset, uninstall, verify),
 * {@link dev.runner.host.emulator.EmulatorFinder} (where the binaries come from) and
 * {@link dev.runner.host.emulator.EmulatorImage}, which the room that has a registry client implements. In: platforms.
 * Out: what the kernel has registered.
 */
@NullMarked
package dev.runner.host.emulator;

import org.jspecify.annotations.NullMarked;
