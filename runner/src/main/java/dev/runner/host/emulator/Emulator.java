package dev.runner.host.emulator;

import java.nio.file.Path;

/**
 * A QEMU user-mode binary for one architecture.
 *
 * @param interpreter an absolute path on this machine
 */
public record Emulator(EmulatedArchitecture architecture, Path interpreter) {
    public Emulator {
        if (!interpreter.isAbsolute()) {
            throw new IllegalArgumentException("an emulator needs an absolute path: " + interpreter);
        }
    }
}
