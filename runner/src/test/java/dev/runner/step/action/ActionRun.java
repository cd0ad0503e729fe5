package dev.runner.step.action;

import dev.runner.checkout.Checkout;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.schedule.Cancellation;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.RunEvent.Built;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.schedule.StepOutput;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.step.PipelineFixture;
import dev.runner.step.RunServices;
import dev.runner.step.Tools;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionInput;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.github.BuiltinAction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one action as a step does, with real stores and services and an engine that only remembers. */
public final class ActionRun implements ActionContext, AutoCloseable {
    public final PipelineFixture.Remembering engine = new PipelineFixture.Remembering();
    public final Map<String, String> outputs = new LinkedHashMap<>();
    public final Map<String, String> exported = new LinkedHashMap<>();
    public final List<String> paths = new ArrayList<>();
    public final List<String> warnings = new ArrayList<>();
    public final List<String> masked = new ArrayList<>();
    public final List<Published.Image> published = new ArrayList<>();
    public final List<String> matchers = new ArrayList<>();
    public final StringBuilder log = new StringBuilder();
    public final StringBuilder summary = new StringBuilder();

    private final Path folder;
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Map<String, Object> github = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, String> state = new LinkedHashMap<>();
    private final ProcessRunner processes = new ProcessRunner();
    private final RunServices services;
    private final RegistryClient registry;
    private @Nullable BuiltinAction action;
    private int major;
    private String container = "";

    /** @param folder gets the folders {@code workspace}, {@code temp}, {@code tools} and {@code home} */
    public ActionRun(Path folder) throws IOException {
        this(folder, folder.resolve("repository"));
    }

    public ActionRun(Path folder, Path repository) throws IOException {
        this.folder = folder;
        for (String name : List.of("workspace", "temp", "tools", "home")) {
            Files.createDirectories(folder.resolve(name));
        }
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("GITHUB_WORKSPACE", workspace().toString());
        environment.put("RUNNER_TEMP", temporary().toString());
        github.putAll(Map.of(
                "repository", "octocat/Hello-World",
                "server_url", "https://github.com",
                "event_name", "push",
                "ref", "refs/heads/main",
                "sha", "90dd6032fac8bda1b6c4436a2e65de27961ed071",
                "token", "ghs_token",
                "run_id", "1"));
        RegistryConfiguration registries = RegistryConfiguration.DEFAULT;
        services = RunServices.start(
                new RunServices.Options(
                        List.of("/bin/echo"), repository, false, folder.resolve("data"), null, registries, environment),
                Scope.empty());
        registry = RegistryClient.of(registries, services.credentials(), new TransferListener() {});
    }

    /** An input. */
    public ActionRun with(String name, String value) {
        given.put(name, value);
        return this;
    }

    public ActionRun major(int version) {
        major = version;
        return this;
    }

    /** As if the job had a container that knows the folder under this name. */
    public ActionRun container(String name) {
        container = name;
        return this;
    }

    /** A field of the context {@code github}. */
    public ActionRun github(String name, Object value) {
        github.put(name, value);
        return this;
    }

    public ActionRun variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public ActionRun main(BuiltinAction called) throws Exception {
        action = called;
        major = major == 0 ? called.majors().getLast() : major;
        called.main(this);
        return this;
    }

    /** The last phase, in the same step as {@link #main}. */
    public ActionRun post() throws Exception {
        if (action != null) {
            action.post(this);
        }
        return this;
    }

    public RunServices services() {
        return services;
    }

    public String output(String name) {
        return outputs.getOrDefault(name, "");
    }

    @Override
    public int major() {
        return major;
    }

    @Override
    public ActionInputs inputs() {
        Map<String, String> values = new LinkedHashMap<>();
        if (action != null) {
            for (ActionInput input : action.inputs(major)) {
                String standard = input.standard();
                values.put(input.name(), standard == null ? "" : evaluated(standard));
            }
        }
        values.putAll(given);
        return ActionInputs.of(values);
    }

    private String evaluated(String text) {
        return Template.parse(text, Source.of("input", text).all(), new Diagnostics())
                .text(scope());
    }

    @Override
    public Scope scope() {
        return Scope.of(Map.of("github", Value.of(github), "runner", Value.of(Map.of("os", "Linux"))));
    }

    @Override
    public String github(String field) {
        Object value = github.get(field);
        return value == null ? "" : String.valueOf(value);
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(exported);
        paths.forEach(path -> all.merge("PATH", path, (old, first) -> first + ":" + old));
        return all;
    }

    @Override
    public Path workspace() {
        return folder.resolve("workspace");
    }

    @Override
    public Path temporary() {
        return folder.resolve("temp");
    }

    @Override
    public Path toolCache() {
        return folder.resolve("tools");
    }

    @Override
    public String inside(Path file) {
        return container.isEmpty() ? file.toString() : file.toString().replace(folder.toString(), container);
    }

    @Override
    public Path outside(Path file) {
        return container.isEmpty() || !file.startsWith(container)
                ? file
                : folder.resolve(Path.of(container).relativize(file));
    }

    @Override
    public Path scratch() throws IOException {
        return Files.createTempDirectory(folder, "scratch");
    }

    @Override
    public Cancellation cancellation() {
        throw new UnsupportedOperationException("nothing is cancelled here");
    }

    @Override
    public Tools tools() {
        Binfmt binfmt = new Binfmt(Binfmt.ROOT, processes);
        Path emulators = folder.resolve("emulators");
        Tools.Emulation emulation = new Tools.Emulation(
                binfmt, install -> new EmulatorFinder(binfmt, processes, emulators, EmulatorFinder.Policy.OFFLINE));
        return new Tools(
                processes,
                new Checkout(),
                new Tools.Building(engine, engine, engine),
                engine,
                registry,
                emulation,
                services);
    }

    @Override
    public StepOutput output() {
        return new StepOutput() {
            @Override
            public void line(Stream stream, String text, @Nullable String platform) {
                log.append(text).append('\n');
            }

            @Override
            public OutputStream stream(Stream stream) {
                return OutputStream.nullOutputStream();
            }

            @Override
            public void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place) {
                warnings.add(message);
            }

            @Override
            public void published(Published.Image image) {
                published.add(image);
            }

            @Override
            public void built(Built.Image image) {}
        };
    }

    @Override
    public void info(String text) {
        log.append(text).append('\n');
    }

    @Override
    public void debug(String text) {}

    @Override
    public void warning(String message) {
        warnings.add(message);
    }

    @Override
    public void error(String message) {
        warnings.add(message);
    }

    @Override
    public void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place) {
        warnings.add(message);
    }

    @Override
    public void group(String title) {
        info(title);
    }

    @Override
    public void endGroup() {}

    @Override
    public void mask(String value) {
        masked.add(value);
    }

    @Override
    public void setOutput(String name, String value) {
        outputs.put(name, value);
    }

    @Override
    public void exportVariable(String name, String value) {
        exported.put(name, value);
    }

    @Override
    public void addPath(String path) {
        paths.add(path);
    }

    @Override
    public void saveState(String name, String value) {
        state.put(name, value);
    }

    @Override
    public String state(String name) {
        return state.getOrDefault(name, "");
    }

    @Override
    public void summarise(String markdown) {
        summary.append(markdown);
    }

    @Override
    public void addMatchers(Path file) throws IOException {
        matchers.add(Files.readString(file));
    }

    @Override
    public void removeMatcher(String owner) {}

    @Override
    public List<String> node() {
        return List.of("node");
    }

    @Override
    public int execute(List<String> command, Map<String, String> more, @Nullable Path directory)
            throws IOException, InterruptedException {
        Map<String, String> all = environment();
        all.putAll(more);
        OutputSink sink = (bytes, offset, length) -> log.append(new String(bytes, offset, length));
        Path where = directory == null ? workspace() : directory;
        return processes
                .start(new Command(command, all, where, null), sink, sink)
                .await();
    }

    @Override
    public void close() {
        registry.close();
        services.close();
        processes.close();
    }
}
