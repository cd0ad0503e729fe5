package dev.runner.host.sandbox;

import dev.runner.host.emulator.Emulator;
import dev.runner.oci.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a sandbox needs to know. {@link #of} gives what most callers want.
 *
 * @param mounts in the order they are mounted
 */
public record SandboxSpec(
        RootFilesystem root,
        List<SandboxMount> mounts,
        SandboxProcess process,
        Network network,
        Limits limits,
        Privilege privilege,
        Target target) {

    /**
     * @param hostname what {@code uname -n} says inside
     * @param extraHosts added to {@code /etc/hosts}
     */
    public record Network(NetworkMode mode, String hostname, List<ExtraHost> extraHosts) {
        /** The machine's network under BuildKit's host name. */
        public static final Network DEFAULT = new Network(NetworkMode.HOST, "buildkitsandbox", List.of());

        public Network {
            extraHosts = List.copyOf(extraHosts);
        }
    }

    /**
     * What the root's programs are made for.
     *
     * @param emulator what runs them where the kernel has none registered; null leaves it to the kernel
     */
    public record Target(Platform platform, @Nullable Emulator emulator) {}

    public SandboxSpec {
        mounts = List.copyOf(mounts);
    }

    /** On the machine's network, without limits, with Docker's default privileges. */
    public static SandboxSpec of(RootFilesystem root, SandboxProcess process, Platform platform) {
        return new SandboxSpec(
                root, List.of(), process, Network.DEFAULT, Limits.NONE, Privilege.DEFAULT, new Target(platform, null));
    }

    public SandboxSpec withMounts(List<SandboxMount> newMounts) {
        return new SandboxSpec(root, newMounts, process, network, limits, privilege, target);
    }

    public SandboxSpec withNetwork(Network newNetwork) {
        return new SandboxSpec(root, mounts, process, newNetwork, limits, privilege, target);
    }

    public SandboxSpec withLimits(Limits newLimits) {
        return new SandboxSpec(root, mounts, process, network, newLimits, privilege, target);
    }

    public SandboxSpec withPrivilege(Privilege newPrivilege) {
        return new SandboxSpec(root, mounts, process, network, limits, newPrivilege, target);
    }

    public SandboxSpec withEmulator(@Nullable Emulator emulator) {
        return new SandboxSpec(
                root, mounts, process, network, limits, privilege, new Target(target.platform(), emulator));
    }
}
