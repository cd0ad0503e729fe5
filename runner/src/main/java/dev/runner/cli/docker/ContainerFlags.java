package dev.runner.cli.docker;

import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.MountWords;
import dev.runner.build.container.RunningContainer;
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
    private static final List<String> WITHOUT_MEANING = List.of("attach", "cgroupns", "isolation");

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
            "log-driver",
            "log-opt",
            "mac-address",
            "memory-reservation",
            "memory-swap",
            "memory-swappiness",
            "oom-score-adj",
            "pid",
            "runtime",
            "stop-timeout",
            "storage-opt",
            "sysctl",
            "userns",
            "uts",
            "volume-driver");

    /** Values of those that are so anyway. */
    private static final Map<String, List<String>> SO_ANYWAY = Map.of(
            "ipc",
            List.of("", "private", "none", "shareable"),
            "userns",
            List.of("", "host"),
            "pid",
            List.of(""),
            "uts",
            List.of(""),
            "log-driver",
            List.of("", "json-file", "local"),
            "volume-driver",
            List.of("", "local"));

    private static final List<String> SWITCHES_WITHOUT_EFFECT = List.of("oom-kill-disable", "use-api-socket");

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
        SWITCHES_WITHOUT_EFFECT.forEach(name -> command.flag(name, ""));
        command.flag("disable-content-trust", ""); // Docker's own no longer does anything with it.
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
        for (String name : SWITCHES_WITHOUT_EFFECT) {
            if (call.on(name)) {
                call.tell("WARNING: --" + name + " has no effect without Docker's engine");
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

    /** What {@code -v}, {@code --mount}, {@code --tmpfs} and {@code --device} put over the container's root. */
    static List<ContainerMount> mounts(Call call) {
        try {
            List<ContainerMount> all = new ArrayList<>();
            call.all("volume").forEach(text -> all.add(MountWords.volume(text)));
            call.all("mount").forEach(text -> all.add(MountWords.mount(text)));
            call.all("tmpfs").forEach(text -> all.add(MountWords.tmpfs(text)));
            call.all("device").forEach(text -> all.add(MountWords.device(text)));
            for (String text : call.all("volumes-from")) {
                addThoseOf(call, text, all);
            }
            return all;
        } catch (IllegalArgumentException e) {
            throw RunCommands.failure(String.valueOf(e.getMessage()));
        }
    }

    /** {@code CONTAINER[:ro|rw]}: its volumes and binds, where nothing was given for the same place. */
    private static void addThoseOf(Call call, String text, List<ContainerMount> all) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        boolean readOnly = colon >= 0 && text.substring(colon + 1).equals("ro");
        RunningContainer other = ContainerCommands.need(call, name);
        Map<String, Path> places = other.details().mounts();
        for (ContainerMount mount : other.spec().mounts()) {
            if (all.stream().anyMatch(one -> one.target().equals(mount.target()))) {
                continue;
            }
            switch (mount) {
                case ContainerMount.Bind bind ->
                    all.add(new ContainerMount.Bind(bind.source(), bind.target(), readOnly || bind.readOnly()));
                case ContainerMount.Volume volume
                when !volume.name().isEmpty() ->
                    all.add(new ContainerMount.Volume(volume.name(), volume.target(), readOnly || volume.readOnly()));
                case ContainerMount.Volume volume -> {
                    Path place = places.get(volume.target());
                    if (place == null) {
                        throw RunCommands.failure("the volume " + volume.target() + " of " + name
                                + " has no name and is made when the container starts: start it first, or name it");
                    }
                    all.add(new ContainerMount.Bind(place, volume.target(), readOnly || volume.readOnly()));
                }
                case ContainerMount.Tmpfs tmpfs -> {}
                case ContainerMount.Device device -> {}
            }
        }
    }
}
