package dev.runner.host;

import java.util.Set;

/**
 * What this machine is and allows.
 *
 * @param cores that this process may use
 * @param memoryBytes of the machine, or of the control group that holds us when that is less
 */
public record Machine(int cores, long memoryBytes, System system, Rights rights) {
    /**
     * @param kernel such as {@code 6.18.44}
     * @param distribution such as {@code Debian GNU/Linux 12 (bookworm)}; empty when unknown
     * @param architecture such as {@code x86_64}
     */
    public record System(String kernel, String distribution, String architecture) {}

    /** How control groups are mounted. */
    public enum ControlGroups {
        NONE,
        V1,
        HYBRID,
        V2
    }

    /**
     * @param capabilities effective ones, without {@code CAP_}, such as {@code SYS_ADMIN}
     * @param userNamespaces whether an ordinary user may make them
     */
    public record Rights(boolean root, Set<String> capabilities, boolean userNamespaces, ControlGroups controlGroups) {
        public Rights {
            capabilities = Set.copyOf(capabilities);
        }
    }

    /** Looks at the machine. */
    public static Machine inspect() {
        throw new UnsupportedOperationException();
    }
}
