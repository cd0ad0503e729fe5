package dev.runner.cli.docker;

import dev.runner.build.ContainerRun;
import dev.runner.build.RunLimits;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.HealthCheck;
import dev.runner.build.container.PortMapping;
import dev.runner.build.container.RestartPolicy;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags of {@code docker run} and {@code docker create} as what they say of a container. */
final class ContainerSpecs {
    private ContainerSpecs() {}

    static ContainerSpec of(Call call, Reference image, @Nullable Platform platform) throws IOException {
        ContainerFlags.warn(call);
        return new ContainerSpec(
                new ContainerSpec.Image(image, platform, ContainerRun.Pull.NEVER),
                new ContainerSpec.Label(call.text("name"), labels(call)),
                new ContainerSpec.Program(
                        entrypoint(call),
                        call.words().subList(1, call.words().size()),
                        ContainerFlags.environment(call),
                        call.text("user"),
                        call.text("workdir"),
                        call.on("tty"),
                        call.text("stop-signal"),
                        restart(call)),
                ContainerFlags.mounts(call),
                networking(call),
                rights(call),
                health(call));
    }

    static @Nullable List<String> entrypoint(Call call) {
        String text = call.text("entrypoint");
        return text == null ? null : text.isEmpty() ? List.of() : List.of(text);
    }

    private static Map<String, String> labels(Call call) throws IOException {
        List<String> all = new ArrayList<>();
        for (String file : call.all("label-file")) {
            all.addAll(Files.readAllLines(Path.of(file), StandardCharsets.UTF_8));
        }
        all.addAll(call.all("label"));
        Map<String, String> labels = new LinkedHashMap<>();
        for (String text : all) {
            int equals = text.indexOf('=');
            if (!text.isBlank()) {
                labels.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
            }
        }
        return labels;
    }

    /**
     * Docker's own network would give a container that publishes nothing a way out and nothing else; the machine's does the
     * same wherever this runs.
     */
    private static ContainerSpec.Networking networking(Call call) {
        List<PortMapping> ports = new ArrayList<>();
        try {
            for (String text : call.all("publish")) {
                ports.addAll(PortMapping.parse(text));
            }
            for (String text : call.on("publish-all") ? call.all("expose") : List.<String>of()) {
                ports.addAll(PortMapping.parse(text));
            }
        } catch (IllegalArgumentException e) {
            throw RunCommands.failure("invalid containerPort: " + e.getMessage());
        }
        String network = call.text("network", call.text("net", ""));
        boolean isolated = !ports.isEmpty() || call.on("publish-all") || !network.isEmpty() || call.given("hostname");
        return new ContainerSpec.Networking(
                isolated ? ContainerNetwork.parse(network) : ContainerNetwork.HOST,
                call.text("hostname"),
                call.all("network-alias"),
                ports,
                call.on("publish-all"),
                hosts(call),
                new ContainerSpec.Resolver(call.all("dns"), call.all("dns-search"), call.all("dns-option")));
    }

    private static RestartPolicy restart(Call call) {
        try {
            RestartPolicy policy = RestartPolicy.parse(call.text("restart", "no"));
            if (policy.kind() != RestartPolicy.Kind.NO && call.on("rm")) {
                throw RunCommands.failure("conflicting options: cannot specify both --restart and --rm");
            }
            return policy;
        } catch (IllegalArgumentException e) {
            throw RunCommands.failure("Error response from daemon: " + e.getMessage());
        }
    }

    private static Map<String, String> hosts(Call call) {
        Map<String, String> hosts = new LinkedHashMap<>();
        for (String text : call.all("add-host")) {
            int cut = text.contains("=") ? text.indexOf('=') : text.indexOf(':');
            if (cut <= 0) {
                throw new DockerFailure(
                        "invalid argument \"" + text + "\" for \"--add-host\" flag: bad format for add-host: \"" + text
                                + "\"" + call.command().usageHint(),
                        DockerFailure.DAEMON);
            }
            hosts.put(text.substring(0, cut), text.substring(cut + 1));
        }
        return hosts;
    }

    private static ContainerSpec.Rights rights(Call call) {
        String pids = call.text("pids-limit");
        RunLimits limits = new RunLimits(
                call.text("memory"),
                cpus(call),
                pids == null || pids.startsWith("-") ? null : pids,
                call.text("shm-size"),
                call.all("ulimit"),
                call.text("cgroup-parent"));
        try {
            limits.limits();
        } catch (IllegalArgumentException e) {
            throw RunCommands.failure(String.valueOf(e.getMessage()));
        }
        return new ContainerSpec.Rights(
                limits,
                call.on("privileged"),
                call.all("cap-add"),
                call.all("cap-drop"),
                call.on("read-only"),
                call.on("init"),
                call.all("security-opt").stream().anyMatch(ContainerFlags::forbidsPrivileges));
    }

    /** Of a quota, so many microseconds of each period. */
    private static @Nullable String cpus(Call call) {
        String quota = call.text("cpu-quota");
        if (quota == null) {
            return call.text("cpus");
        }
        if (call.given("cpus")) {
            throw RunCommands.failure(
                    "Error response from daemon: conflicting options: Nano CPUs and CPU Period cannot both be set.");
        }
        try {
            long micros = Long.parseLong(quota);
            double period = Long.parseLong(call.text("cpu-period", "100000"));
            return micros <= 0 ? null : String.valueOf(micros / period);
        } catch (NumberFormatException e) {
            throw new DockerFailure(
                    "invalid argument \"" + quota + "\" for \"--cpu-quota\" flag: strconv.ParseInt: parsing \"" + quota
                            + "\": invalid syntax" + call.command().usageHint(),
                    DockerFailure.DAEMON);
        }
    }

    private static HealthCheck health(Call call) {
        if (call.on("no-healthcheck")) {
            return HealthCheck.none();
        }
        String command = call.text("health-cmd");
        HealthCheck check = command == null ? HealthCheck.IMAGES_OWN : HealthCheck.shell(command);
        if (call.given("health-interval")) {
            check = check.every(duration(call, "health-interval"));
        }
        if (call.given("health-timeout")) {
            check = check.within(duration(call, "health-timeout"));
        }
        if (call.given("health-start-period")) {
            check = check.startingFor(duration(call, "health-start-period"));
        }
        String retries = call.text("health-retries");
        return retries == null ? check : check.retrying(Integer.parseInt(retries));
    }

    private static Duration duration(Call call, String flag) {
        String text = call.text(flag, "");
        Duration duration = dev.runner.dockerfile.GoValues.parseDuration(text);
        if (duration == null) {
            throw new DockerFailure(
                    "invalid argument \"" + text + "\" for \"--" + flag + "\" flag: time: invalid duration \"" + text
                            + "\"" + call.command().usageHint(),
                    DockerFailure.DAEMON);
        }
        return duration;
    }
}
