package dev.runner.build.buildkit;

import dev.runner.build.BuilderSpec;
import dev.runner.registry.RegistryConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes builders, starts them, looks after them, and removes those that it made. Safe for several threads. */
final class BuilderKeeper implements AutoCloseable {
    /** A builder in a cluster may have its image to fetch first. */
    private static final Duration BOOT = Duration.ofMinutes(10);

    private static final Duration SHORT = Duration.ofMinutes(1);
    private static final Pattern NAME = Pattern.compile("(?m)^Name:\\s+(\\S+)");
    private static final Pattern DRIVER = Pattern.compile("(?m)^Driver:\\s+(\\S+)");
    private static final Pattern RUNNING = Pattern.compile("(?m)^Status:\\s+running");

    private final Buildx buildx;
    private final RegistryConfiguration registries;
    private final Map<BuilderSpec, Ready> ready = new HashMap<>();
    private final Path work;
    private final MadeBuilders made;

    /** @param work a private folder of the run */
    BuilderKeeper(Buildx buildx, RegistryConfiguration registries, Path work) {
        this.buildx = buildx;
        this.registries = registries;
        this.work = work;
        this.made = MadeBuilders.in(work);
    }

    /**
     * A builder that has answered.
     *
     * @param ours whether it was made here, with the registries of this run
     */
    record Ready(String name, String driver, boolean ours) {}

    /**
     * Makes a builder if it has to be, and starts it.
     *
     * @throws BuilderLostException when it does not answer
     */
    synchronized Ready ready(BuilderSpec spec) throws IOException, InterruptedException {
        Ready known = ready.get(spec);
        if (known == null) {
            known = spec.isMade() ? making(spec) : boot(wanted(spec), false);
            ready.put(spec, known);
        }
        return known;
    }

    private @Nullable String wanted(BuilderSpec spec) {
        if (spec.name() != null) {
            return spec.name();
        }
        if (spec.driver() == null) {
            return buildx.chosen();
        }
        String endpoint =
                spec.nodes().isEmpty() ? null : spec.nodes().getFirst().endpoint();
        return endpoint == null ? "default" : endpoint;
    }

    private Ready making(BuilderSpec spec) throws IOException, InterruptedException {
        if (spec.name() != null && isThere(spec.name())) {
            return boot(spec.name(), false);
        }
        String name = spec.name() == null
                ? "runner-"
                        + HexFormat.of()
                                .toHexDigits(ThreadLocalRandom.current().nextLong())
                                .substring(4)
                : spec.name();
        boolean complete = false;
        made.add(name, buildx);
        try {
            create(name, spec);
            Ready booted = boot(name, true);
            complete = true;
            if (spec.keep()) {
                made.release(name);
            }
            return booted;
        } finally {
            if (!complete) {
                made.remove(name, buildx);
            }
        }
    }

    private boolean isThere(String name) throws IOException, InterruptedException {
        return buildx.run(List.of("inspect", name), SHORT).succeeded();
    }

    void create(String name, BuilderSpec spec) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory(work, "builder-");
        try {
            List<BuilderSpec.Node> nodes = spec.nodes().isEmpty()
                    ? List.of(new BuilderSpec.Node(null, null, List.of(), Map.of(), null, null))
                    : spec.nodes();
            for (int at = 0; at < nodes.size(); at++) {
                Path config = scratch.resolve("buildkitd" + at + ".toml");
                List<String> words = words(name, String.valueOf(spec.driver()), nodes.get(at), at > 0, config);
                Buildx.Outcome outcome = buildx.run(words, SHORT);
                if (!outcome.succeeded()) {
                    throw new UnmappedOptionException(
                            "Buildx does not make the builder '" + name + "': " + outcome.complaint(),
                            "mend 'builder'; 'docker buildx create --help' lists what a driver takes");
                }
            }
        } finally {
            delete(scratch);
        }
    }

    /** The words that make a node. */
    private List<String> words(String name, String driver, BuilderSpec.Node node, boolean append, Path config)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("create", "--name=" + name, "--driver=" + driver));
        if (append) {
            words.add("--append");
        }
        if (node.name() != null) {
            words.add("--node=" + node.name());
        }
        if (!node.platforms().isEmpty()) {
            words.add("--platform=" + String.join(",", node.platforms()));
        }
        node.options().forEach((key, value) -> words.add("--driver-opt=" + BuildWords.fields(Map.of(key, value))));
        if (node.flags() != null) {
            words.add("--buildkitd-flags=" + node.flags());
        }
        String text = DaemonConfig.text(node.config(), registries);
        if (!text.isEmpty() && !driver.equals("remote")) {
            Files.writeString(config, text);
            words.add("--buildkitd-config=" + config);
        }
        if (node.endpoint() != null) {
            words.add("--");
            words.add(node.endpoint());
        }
        return words;
    }

    private Ready boot(@Nullable String name, boolean ours) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("inspect", "--bootstrap"));
        if (name != null) {
            words.add(name);
        }
        Buildx.Outcome outcome = buildx.run(words, BOOT);
        String shown = name == null ? "default" : name;
        if (outcome.complaint().contains("no builder \"" + shown + "\" found")) {
            throw new UnmappedOptionException(
                    "there is no builder '" + shown + "'",
                    "'docker buildx ls' lists them; make it with 'docker buildx create --name " + shown
                            + "', or say its driver in 'builder'");
        }
        if (!outcome.succeeded() || !RUNNING.matcher(outcome.out()).find()) {
            throw new BuilderLostException(shown, BuilderLostException.Reason.UNREACHABLE, complaint(outcome), null);
        }
        return new Ready(first(NAME, outcome.out(), shown), first(DRIVER, outcome.out(), ""), ours);
    }

    /** A node that cannot be asked is told on its own line. */
    private static String complaint(Buildx.Outcome outcome) {
        Matcher error = Pattern.compile("(?m)^Error:\\s+(.*)$").matcher(outcome.out());
        return outcome.succeeded() && error.find() ? error.group(1) : outcome.complaint();
    }

    private static String first(Pattern pattern, String text, String otherwise) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : otherwise;
    }

    /** Whether a builder answers now, within so long. */
    boolean answers(Ready builder, Duration atMost) throws IOException, InterruptedException {
        Buildx.Outcome outcome = buildx.run(List.of("inspect", builder.name()), atMost);
        return outcome.succeeded() && RUNNING.matcher(outcome.out()).find();
    }

    /** One that was lost is looked for again by the next build. */
    synchronized void forget(Ready builder) {
        ready.values().remove(builder);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes the builders that were made and are not to be kept. An interrupt is put off until they are. */
    @Override
    public synchronized void close() {
        boolean interrupted = Thread.interrupted();
        try {
            made.clear(buildx);
        } catch (IOException e) {
            throw new UncheckedIOException("builders were not removed; 'docker buildx ls' lists them", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
