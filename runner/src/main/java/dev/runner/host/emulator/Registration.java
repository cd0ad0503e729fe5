package dev.runner.host.emulator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How one architecture stands.
 *
 * @param natively whether the machine runs it without any emulator
 * @param entry the entry in binfmt_misc; null when none is registered
 */
public record Registration(
        EmulatedArchitecture architecture,
        boolean natively,
        @Nullable Entry entry) {
    /**
     * @param flags as the kernel shows them, such as {@code POCF}
     * @param interpreterExists whether the file is still there; with flag F the kernel holds it open and may not care
     * @param preservesArguments flag P is set, or F is not: F alone loses argv[0]
     */
    public record Entry(
            String name,
            boolean enabled,
            Path interpreter,
            String flags,
            boolean interpreterExists,
            boolean preservesArguments) {
        /** Whether sandboxes can use it: held open by the kernel, so that it need not be inside the root. */
        public boolean reachesSandboxes() {
            return enabled && flags.contains("F") && preservesArguments;
        }
    }

    /** Whether an image of this architecture can run here, as far as one can tell without trying. */
    public boolean usable() {
        return natively || (entry != null && entry.reachesSandboxes());
    }
}
