package dev.runner.cli.docker;

import dev.runner.build.RunLimits;
import dev.runner.build.container.ContainerMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flags that {@code docker run} and {@code docker create} share. */
final class ContainerFlags {
    /** What changes nothing: there is no daemon to say it to, or it is so anyway. */
    private static final List<String> WITHOUT_MEANING = List.of(
            "attach", "cgroupns", "isolation", "log-driver", "log-opt", "runtime", "storage-opt", "volume-driver");

    /** What Docker's engine would do, and a container here runs without. Whoever asks is told. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "blkio-weight",
            "cpu-shares",
            "cpuset-cpus",
            "cpuset-mems",
            "domainname",
            "group-add",
            "ipc",
            "kernel-memory",
            "mac-address",
            "memory-reservation",
            "memory-swap",
            "memory-swappiness",
            "oom-score-adj",
            "pid",
            "stop-timeout",
            "sysctl",
            "userns",
            "uts");

    /** Values of those that are so anyway. */
    private static final Map<String, List<String>> SO_ANYWAY = Map.of(
            "ipc",
            List.of("", "private", "none", "shareable"),
            "userns",
            List.of("", "host"),
            "pid",
            List.of(""),
            "uts",
            List.of(""));

    private static final List<String> IGNORED_SWITCHES =
            List.of("disable-content-trust", "oom-kill-disable", "use-api-socket");

    private ContainerFlags() {}

    static Command declare(Command command) {
        command.value("add-host", "list", "Add a custom host-to-IP mapping (host:ip)")
                .value("annotation", "map", "")
                .value("cap-add", "list", "Add Linux capabilities")
                .value("cap-drop", "list", "Drop Linux capabilities")
                .flag("init", "Run an init inside the container that forwards signals and reaps processes")
                .flag("no-healthcheck", "Disable any container-specified HEALTHCHECK")
                .value("stop-signal", "string", "Signal to stop the container")
                .value("cidfile", "string", "Write the container ID to the file")
                .value("cpus", "decimal", "Number of CPUs")
                .value("entrypoint", "string", "Overwrite the default ENTRYPOINT of the image")
                .value('e', "env", "list", "Set environment variables")
                .value("env-file", "list", "Read in a file of environment variables")
                .value("expose", "list", "Expose a port or a range of ports")
                .value("health-cmd", "string", "Command to run to check health")
                .value("health-interval", "duration", "Time between running the check")
                .value("health-retries", "int", "Consecutive failures needed to report unhealthy")
                .value("health-start-period", "duration", "Start period before health-retries countdown")
                .value("health-timeout", "duration", "Maximum time to allow one check to run")
                .value('h', "hostname", "string", "Container host name")
                .flag('i', "interactive", "Keep STDIN open even if not attached")
                .value('l', "label", "list", "Set meta data on a container")
                .value("label-file", "list", "Read in a line delimited file of labels")
                .value('m', "memory", "bytes", "Memory limit")
                .value("mount", "mount", "Attach a filesystem mount to the container")
                .value("name", "string", "Assign a name to the container")
                .value("network", "network", "Connect a container to a network")
                .value("net", "network", "")
                .value("network-alias", "list", "Add network-scoped alias for the container")
                .value("pids-limit", "int", "Tune container pids limit (set -1 for unlimited)")
                .value("platform", "string", "Set platform if server is multi-platform capable")
                .flag("privileged", "Give extended privileges to this container")
                .value('p', "publish", "list", "Publish a container's port(s) to the host")
                .flag('P', "publish-all", "Publish all exposed ports to random ports")
                .value("pull", "string", "Pull image before running (\"always\", \"missing\", \"never\")")
                .flag('q', "quiet", "Suppress the pull output")
                .flag("read-only", "Mount the container's root filesystem as read only")
                .flag("rm", "Automatically remove the container when it exits")
                .value("shm-size", "bytes", "Size of /dev/shm")
                .value("tmpfs", "list", "Mount a tmpfs directory")
                .flag('t', "tty", "Allocate a pseudo-TTY")
                .value("ulimit", "ulimit", "Ulimit options (default [])")
                .value('u', "user", "string", "Username or UID (format: <name|uid>[:<group|gid>])")
                .value('v', "volume", "list", "Bind mount a volume")
                .value("volumes-from", "list", "Mount volumes from the specified container(s)")
                .value('w', "workdir", "string", "Working directory inside the container");
        command.value("cgroup-parent", "string", "Optional parent cgroup for the container")
                .value("cpu-period", "int", "Limit CPU CFS (Completely Fair Scheduler) period")
                .value("cpu-quota", "int", "Limit CPU CFS (Completely Fair Scheduler) quota")
                .value("device", "list", "Add a host device to the container")
                .value("dns", "list", "Set custom DNS servers")
                .value("dns-option", "list", "Set DNS options")
                .value("dns-search", "list", "Set custom DNS search domains")
                .value("restart", "string", "Restart policy to apply when a container exits (default \"no\")")
                .value("security-opt", "list", "Security Options");
        WITHOUT_MEANING.forEach(name -> command.value(name, "string", ""));
        WITHOUT_EFFECT.forEach(name -> command.value(name, "string", ""));
        IGNORED_SWITCHES.forEach(name -> command.flag(name, ""));
        return command;
    }

    /** Tells what a container runs without although it was asked for. */
    static void warn(Call call) {
        for (String name : WITHOUT_EFFECT) {
            String value = call.text(name, "");
            if (call.given(name) && !SO_ANYWAY.getOrDefault(name, List.of()).contains(value)) {
                call.tell(
                        "WARNING: --" + name + " has no effect without Docker's engine: '" + value + "' is not obeyed");
            }
        }
        for (String option : call.all("security-opt")) {
            String name = option.split("[=:]", 2)[0];
            boolean open = option.matches("(seccomp|apparmor)[=:]unconfined|label[=:]disable|systempaths=unconfined");
            if (!open && !name.equals("no-new-privileges")) {
                call.tell("WARNING: --security-opt " + name + " has no effect without Docker's engine: containers run"
                        + " without such a profile");
            }
        }
    }

    /** Whether a security option is {@code no-new-privileges}, with or without {@code true}. */
    static boolean forbidsPrivileges(String option) {
        return option.matches("no-new-privileges([=:]true)?");
    }

    /** The variables of {@code --env-file}, then those of {@code --env}; a bare name takes the caller's value. */
    static Map<String, String> environment(Call call) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        for (String file : call.all("env-file")) {
            try {
                for (String line : Files.readAllLines(Path.of(file), StandardCharsets.UTF_8)) {
                    String text = line.stripLeading();
                    if (!text.isEmpty() && !text.startsWith("#")) {
                        put(all, text, call);
                    }
                }
            } catch (NoSuchFileException e) {
                throw RunCommands.failure("open " + file + ": no such file or directory");
            }
        }
        call.all("env").forEach(text -> put(all, text, call));
        return all;
    }

    private static void put(Map<String, String> all, String text, Call call) {
        int equals = text.indexOf('=');
        String value = equals < 0 ? call.around().environment().get(text) : text.substring(equals + 1);
        if (text.isEmpty() || equals == 0) {
            throw new DockerFailure(
                    "invalid argument \"" + text + "\" for \"-e, --env\" flag: invalid environment variable: " + text
                            + call.command().usageHint(),
                    DockerFailure.DAEMON);
        }
        if (value != null) {
            all.put(equals < 0 ? text : text.substring(0, equals), value);
        }
    }

    /** What {@code -v}, {@code --mount} and {@code --tmpfs} put over the container's root. */
    static List<ContainerMount> mounts(Call call) throws IOException {
        List<ContainerMount> all = new ArrayList<>();
        for (String text : call.all("volume")) {
            all.add(volume(text));
        }
        for (String text : call.all("mount")) {
            all.add(mount(text));
        }
        for (String text : call.all("tmpfs")) {
            int colon = text.indexOf(':');
            all.add(tmpfs(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1)));
        }
        for (String text : call.all("device")) {
            all.add(device(text));
        }
        return all;
    }

    /** {@code SOURCE[:TARGET[:rwm]]}. */
    private static ContainerMount device(String text) {
        String[] parts = text.split(":");
        Path source = Path.of(parts[0]);
        boolean rightsOnly = parts.length == 2 && parts[1].matches("[rwm]+");
        if (parts.length > 3 || parts.length == 3 && !parts[2].matches("[rwm]+")) {
            throw RunCommands.failure(
                    "invalid argument \"" + text + "\" for \"--device\" flag: bad format for path: " + text);
        }
        if (!Files.exists(source)) {
            throw RunCommands.failure(
                    "Error response from daemon: error gathering device information while adding custom" + " device \""
                            + source + "\": no such file or directory");
        }
        return new ContainerMount.Device(source, parts.length == 1 || rightsOnly ? parts[0] : parts[1]);
    }

    private static ContainerMount mount(String text) {
        Map<String, String> fields = fields(text);
        String type = fields.getOrDefault("type", "volume");
        String source = fields.getOrDefault("source", fields.getOrDefault("src", ""));
        String target =
                fields.getOrDefault("target", fields.getOrDefault("destination", fields.getOrDefault("dst", "")));
        if (target.isEmpty()) {
            throw RunCommands.failure("invalid argument \"" + text + "\" for \"--mount\" flag: target is required");
        }
        boolean readOnly =
                !List.of("false", "0").contains(fields.getOrDefault("readonly", fields.getOrDefault("ro", "0")));
        switch (type) {
            case "bind" -> {
                Path path = Path.of(source).toAbsolutePath().normalize();
                if (!Files.exists(path)) {
                    throw RunCommands.failure("Error response from daemon: invalid mount config for type \"bind\": bind"
                            + " source path does not exist: " + path);
                }
                return new ContainerMount.Bind(path, target, readOnly);
            }
            case "volume" -> {
                return new ContainerMount.Volume(named(source), target, readOnly);
            }
            case "tmpfs" -> {
                return tmpfs(
                        target,
                        "size=" + fields.getOrDefault("tmpfs-size", "0") + ",mode="
                                + fields.getOrDefault("tmpfs-mode", "1777"));
            }
            default ->
                throw RunCommands.failure(
                        "invalid argument \"" + text + "\" for \"--mount\" flag: invalid mount type '" + type + "'");
        }
    }

    private static ContainerMount tmpfs(String target, String options) {
        long size = 0;
        int mode = 01777;
        try {
            for (String option : options.split(",")) {
                if (option.startsWith("size=") && !option.equals("size=0")) {
                    size = RunLimits.bytes("--tmpfs", option.substring("size=".length()));
                } else if (option.startsWith("mode=")) {
                    mode = Integer.parseInt(option.substring("mode=".length()), 8);
                }
            }
        } catch (IllegalArgumentException e) {
            throw RunCommands.failure(
                    "invalid argument \"" + target + ":" + options + "\" for \"--tmpfs\" flag: " + e.getMessage());
        }
        return new ContainerMount.Tmpfs(target, size, mode);
    }

    /** {@code NAME=VALUE} with commas between them. */
    static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            fields.put(equals < 0 ? part : part.substring(0, equals), equals < 0 ? "true" : part.substring(equals + 1));
        }
        return fields;
    }

    private static ContainerMount volume(String text) throws IOException {
        String[] parts = text.split(":");
        if (parts.length > 3 || parts[parts.length > 1 ? 1 : 0].isEmpty()) {
            throw RunCommands.failure("Error response from daemon: invalid volume specification: '" + text + "'");
        }
        String target = parts.length == 1 ? parts[0] : parts[1];
        if (!target.startsWith("/")) {
            throw RunCommands.failure("Error response from daemon: invalid volume specification: '" + text
                    + "': invalid mount config for type \"volume\": invalid mount path: '" + target
                    + "' mount path must be absolute");
        }
        boolean readOnly = parts.length == 3 && List.of(parts[2].split(",")).contains("ro");
        if (parts.length > 1 && (parts[0].startsWith("/") || parts[0].startsWith("."))) {
            Path source = Path.of(parts[0]).toAbsolutePath().normalize();
            if (!Files.exists(source)) {
                Files.createDirectories(source); // As Docker's engine does for -v.
            }
            return new ContainerMount.Bind(source, target, readOnly);
        }
        return new ContainerMount.Volume(parts.length == 1 ? "" : named(parts[0]), target, readOnly);
    }

    private static String named(String name) {
        if (!name.isEmpty() && !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw RunCommands.failure("Error response from daemon: create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        return name;
    }
}
