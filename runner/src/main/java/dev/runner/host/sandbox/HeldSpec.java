package dev.runner.host.sandbox;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HeldSandbox} needs beside a sandbox's own.
 *
 * @param added capabilities beside Docker's default ones, without {@code CAP_}; {@code ALL} for all
 * @param dropped capabilities that it lacks, likewise; what is added wins
 * @param readOnlyRoot whether only mounts may be written
 * @param reaper whether {@link Reaper} is the first process, where processes are numbered anew
 * @param noNewPrivileges whether no program inside may gain rights
 * @param network how its network is set up
 */
public record HeldSpec(
        SandboxSpec sandbox,
        Set<String> added,
        Set<String> dropped,
        boolean readOnlyRoot,
        boolean reaper,
        boolean noNewPrivileges,
        Attachment network) {
    /**
     * How a sandbox comes to its network.
     *
     * @param joined a network namespace to be in, as a file of {@code /proc}; null for the one its mode says
     * @param commands to be run in a new network namespace of its own, as this machine's root; a program's path first
     */
    public record Attachment(@Nullable Path joined, List<List<String>> commands) {
        /** As the mode says. */
        public static final Attachment NONE = new Attachment(null, List.of());

        public Attachment {
            commands = commands.stream().map(List::copyOf).toList();
        }
    }

    public HeldSpec {
        added = normalised(added);
        dropped = normalised(dropped);
    }

    public static HeldSpec of(SandboxSpec sandbox) {
        return new HeldSpec(sandbox, Set.of(), Set.of(), false, false, false, Attachment.NONE);
    }

    private static Set<String> normalised(Set<String> names) {
        Set<String> result = new LinkedHashSet<>();
        for (String name : names) {
            result.add(name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""));
        }
        return Set.copyOf(result);
    }

    /** What root inside may, of what this program may. */
    List<String> capabilities(Collection<String> own) {
        if (sandbox.privilege() == Privilege.INSECURE) {
            return List.copyOf(own);
        }
        return own.stream()
                .filter(name -> added.contains(name)
                        || added.contains("ALL")
                        || Kernel.CAPABILITIES.contains(name) && !dropped.contains(name) && !dropped.contains("ALL"))
                .sorted()
                .toList();
    }
}
