package dev.runner.build.container;

import dev.runner.build.ContainerRun;
import dev.runner.build.RunLimits;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container to start. {@link #of} gives the image as it says to run it, on a network of its own. */
public record ContainerSpec(
        Image image,
        Label label,
        Program program,
        List<ContainerMount> mounts,
        Networking networking,
        Rights rights,
        HealthCheck health) {

    /** @param platform null for this machine's, or the image's own when it has one only */
    public record Image(Reference name, @Nullable Platform platform, ContainerRun.Pull pull) {}

    /**
     * What it is called.
     *
     * @param name unique among this user's containers; null for one that is made up
     */
    public record Label(@Nullable String name, Map<String, String> labels) {
        public Label {
            labels = ordered(labels);
        }
    }

    /**
     * What runs, in place of what the image says.
     *
     * @param entrypoint null for the image's; an empty list for none
     * @param command empty for the image's, unless an entrypoint is given
     * @param environment added to the image's
     * @param user {@code name|uid[:group|gid]}; null for the image's
     * @param workingDirectory absolute, made if missing; null for the image's
     * @param terminal whether it gets a pseudo-terminal
     * @param stopSignal such as {@code SIGINT}; null for the image's, else SIGTERM
     * @param restart when a detached one is started again
     */
    public record Program(
            @Nullable List<String> entrypoint,
            List<String> command,
            Map<String, String> environment,
            @Nullable String user,
            @Nullable String workingDirectory,
            boolean terminal,
            @Nullable String stopSignal,
            RestartPolicy restart) {
        /** All as the image says. */
        public static final Program IMAGES_OWN =
                new Program(null, List.of(), Map.of(), null, null, false, null, RestartPolicy.NEVER);

        public Program {
            entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
            command = List.copyOf(command);
            environment = ordered(environment);
        }

        /** Shows no values: they may be secret. */
        @Override
        public String toString() {
            return "Program[" + command.size() + " words]";
        }
    }

    /**
     * @param hostname null for the container's short id
     * @param aliases further names on a named network
     * @param publishAll whether every port that the image exposes gets one of this machine
     * @param extraHosts names and addresses for {@code /etc/hosts}; {@code host-gateway} is this machine
     * @param resolver who is asked for names
     */
    public record Networking(
            ContainerNetwork network,
            @Nullable String hostname,
            List<String> aliases,
            List<PortMapping> ports,
            boolean publishAll,
            Map<String, String> extraHosts,
            Resolver resolver) {
        public static final Networking DEFAULT = new Networking(
                ContainerNetwork.PRIVATE, null, List.of(), List.of(), false, Map.of(), Resolver.MACHINES);

        public Networking {
            aliases = List.copyOf(aliases);
            ports = List.copyOf(ports);
            extraHosts = ordered(extraHosts);
        }
    }

    /**
     * Lines of {@code /etc/resolv.conf}; an empty list leaves the machine's.
     *
     * @param servers addresses
     * @param searched domains; a single dot for none
     * @param options such as {@code ndots:2}
     */
    public record Resolver(List<String> servers, List<String> searched, List<String> options) {
        public static final Resolver MACHINES = new Resolver(List.of(), List.of(), List.of());

        public Resolver {
            servers = List.copyOf(servers);
            searched = List.copyOf(searched);
            options = List.copyOf(options);
        }
    }

    /**
     * @param privileged all that this program may itself
     * @param added capabilities, with or without {@code CAP_}; {@code ALL} for all
     * @param dropped likewise
     * @param readOnlyRoot whether only mounts may be written
     * @param reaper whether a small init is the first process, hands on signals and waits for orphans
     * @param noNewPrivileges whether no program inside may gain rights, such as by its set-user-ID bit
     */
    public record Rights(
            RunLimits limits,
            boolean privileged,
            List<String> added,
            List<String> dropped,
            boolean readOnlyRoot,
            boolean reaper,
            boolean noNewPrivileges) {
        /** Docker's usual ones, without limits. */
        public static final Rights DEFAULT = new Rights(
                new RunLimits(null, null, null, null, List.of(), null),
                false,
                List.of(),
                List.of(),
                false,
                false,
                false);

        public Rights {
            added = List.copyOf(added);
            dropped = List.copyOf(dropped);
        }
    }

    public ContainerSpec {
        mounts = List.copyOf(mounts);
    }

    /** The image as it says to run it, pulled if it is missing. */
    public static ContainerSpec of(Reference image) {
        return new ContainerSpec(
                new Image(image, null, ContainerRun.Pull.MISSING),
                new Label(null, Map.of()),
                Program.IMAGES_OWN,
                List.of(),
                Networking.DEFAULT,
                Rights.DEFAULT,
                HealthCheck.IMAGES_OWN);
    }

    public ContainerSpec onPlatform(@Nullable Platform platform) {
        return withImage(new Image(image.name(), platform, image.pull()));
    }

    public ContainerSpec pulling(ContainerRun.Pull pull) {
        return withImage(new Image(image.name(), image.platform(), pull));
    }

    public ContainerSpec withImage(Image newImage) {
        return new ContainerSpec(newImage, label, program, mounts, networking, rights, health);
    }

    public ContainerSpec named(@Nullable String name) {
        return withLabel(new Label(name, label.labels()));
    }

    public ContainerSpec labelled(Map<String, String> more) {
        return withLabel(new Label(label.name(), joined(label.labels(), more)));
    }

    public ContainerSpec withLabel(Label newLabel) {
        return new ContainerSpec(image, newLabel, program, mounts, networking, rights, health);
    }

    public ContainerSpec withProgram(Program newProgram) {
        return new ContainerSpec(image, label, newProgram, mounts, networking, rights, health);
    }

    /** With words in place of the image's command. */
    public ContainerSpec running(String... words) {
        return running(List.of(words));
    }

    /** With words in place of the image's command. */
    public ContainerSpec running(List<String> words) {
        Program p = program;
        return withProgram(new Program(
                p.entrypoint, words, p.environment, p.user, p.workingDirectory, p.terminal, p.stopSignal, p.restart));
    }

    /** With an entrypoint in place of the image's; null keeps that, an empty list is none. */
    public ContainerSpec withEntrypoint(@Nullable List<String> words) {
        Program p = program;
        return withProgram(new Program(
                words, p.command, p.environment, p.user, p.workingDirectory, p.terminal, p.stopSignal, p.restart));
    }

    /** With more variables. */
    public ContainerSpec withEnvironment(Map<String, String> more) {
        Program p = program;
        return withProgram(new Program(
                p.entrypoint,
                p.command,
                joined(p.environment, more),
                p.user,
                p.workingDirectory,
                p.terminal,
                p.stopSignal,
                p.restart));
    }

    public ContainerSpec as(@Nullable String user) {
        Program p = program;
        return withProgram(new Program(
                p.entrypoint, p.command, p.environment, user, p.workingDirectory, p.terminal, p.stopSignal, p.restart));
    }

    public ContainerSpec in(@Nullable String workingDirectory) {
        Program p = program;
        return withProgram(new Program(
                p.entrypoint, p.command, p.environment, p.user, workingDirectory, p.terminal, p.stopSignal, p.restart));
    }

    /** With one mount more. */
    public ContainerSpec with(ContainerMount mount) {
        List<ContainerMount> more = new ArrayList<>(mounts);
        more.add(mount);
        return new ContainerSpec(image, label, program, more, networking, rights, health);
    }

    public ContainerSpec withNetworking(Networking newNetworking) {
        return new ContainerSpec(image, label, program, mounts, newNetworking, rights, health);
    }

    /** On a network, with further names there. */
    public ContainerSpec on(ContainerNetwork network, String... aliases) {
        Networking n = networking;
        List<String> more = new ArrayList<>(n.aliases);
        more.addAll(List.of(aliases));
        return withNetworking(
                new Networking(network, n.hostname, more, n.ports, n.publishAll, n.extraHosts, n.resolver));
    }

    /** With ports published, as {@link PortMapping#parse} reads them. */
    public ContainerSpec publishing(String... ports) {
        Networking n = networking;
        List<PortMapping> more = new ArrayList<>(n.ports);
        for (String port : ports) {
            more.addAll(PortMapping.parse(port));
        }
        return withNetworking(
                new Networking(n.network, n.hostname, n.aliases, more, n.publishAll, n.extraHosts, n.resolver));
    }

    public ContainerSpec withRights(Rights newRights) {
        return new ContainerSpec(image, label, program, mounts, networking, newRights, health);
    }

    public ContainerSpec withHealth(HealthCheck newHealth) {
        return new ContainerSpec(image, label, program, mounts, networking, rights, newHealth);
    }

    private static Map<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static Map<String, String> joined(Map<String, String> map, Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(map);
        all.putAll(more);
        return all;
    }
}
