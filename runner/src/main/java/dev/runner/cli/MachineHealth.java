package dev.runner.cli;

import dev.runner.host.Machine;
import dev.runner.host.process.Executables;
import dev.runner.host.sandbox.LimitSupport;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kernel and our rights: what decides which sandbox a RUN step gets. */
final class MachineHealth {
    private static final Path PROC = Path.of("/proc/sys");

    private final HealthReport report;
    private final Machine machine;
    private final Map<String, String> environment;

    MachineHealth(HealthReport report, Machine machine, Map<String, String> environment) {
        this.report = report;
        this.machine = machine;
        this.environment = environment;
    }

    void check() throws IOException {
        report.part("machine");
        report.ok(
                "system",
                machine.system().distribution() + ", Linux " + machine.system().kernel() + ", "
                        + machine.system().architecture() + ", " + machine.cores() + " cores, "
                        + (machine.memoryBytes() >> 20) + " MiB");
        if (Runtime.version().feature() < 25) {
            report.broken(
                    "java",
                    Runtime.version().toString(),
                    "install JDK 25 or later, or a release of runner, which has its own");
        } else {
            report.ok("java", Runtime.version() + ", " + System.getProperty("java.home"));
        }
        Machine.Rights rights = machine.rights();
        report.ok(
                "rights",
                (rights.root() ? root() : "user " + System.getProperty("user.name", "?")) + ", "
                        + rights.capabilities().size() + " capabilities");
        userNamespaces();
        subordinateIds();
        clock();
    }

    private static String root() throws IOException {
        long ids = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            ids += Long.parseLong(line.strip().split("\\s+")[2]);
        }
        return ids > Integer.MAX_VALUE
                ? "root that may mount"
                : "root of a user namespace with " + (ids == 1 ? "one user" : ids + " users");
    }

    private void userNamespaces() {
        String name = "namespaces";
        if (number("user/max_user_namespaces", 1) == 0) {
            report.say(false, name, "the kernel allows no user namespaces", "sysctl -w user.max_user_namespaces=65536");
        } else if (number("kernel/unprivileged_userns_clone", 1) == 0) {
            report.say(
                    false,
                    name,
                    "ordinary users may make no user namespaces",
                    "sysctl -w kernel.unprivileged_userns_clone=1");
        } else if (number("kernel/apparmor_restrict_unprivileged_userns", 0) == 1) {
            report.say(
                    false,
                    name,
                    "AppArmor leaves ordinary users' namespaces without rights, as Ubuntu does since 24.04",
                    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run as root");
        } else {
            report.ok(name, "ordinary users may make user namespaces");
        }
    }

    private static long number(String name, long absent) {
        try {
            return Long.parseLong(Files.readString(PROC.resolve(name)).strip());
        } catch (IOException | NumberFormatException e) {
            return absent;
        }
    }

    /** What an ordinary user needs to have more than one user inside; root needs none of it. */
    private void subordinateIds() throws IOException {
        boolean root = machine.rights().root();
        String user = environment.getOrDefault("USER", System.getProperty("user.name", "USER"));
        Path helper = Executables.find("newuidmap");
        if (helper == null) {
            report.say(
                    root,
                    "newuidmap",
                    root ? "not installed, and root needs none" : "not installed",
                    "apt-get install uidmap");
        } else {
            boolean may = root || maySetIds(helper);
            report.say(
                    may,
                    "newuidmap",
                    helper + (may ? "" : " has neither set-user-id nor a file capability"),
                    "chmod u+s " + helper);
        }
        if (!root) {
            boolean there = UserNamespace.hasRange("/etc/subuid", environment)
                    && UserNamespace.hasRange("/etc/subgid", environment);
            report.say(
                    there,
                    "subuid",
                    there ? "subordinate users and groups for " + user : "no subordinate users and groups for " + user,
                    "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + user);
        }
    }

    private static boolean maySetIds(Path program) throws IOException {
        int mode = (Integer) Files.getAttribute(program.toRealPath(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & 04000) != 0) {
            return true;
        }
        // Fedora gives it a file capability instead; getcap is not always there to ask.
        Path getcap = Executables.find("getcap");
        return getcap == null
                || new ProcessBuilder(getcap.toString(), program.toString())
                        .redirectErrorStream(true)
                        .start()
                        .inputReader()
                        .readAllAsString()
                        .contains("cap_setuid");
    }

    /** A clock that is behind the program's own files makes certificates and tokens invalid. */
    private void clock() {
        long now = System.currentTimeMillis();
        long built = 0;
        for (String entry : System.getProperty("java.class.path", "").split(":")) {
            built = Math.max(built, Path.of(entry).toFile().lastModified());
        }
        boolean plausible = now > built - 86_400_000L;
        report.say(
                plausible,
                "clock",
                java.time.Instant.ofEpochMilli(now).truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        + (plausible ? "" : ": before this program was made; certificates will not be valid"),
                "timedatectl set-ntp true, or date -s");
    }

    /** @return whether one works */
    boolean sandboxes(Sandboxes sandboxes) {
        report.part("sandboxes, best first");
        boolean any = false;
        for (SandboxKind kind : sandboxes.available()) {
            any |= kind.available();
            report.say(kind.available(), kind.name(), kind.detail(), mend(kind));
        }
        if (!any) {
            report.broken(
                    "RUN steps",
                    "no sandbox works; builds without RUN do",
                    "one of the above; the least is apt-get install proot");
        }
        return any;
    }

    private String mend(SandboxKind kind) {
        boolean absent = kind.detail().contains("not installed");
        boolean root = machine.rights().root();
        String mount = machine.rights().userNamespaces()
                ? "apt-get install uidmap, and subordinate ids as above"
                : "run as root with CAP_SYS_ADMIN, or allow user namespaces as above";
        return switch (kind.name()) {
            case "oci" -> absent ? "apt-get install crun (or runc)" : root ? "" : mount;
            case "namespaces" -> absent ? "apt-get install util-linux" : root ? "" : mount;
            case "chroot" -> "run as user 0 with CAP_SYS_CHROOT, as in a container by default";
            default -> absent ? "apt-get install proot" : "allow ptrace: sysctl -w kernel.yama.ptrace_scope=1";
        };
    }

    void limits(Sandboxes sandboxes) throws IOException {
        report.part("limits of RUN steps, by control groups " + machine.rights().controlGroups());
        for (LimitSupport limit : sandboxes.limits()) {
            report.say(
                    limit.kept(),
                    limit.name(),
                    limit.detail(),
                    "run as root with a writable /sys/fs/cgroup, or as a user whom systemd lets have groups; --ulimit works anyway");
        }
    }

    /** Where we run: CI systems and containers decide what is possible. */
    void place() {
        report.part("where this runs");
        String container = container();
        boolean privileged = machine.rights().capabilities().containsAll(Set.of("SYS_ADMIN", "SYS_MODULE"));
        report.ok(
                "container",
                container == null
                        ? "none"
                        : container
                                + (privileged
                                        ? ", privileged"
                                        : ", unprivileged: emulation cannot be registered from inside, PRoot hands it over"));
        if (environment.containsKey("GITHUB_ACTIONS")) {
            report.ok(
                    "CI",
                    "GitHub Actions, " + environment.getOrDefault("RUNNER_ENVIRONMENT", "self-hosted") + " "
                            + environment.getOrDefault("RUNNER_ARCH", "") + ", event "
                            + environment.getOrDefault("GITHUB_EVENT_NAME", "?"));
            boolean cache = environment.containsKey("ACTIONS_RUNTIME_TOKEN");
            report.say(
                    cache,
                    "cache service",
                    cache ? "type=gha works" : "its token is not in this step",
                    "use the action, or type=registry");
        } else if (environment.containsKey("GITLAB_CI")) {
            report.ok(
                    "CI",
                    "GitLab " + environment.getOrDefault("CI_SERVER_VERSION", "") + ", runner "
                            + environment.getOrDefault("CI_RUNNER_DESCRIPTION", "?") + ", registry "
                            + environment.getOrDefault("CI_REGISTRY", "none"));
        } else {
            report.ok("CI", environment.containsKey("CI") ? "a CI system that is not known" : "none");
        }
        String engine = environment.getOrDefault("DOCKER_HOST", "");
        if (engine.startsWith("tcp://")) {
            report.ok("Docker", "DOCKER_HOST is " + engine + ": docker-in-docker, which is not needed here");
        }
    }

    private @Nullable String container() {
        if (Files.exists(Path.of("/.dockerenv"))) {
            return "Docker";
        }
        if (Files.exists(Path.of("/run/.containerenv"))) {
            return "Podman";
        }
        if (environment.containsKey("KUBERNETES_SERVICE_HOST")) {
            return "Kubernetes";
        }
        try {
            List<String> groups = Files.readAllLines(Path.of("/proc/1/cgroup"));
            return groups.stream().anyMatch(line -> line.matches(".*(docker|kubepods|containerd|lxc|libpod).*"))
                    ? "a container"
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
