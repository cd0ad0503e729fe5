package dev.runner.host.emulator;

import java.util.List;

/**
 * How the kernel's binfmt_misc stands.
 *
 * @param mounted whether the file system is there
 * @param enabled whether it acts
 * @param writable whether this user may register
 * @param registrations one for each {@link EmulatedArchitecture}, in its order
 */
public record BinfmtStatus(boolean mounted, boolean enabled, boolean writable, List<Registration> registrations) {
    public BinfmtStatus {
        registrations = List.copyOf(registrations);
    }

    public Registration of(EmulatedArchitecture architecture) {
        return registrations.get(architecture.ordinal());
    }
}
