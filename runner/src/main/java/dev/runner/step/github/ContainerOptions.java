package dev.runner.step.github;

import dev.runner.build.RunLimits;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.HealthCheck;
import dev.runner.build.container.MountWords;
import dev.runner.source.NearNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code docker create} in {@code options} of a container or service, applied to what is started.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontaineroptions">jobs.&lt;job_id&gt;.container.options</a>
 */
final class ContainerOptions {
    private static final Map<Character, String> SHORT = Map.of(
            'e',
            "env",
            'u',
            "user",
            'w',
            "workdir",
            'v',
            "volume",
            'p',
            "publish",
            'h',
            "hostname",
            'm',
            "memory",
            'l',
            "label",
            't',
            "tty",
            'i',
            "interactive");
    private static final Set<String> WITHOUT_VALUE =
            Set.of("privileged", "init", "read-only", "tty", "interactive", "no-healthcheck", "rm", "publish-all");
    private static final Set<String> WITH_VALUE = Set.of(
            "env",
            "user",
            "workdir",
            "volume",
            "publish",
            "hostname",
            "memory",
            "label",
            "name",
            "cpus",
            "pids-limit",
            "shm-size",
            "ulimit",
            "cgroup-parent",
            "cap-add",
            "cap-drop",
            "add-host",
            "network-alias",
            "entrypoint",
            "tmpfs",
            "stop-signal",
            "health-cmd",
            "health-interval",
            "health-timeout",
            "health-retries",
            "health-start-period",
            "health-start-interval",
            "expose",
            "restart",
            "platform",
            "pull",
            "log-driver",
            "log-opt",
            "security-opt",
            "device",
            "dns",
            "dns-search",
            "dns-option",
            "ipc",
            "userns");
    /** What has no meaning for a container that lives as long as its job. */
    private static final Set<String> WITHOUT_MEANING = Set.of(
            "rm",
            "tty",
            "interactive",
            "restart",
            "log-driver",
            "log-opt",
            "expose",
            "publish-all",
            "platform",
            "pull",
            "stop-signal");

    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

    private ContainerSpec spec;
    private HealthCheck health;

    private @Nullable String memory;
    private @Nullable String cpus;
    private @Nullable String pids;
    private @Nullable String shm;
    private @Nullable String parent;
    private final List<String> ulimits = new ArrayList<>();
    private boolean unprivileged;
    private final List<String> added = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final Set<String> switches = new java.util.HashSet<>();

    private ContainerOptions(ContainerSpec spec) {
        this.spec = spec;
        this.health = spec.health();
    }

    /**
     * What is started, with the options.
     *
     * @throws ActionFailedException when a word is not known, or its value makes no sense
     */
    static ContainerSpec apply(ContainerSpec spec, String options) {
        if (options.isBlank()) {
            return spec;
        }
        ContainerOptions reader = new ContainerOptions(spec);
        try {
            reader.read(ScriptShell.words(options).iterator());
            return reader.done();
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput("container options: " + e.getMessage(), null);
        }
    }

    private void read(Iterator<String> words) {
        while (words.hasNext()) {
            String word = words.next();
            String name;
            String value = null;
            if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                name = word.substring(2, equals < 0 ? word.length() : equals);
                value = equals < 0 ? null : word.substring(equals + 1);
            } else if (word.length() > 1 && word.charAt(0) == '-' && SHORT.containsKey(word.charAt(1))) {
                name = SHORT.getOrDefault(word.charAt(1), "");
                value = word.length() == 2 ? null : word.substring(word.charAt(2) == '=' ? 3 : 2);
            } else {
                throw new IllegalArgumentException("'" + word + "' is no option");
            }
            if (name.equals("network") || name.equals("net")) {
                throw new IllegalArgumentException(
                        "--network cannot be chosen: the job's containers have a network of their own");
            }
            boolean bare = WITHOUT_VALUE.contains(name);
            if (!bare && !WITH_VALUE.contains(name)) {
                List<String> known = new ArrayList<>(WITH_VALUE);
                known.addAll(WITHOUT_VALUE);
                String near = NearNames.nearest(name, known);
                throw new IllegalArgumentException(
                        "--" + name + " is not known here" + (near == null ? "" : "; did you mean --" + near + "?"));
            }
            if (bare) {
                if (!"false".equals(value)) {
                    switches.add(name);
                }
                continue;
            }
            if (value == null && !words.hasNext()) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            take(name, value == null ? words.next() : value);
        }
    }

    private void take(String name, String value) {
        switch (name) {
            case "env" -> spec = spec.withEnvironment(pair(value));
            case "user" -> spec = spec.as(value);
            case "workdir" -> spec = spec.in(value);
            case "entrypoint" -> spec = spec.withEntrypoint(List.of(value));
            case "volume" -> spec = spec.with(MountWords.volume(value));
            case "tmpfs" -> spec = spec.with(MountWords.tmpfs(value));
            case "publish" -> spec = spec.publishing(value);
            case "label" -> spec = spec.labelled(pair(value));
            case "name" -> spec = spec.named(value);
            case "hostname", "network-alias", "add-host" -> network(name, value);
            case "memory" -> memory = value;
            case "cpus" -> cpus = value;
            case "pids-limit" -> pids = value;
            case "shm-size" -> shm = value;
            case "cgroup-parent" -> parent = value;
            case "security-opt" -> unprivileged |= value.matches("no-new-privileges([=:]true)?");
            case "device" -> spec = spec.with(MountWords.device(value));
            case "ipc" ->
                asItIs(name, value, List.of("private", "none", "shareable"), "for a larger /dev/shm take --shm-size");
            case "userns" -> asItIs(name, value, List.of("host"), "leave it out");
            case "dns", "dns-search", "dns-option" -> resolver(name, value);
            case "ulimit" -> ulimits.add(value);
            case "cap-add" -> added.add(value);
            case "cap-drop" -> dropped.add(value);
            default -> {
                if (!WITHOUT_MEANING.contains(name)) {
                    health(name, value);
                }
            }
        }
    }

    private static void asItIs(String name, String value, List<String> same, String remedy) {
        if (!same.contains(value)) {
            throw new IllegalArgumentException("--" + name + "=" + value + " is not known here: " + remedy);
        }
    }

    private void health(String name, String value) {
        health = switch (name) {
            case "health-cmd" -> health.withTest(List.of("CMD-SHELL", value));
            case "health-interval" -> health.every(time(value));
            case "health-timeout" -> health.within(time(value));
            case "health-retries" -> health.retrying(Integer.parseInt(value));
            case "health-start-period" -> health.startingFor(time(value));
            default -> health.startingEvery(time(value));
        };
    }

    private void network(String name, String value) {
        ContainerSpec.Networking now = spec.networking();
        List<String> aliases = new ArrayList<>(now.aliases());
        Map<String, String> hosts = new LinkedHashMap<>(now.extraHosts());
        if (name.equals("network-alias")) {
            aliases.add(value);
        } else if (name.equals("add-host")) {
            int at = value.indexOf(':') < 0 ? value.indexOf('=') : value.indexOf(':');
            if (at <= 0) {
                throw new IllegalArgumentException("--add-host takes name:address, not '" + value + "'");
            }
            hosts.put(value.substring(0, at), value.substring(at + 1));
        }
        spec = spec.withNetworking(new ContainerSpec.Networking(
                now.network(),
                name.equals("hostname") ? value : now.hostname(),
                aliases,
                now.ports(),
                now.publishAll(),
                hosts,
                now.resolver()));
    }

    private void resolver(String name, String value) {
        ContainerSpec.Networking now = spec.networking();
        ContainerSpec.Resolver before = now.resolver();
        List<String> servers = new ArrayList<>(before.servers());
        List<String> searched = new ArrayList<>(before.searched());
        List<String> options = new ArrayList<>(before.options());
        (name.equals("dns") ? servers : name.equals("dns-search") ? searched : options).add(value);
        spec = spec.withNetworking(new ContainerSpec.Networking(
                now.network(),
                now.hostname(),
                now.aliases(),
                now.ports(),
                now.publishAll(),
                now.extraHosts(),
                new ContainerSpec.Resolver(servers, searched, options)));
    }

    private static Map<String, String> pair(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? Map.of(text, "") : Map.of(text.substring(0, equals), text.substring(equals + 1));
    }

    /** As Go writes durations: {@code 1m30s}. */
    private static Duration time(String text) {
        Matcher part = TIME.matcher(text);
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            double unit = switch (part.group(2)) {
                case "ns" -> 1;
                case "us", "µs" -> 1e3;
                case "ms" -> 1e6;
                case "s" -> 1e9;
                case "m" -> 60e9;
                default -> 3600e9;
            };
            nanos += Double.parseDouble(part.group(1)) * unit;
            end = part.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException("'" + text + "' is no time such as 10s or 1m30s");
        }
        return Duration.ofNanos((long) nanos);
    }

    private ContainerSpec done() {
        RunLimits limits = new RunLimits(memory, cpus, pids, shm, ulimits, parent);
        limits.limits(); // Says now what makes no sense.
        return spec.withHealth(switches.contains("no-healthcheck") ? HealthCheck.none() : health)
                .withRights(new ContainerSpec.Rights(
                        limits,
                        switches.contains("privileged"),
                        added,
                        dropped,
                        switches.contains("read-only"),
                        switches.contains("init"),
                        unprivileged));
    }
}
