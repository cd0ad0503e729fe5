package dev.runner.cli.docker;

import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState;
import dev.runner.build.container.PortMapping;
import dev.runner.build.container.RunningContainer;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.ImageConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code docker inspect} tells of a container. */
final class ContainerInspect {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ContainerInspect() {}

    static @Nullable Struct find(Call call, String word) {
        RunningContainer container = call.around().jobContainers().find(word);
        return container == null ? null : struct(container);
    }

    private static Struct struct(RunningContainer container) {
        RunningContainer.Details details = container.details();
        ContainerSpec spec = container.spec();
        List<String> command = details.command();
        return Struct.of("container.InspectResponse")
                .with("Id", container.id())
                .with("Created", details.created().toString())
                .with("Path", command.isEmpty() ? "" : command.getFirst())
                .with("Args", command.isEmpty() ? List.of() : command.subList(1, command.size()))
                .with("State", state(container.state()))
                .with("Image", details.image().toString())
                .with("Name", "/" + container.name())
                .with("RestartCount", 0L)
                .with("Driver", "overlay2")
                .with("Platform", "linux")
                .with("HostConfig", host(spec, details))
                .with("Mounts", mounts(details.mounts()))
                .with("Config", config(container, spec, details.config()))
                .with("NetworkSettings", network(spec, details));
    }

    private static Struct state(ContainerState state) {
        Struct shown = Struct.of("container.State")
                .with("Status", ContainerList.word(state))
                .with("Running", state.lasting())
                .with("Paused", false)
                .with("Restarting", false)
                .with("OOMKilled", false)
                .with("Dead", state.status() == ContainerState.Status.DEAD)
                .with("Pid", state.pid())
                .with("ExitCode", (long) state.exitCode())
                .with("Error", state.error() == null ? "" : state.error())
                .with("StartedAt", time(state.started()))
                .with("FinishedAt", time(state.finished()));
        if (state.health() != ContainerState.Health.NONE) {
            shown.with(
                    "Health",
                    Struct.of("container.Health")
                            .with("Status", state.health().name().toLowerCase(Locale.ROOT))
                            .with("FailingStreak", 0L)
                            .with("Log", List.of()));
        }
        return shown;
    }

    private static String time(@Nullable Instant time) {
        return time == null ? NEVER : time.toString();
    }

    private static Struct host(ContainerSpec spec, RunningContainer.Details details) {
        return Struct.of("container.HostConfig")
                .with("NetworkMode", spec.networking().network().word())
                .with("PortBindings", bindings(details.ports()))
                .with("Privileged", spec.rights().privileged())
                .with("ReadonlyRootfs", spec.rights().readOnlyRoot())
                .with("AutoRemove", false)
                .with(
                        "RestartPolicy",
                        Struct.of("container.RestartPolicy")
                                .with("Name", spec.program().restart().kind().word())
                                .with("MaximumRetryCount", (long)
                                        spec.program().restart().attempts()));
    }

    private static Map<String, Object> bindings(List<PortMapping> ports) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (PortMapping port : ports) {
            Struct binding = Struct.of("nat.PortBinding")
                    .with("HostIp", port.address())
                    .with("HostPort", String.valueOf(port.hostPort()));
            all.put(port.containerPort() + "/" + port.protocol().word(), List.of(binding));
        }
        return all;
    }

    private static List<Struct> mounts(Map<String, Path> mounts) {
        List<Struct> all = new ArrayList<>();
        mounts.forEach((target, source) -> all.add(Struct.of("container.MountPoint")
                .with("Type", "bind")
                .with("Source", source.toString())
                .with("Destination", target)
                .with("Mode", "")
                .with("RW", true)));
        return all;
    }

    private static Struct config(RunningContainer container, ContainerSpec spec, ImageConfig image) {
        Struct config = ImageInspect.config(image.config());
        List<String> env = new ArrayList<>(image.config().env());
        spec.program().environment().forEach((name, value) -> env.add(name + "=" + value));
        Map<String, String> labels = new LinkedHashMap<>(image.config().labels());
        labels.putAll(spec.label().labels());
        ContainerSpec.Program program = spec.program();
        String hostname = spec.networking().hostname();
        return config.with("Hostname", hostname == null ? container.id().substring(0, 12) : hostname)
                .with("Env", env)
                .with("Labels", labels)
                .with("Image", spec.image().name().familiar())
                .with("Cmd", program.command().isEmpty() ? image.config().command() : program.command())
                .with(
                        "Entrypoint",
                        program.entrypoint() == null ? image.config().entrypoint() : program.entrypoint())
                .with("User", program.user() == null ? image.config().user() : program.user())
                .with("Tty", program.terminal());
    }

    private static Struct network(ContainerSpec spec, RunningContainer.Details details) {
        Map<String, Object> networks = new LinkedHashMap<>();
        networks.put(
                spec.networking().network().word(),
                Struct.of("network.EndpointSettings")
                        .with("Aliases", spec.networking().aliases())
                        .with("IPAddress", details.address()));
        return Struct.of("container.NetworkSettings")
                .with("Ports", bindings(details.ports()))
                .with("IPAddress", details.address())
                .with("Networks", networks);
    }
}
