package dev.runner.host.emulator;

import java.io.IOException;
import java.util.List;

/** No usable QEMU for an architecture was found anywhere it was allowed to look. */
public final class EmulatorMissingException extends IOException {
    private static final long serialVersionUID = 1;

    private final EmulatedArchitecture architecture;
    private final List<String> tried;

    EmulatorMissingException(EmulatedArchitecture architecture, List<String> tried) {
        super("no emulator for " + architecture.platformName() + ": " + String.join("; ", tried)
                + "; install the package qemu-user-static, or let runner do it with --install-emulators");
        this.architecture = architecture;
        this.tried = List.copyOf(tried);
    }

    public EmulatedArchitecture architecture() {
        return architecture;
    }

    /** Each place that was looked at, with what was wrong there. */
    public List<String> tried() {
        return tried;
    }
}
