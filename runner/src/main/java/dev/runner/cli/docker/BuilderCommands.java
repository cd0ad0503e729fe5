package dev.runner.cli.docker;

import dev.runner.build.buildkit.Buildx;
import dev.runner.cli.gotemplate.Struct;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** {@code docker buildx create}, {@code use}, {@code ls}, {@code rm}, {@code stop}, {@code du} and {@code prune}. */
final class BuilderCommands {
    private static final String DRIVER = "docker-container";
    private static final String ENDPOINT = "unix:///var/run/docker.sock";

    private BuilderCommands() {}

    private static Command common(Command command) {
        return command.value("builder", "string", "Override the configured builder instance")
                .flag('D', "debug", "Enable debug logging");
    }

    static Command create() {
        return common(Command.of(
                        "buildx create",
                        "[OPTIONS] [CONTEXT|ENDPOINT]",
                        "Create a new builder instance",
                        BuilderCommands::create))
                .words(0, 1)
                .flag("append", "Append a node to builder instead of changing it")
                .flag("bootstrap", "Boot builder after creation")
                .value("buildkitd-config", "string", "BuildKit daemon config file")
                .value("config", "string", "")
                .value("buildkitd-flags", "string", "BuildKit daemon flags")
                .value(
                        "driver",
                        "string",
                        "Driver to use (available: \"docker-container\", \"kubernetes\", \"remote\")")
                .value("driver-opt", "stringArray", "Options for the driver")
                .flag("leave", "Remove a node from builder instead of changing it")
                .value("name", "string", "Builder instance name")
                .value("node", "string", "Create/modify node with given name")
                .value("platform", "stringArray", "Fixed platforms for current node")
                .flag("use", "Set the current builder instance");
    }

    private static int create(Call call) throws IOException {
        Builders builders = Builders.of(call.around());
        String name = call.text("name", "");
        String driver = call.text("driver", DRIVER);
        Builder named = name.isEmpty() ? null : builders.find(name);
        boolean elsewhere = named != null && !call.given("driver")
                ? named.isElsewhere()
                : RealBuildx.isMeant(driver, call.around().environment());
        if (elsewhere) {
            return RealBuildx.create(call, builders, named == null ? driver : named.driver());
        }
        if (!driver.equals(DRIVER)) {
            throw DockerFailure.ofBuildx(
                    List.of("docker", "cloud").contains(driver)
                            ? "no builder of the driver \"" + driver + "\" is made here: the engine's own is called"
                                    + " 'default', and Docker's cloud needs Docker's own Buildx"
                            : "failed to find driver \"" + driver + "\"");
        }
        if (name.equals("default")) {
            throw DockerFailure.ofBuildx("default is a reserved name and cannot be used to identify builder instance");
        }
        if (!name.isEmpty() && !name.matches("[a-zA-Z][a-zA-Z0-9._-]*")) {
            throw DockerFailure.ofBuildx("invalid name " + name
                    + ", name needs to start with a letter and may not contain symbols, except ._-");
        }
        Builder known = name.isEmpty() ? null : builders.find(name);
        if (call.on("leave") || call.on("append") && known == null) {
            return leave(call, builders, known);
        }
        if (known != null && !call.on("append") && call.text("node", "").isEmpty()) {
            throw DockerFailure.ofBuildx("existing instance for \"" + name
                    + "\" but no append mode, specify the node name to make changes for existing instances");
        }
        Builder made = made(call, builders, known, name.isEmpty() ? fresh(builders) : name);
        made.registries();
        made.gc(); // What it says wrongly is told now.
        builders.put(made);
        if (call.on("use")) {
            builders.use(made.name());
        }
        if (call.on("bootstrap")) {
            boot(call, builders, made);
        }
        call.say(made.name());
        return 0;
    }

    private static int leave(Call call, Builders builders, @Nullable Builder known) {
        if (known == null) {
            throw DockerFailure.ofBuildx(
                    call.on("leave")
                            ? "failed to find instance \"" + call.text("name", "") + "\" for leave"
                            : "failed to find instance \"" + call.text("name", "") + "\" for append");
        }
        String node = call.text("node", "");
        if (known.nodes().stream().noneMatch(one -> one.name().equals(node))) {
            throw DockerFailure.ofBuildx(
                    node.isEmpty()
                            ? "leave requires instance name and node name"
                            : "failed to find node \"" + node + "\" for leave");
        }
        builders.put(known.withNodes(
                known.nodes().stream().filter(one -> !one.name().equals(node)).toList()));
        call.say(known.name());
        return 0;
    }

    private static String fresh(Builders builders) {
        while (true) {
            String name = BuilderNames.random(ThreadLocalRandom.current());
            if (builders.find(name) == null) {
                return name;
            }
        }
    }

    private static Builder made(Call call, Builders builders, @Nullable Builder known, String name) throws IOException {
        List<Builder.Node> nodes = new ArrayList<>(known == null ? List.of() : known.nodes());
        String node = call.text("node", "").isEmpty() ? name + nodes.size() : call.text("node", "");
        List<String> platforms = new ArrayList<>();
        for (String given : call.all("platform")) {
            for (String one : given.split(",")) {
                platforms.add(String.valueOf(TransferCommands.platform(one.strip())));
            }
        }
        String endpoint = call.words().isEmpty() || call.word(0).equals("default") ? ENDPOINT : call.word(0);
        nodes.removeIf(one -> one.name().equals(node));
        nodes.add(new Builder.Node(node, endpoint, platforms));
        BuilderSettings settings =
                known == null || call.given("config") || call.given("buildkitd-config") || call.given("buildkitd-flags")
                        ? settings(call)
                        : known.settings();
        return new Builder(name, DRIVER, nodes, false, null, settings);
    }

    private static BuilderSettings settings(Call call) throws IOException {
        String file = call.text("buildkitd-config", call.text("config", ""));
        String config = "";
        if (!file.isEmpty()) {
            try {
                config = Files.readString(Path.of(file), StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                throw DockerFailure.ofBuildx("open " + file + ": no such file or directory");
            }
        }
        List<String> flags = new ArrayList<>();
        for (String word : call.text("buildkitd-flags", "").strip().split("\\s+")) {
            if (!word.isEmpty()) {
                flags.add(word);
            }
        }
        return new BuilderSettings(flags, call.all("driver-opt"), config);
    }

    /** Tells that a builder starts, which with our engine is done at once. */
    static Builder boot(Call call, Builders builders, Builder builder) {
        if (builder.booted()) {
            return builder;
        }
        call.tell("#1 [internal] booting buildkit");
        call.tell("#1 runner's own engine, without a container 0.0s done");
        call.tell("#1 DONE 0.0s");
        Builder booted = builder.withBooted(true);
        builders.put(booted);
        return booted;
    }

    static Command use() {
        return common(Command.of(
                        "buildx use", "[OPTIONS] NAME", "Set the current builder instance", BuilderCommands::use))
                .words(0, 1)
                .flag("default", "Set builder as default for current context")
                .flag("global", "Builder persists context changes");
    }

    private static int use(Call call) {
        Builders builders = Builders.of(call.around());
        String name = call.words().isEmpty() ? call.text("builder", "") : call.word(0);
        if (builders.find(name) == null) {
            throw DockerFailure.ofBuildx(
                    name.isEmpty()
                            ? "failed to find instance \"\": invalid name , name needs to start with a letter and may"
                                    + " not contain symbols, except ._-"
                            : "failed to find instance \"" + name + "\": no builder \"" + name + "\" found");
        }
        builders.use(name);
        return 0;
    }

    static Command list() {
        return Command.of("buildx ls", "", "List builder instances", BuilderCommands::list)
                .words(0)
                .flag('D', "debug", "Enable debug logging")
                .value("builder", "string", "")
                .value("format", "string", "Format the output (default \"table\")")
                .flag("no-trunc", "Don't truncate output");
    }

    private static int list(Call call) throws IOException {
        Builders builders = Builders.of(call.around());
        List<Builder> all = new ArrayList<>(builders.all());
        all.add(Builder.DEFAULT);
        String current = builders.current();
        List<Struct> rows = new ArrayList<>();
        for (Builder builder : all) {
            boolean chosen = builder.name().equals(current);
            rows.add(row(builder.name(), chosen, builder.driver(), "", "", "", builder));
            for (Builder.Node node : builder.nodes()) {
                String platforms = builder.booted()
                        ? String.join(", ", BuilderPlatforms.of(call.around(), node))
                        : String.join(", ", node.platforms());
                rows.add(row(
                        " \\_ " + node.name(),
                        false,
                        " \\_ " + node.endpoint(),
                        status(builder),
                        builder.booted() ? SystemCommands.BUILDKIT : "",
                        platforms,
                        builder));
            }
        }
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("Name", "NAME/NODE");
        headings.put("DriverEndpoint", "DRIVER/ENDPOINT");
        headings.put("LastActivity", "LAST ACTIVITY");
        headings.put("Status", "STATUS");
        headings.put("Buildkit", "BUILDKIT");
        headings.put("Platforms", "PLATFORMS");
        headings.put("Current", "CURRENT");
        new Listing(headings, rows)
                .print(
                        call.text("format"),
                        "{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}",
                        call.around().out());
        return 0;
    }

    static String status(Builder builder) {
        return builder.booted() ? "running" : "inactive";
    }

    private static Struct row(
            String name,
            boolean current,
            String endpoint,
            String status,
            String buildkit,
            String platforms,
            Builder builder) {
        return Struct.of("*commands.lsContext")
                .with("Name", current ? name + "*" : name)
                .with("DriverEndpoint", endpoint)
                .with(
                        "LastActivity",
                        builder.used() == null ? "" : builder.used().toString())
                .with("Status", status)
                .with("Buildkit", buildkit)
                .with("Platforms", platforms)
                .with("Current", current)
                .with("Error", "");
    }

    static Command inspect() {
        return common(Command.of("buildx inspect", "[NAME]", "Inspect current builder instance", BuilderInspect::run))
                .words(0, 1)
                .flag("bootstrap", "Ensure builder has booted before inspecting");
    }

    static Command remove() {
        return common(Command.of(
                        "buildx rm",
                        "[OPTIONS] [NAME...]",
                        "Remove one or more builder instances",
                        BuilderCommands::remove))
                .flag("all-inactive", "Remove all inactive builders")
                .flag('f', "force", "Do not prompt for confirmation")
                .flag("keep-daemon", "Keep the BuildKit daemon running")
                .flag("keep-state", "Keep BuildKit state");
    }

    private static int remove(Call call) throws IOException {
        Builders builders = Builders.of(call.around());
        List<String> names = new ArrayList<>(call.words());
        if (call.on("all-inactive")) {
            builders.all().stream()
                    .filter(builder -> !builder.booted())
                    .map(Builder::name)
                    .forEach(names::add);
        } else if (names.isEmpty()) {
            names.add(call.text("builder", builders.current()));
        }
        boolean failed = false;
        for (String name : names) {
            if (name.equals("default")) {
                call.tell("failed to remove default: context builder cannot be removed, run `docker context rm default`"
                        + " to remove this context");
                failed = true;
                continue;
            }
            Builder builder = builders.find(name);
            if (builder == null) {
                call.tell("failed to remove " + name + ": no builder \"" + name + "\" found");
                failed = true;
            } else if (builder.isElsewhere() && !removeElsewhere(call, name)) {
                failed = true;
            } else {
                builders.remove(name);
                call.tell(name + " removed");
            }
        }
        if (failed) {
            throw DockerFailure.ofBuildx("failed to remove one or more builders");
        }
        return 0;
    }

    private static boolean removeElsewhere(Call call, String name) throws IOException {
        List<String> words = new ArrayList<>(List.of("rm", "--force"));
        for (String flag : List.of("keep-daemon", "keep-state")) {
            if (call.on(flag)) {
                words.add("--" + flag);
            }
        }
        words.add(name);
        Buildx.Outcome outcome = RealBuildx.call(call, words);
        return outcome.succeeded() || outcome.err().contains("no builder \"" + name + "\" found");
    }

    static Command stop() {
        return common(Command.of("buildx stop", "[NAME]", "Stop builder instance", BuilderCommands::stop))
                .words(0, 1);
    }

    private static int stop(Call call) throws IOException {
        Builders builders = Builders.of(call.around());
        Builder builder = builders.choose(call.words().isEmpty() ? call.text("builder", "") : call.word(0));
        if (builder.isElsewhere()) {
            return RealBuildx.answer(call, List.of("stop", builder.name()));
        }
        if (!builder.isDefault()) {
            builders.put(builder.withBooted(false));
        }
        return 0;
    }

    static Command diskUsage() {
        return common(Command.of("buildx du", "", "Disk usage", BuilderCommands::diskUsage))
                .words(0)
                .value("filter", "filter", "Provide filter values")
                .value("format", "string", "Format the output")
                .flag("verbose", "Shorthand for \"--format=pretty\"");
    }

    private static int diskUsage(Call call) throws IOException {
        Builder builder = Builders.of(call.around()).choose(call.text("builder", ""));
        List<String> words = new ArrayList<>(builder.isElsewhere() ? List.of("du") : List.of("cache", "du"));
        pass(call, words, "filter", "format");
        if (call.on("verbose")) {
            words.add("--verbose");
        }
        return run(call, builder, words);
    }

    static Command prune(String path) {
        return common(Command.of("buildx prune", "", "Remove build cache", BuilderCommands::prune))
                .words(0)
                .flag('a', "all", "Include internal/frontend images")
                .value("filter", "filter", "Provide filter values")
                .flag('f', "force", "Do not prompt for confirmation")
                .value("keep-storage", "bytes", "")
                .value("max-used-space", "bytes", "Maximum amount of disk space allowed to keep for cache")
                .value("min-free-space", "bytes", "Target amount of free disk space after pruning")
                .value("reserved-space", "bytes", "Amount of disk space always allowed to keep for cache")
                .flag("verbose", "Provide a more verbose output");
    }

    private static int prune(Call call) throws IOException {
        Builder builder = Builders.of(call.around()).choose(call.text("builder", ""));
        String what = call.on("all")
                ? "WARNING! This will remove all build cache."
                : "WARNING! This will remove all dangling build cache.";
        if (!call.on("force") && !Confirmation.of(call, what + " Are you sure you want to continue? [y/N] ")) {
            return 0;
        }
        List<String> words = new ArrayList<>(
                builder.isElsewhere() ? List.of("prune", "--force") : List.of("cache", "prune", "--force"));
        pass(call, words, "filter", "keep-storage", "max-used-space", "min-free-space", "reserved-space");
        if (call.on("all")) {
            words.add("--all");
        }
        if (call.on("verbose")) {
            words.add("--verbose");
        }
        return run(call, builder, words);
    }

    private static int run(Call call, Builder builder, List<String> words) throws IOException {
        if (!builder.isElsewhere()) {
            return call.around().run(words);
        }
        words.add(1, "--builder=" + builder.name());
        return RealBuildx.answer(call, words);
    }

    private static void pass(Call call, List<String> words, String... flags) {
        for (String flag : flags) {
            call.all(flag).forEach(value -> words.add("--" + flag + "=" + value));
        }
    }
}
