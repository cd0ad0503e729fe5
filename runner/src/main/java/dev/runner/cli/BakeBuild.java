package dev.runner.cli;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildMetadata;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Engine;
import dev.runner.build.Engines;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.build.bake.BakeAttribute;
import dev.runner.build.bake.BakePlan;
import dev.runner.build.bake.BakeTarget;
import dev.runner.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the targets of a plan: all at once, but each after those that it uses as contexts. Their results lie in a
 * temporary folder until {@link #close}.
 */
final class BakeBuild implements AutoCloseable {
    private final RunnerCommand parent;
    private final Toolbox toolbox;
    private final Engines engines;
    private final BakePlan plan;
    private final @Nullable Path root;
    private final BuildProgress progress;
    private final Map<String, CompletableFuture<Path>> layouts = new LinkedHashMap<>();
    private final Map<String, Built> built = new LinkedHashMap<>();
    private final Path folder;

    /** What became of a target. */
    private record Built(BuildResult result, BuildRequest request, boolean image) {}

    BakeBuild(
            RunnerCommand parent,
            Toolbox toolbox,
            Engines engines,
            BakePlan plan,
            @Nullable Path root,
            BuildProgress progress)
            throws IOException {
        this.parent = parent;
        this.toolbox = toolbox;
        this.engines = engines;
        this.plan = plan;
        this.root = root;
        this.progress = progress;
        this.folder = Files.createTempDirectory("runner-bake-");
        for (BakeTarget target : plan.targets().values()) {
            target.links().values().forEach(name -> layouts.computeIfAbsent(name, _ -> new CompletableFuture<>()));
        }
    }

    /** The work of one target, ready to begin. */
    private record Job(BakeTarget target, BuildFlags flags, BuildRequest request) {}

    /**
     * Builds, or answers what the targets call for instead.
     *
     * @return the exit code
     * @throws BuildFailedException the first that failed; the others are cancelled
     */
    int run() throws IOException, InterruptedException, BuildFailedException {
        List<Job> jobs = new ArrayList<>();
        for (BakeTarget target : plan.targets().values()) {
            jobs.add(read(target));
        }
        int code = ExitCode.PASSED;
        List<Job> builds = new ArrayList<>();
        for (Job job : jobs) {
            CallOption call = job.flags().called();
            if (call.method() == CallOption.Method.BUILD) {
                builds.add(job);
            } else {
                code = Math.max(code, CheckCommand.answer(call, job.request(), toolbox, parent.out()));
            }
        }
        build(builds);
        return code;
    }

    private Job read(BakeTarget target) throws IOException, InterruptedException {
        BuildCommand command = new BuildCommand(parent);
        CommandLine line = Flags.of(command);
        line.parseArgs(BakePlan.words(target, root).toArray(String[]::new));
        BuildFlags flags = command.flags;
        String text = target.text(BakeAttribute.DOCKERFILE_INLINE);
        RunnerCommand own = parent;
        if (text != null) {
            flags.file = "-";
            own = parent.reading(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        }
        return new Job(target, flags, new BuildFlags.Reader(flags, own, toolbox).request());
    }

    private void build(List<Job> jobs) throws InterruptedException, BuildFailedException, IOException {
        Engine engine = engines.engine();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
            for (Job job : jobs) {
                ends.submit(() -> {
                    one(job, engine, jobs.size() > 1);
                    return null;
                });
            }
            try {
                for (int i = 0; i < jobs.size(); i++) {
                    ends.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                rethrow(e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
        built.forEach((name, one) -> {
            String digest = one.result().image().digest().toString();
            parent.out().println(built.size() == 1 ? digest : name + " " + digest);
        });
        parent.out().flush();
    }

    private static void rethrow(@Nullable Throwable cause)
            throws InterruptedException, BuildFailedException, IOException {
        switch (cause) {
            case BuildFailedException e -> throw e;
            case InterruptedException e -> throw e;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException(cause);
        }
    }

    private void one(Job job, Engine engine, boolean several)
            throws InterruptedException, BuildFailedException, IOException {
        String name = job.target().name();
        CompletableFuture<Path> layout = layouts.getOrDefault(name, new CompletableFuture<>());
        try {
            BuildRequest request = linked(job, layouts.containsKey(name) ? folder.resolve(name) : null);
            BuildListener listener = several ? new Named(name) : progress;
            BuildResult result = engine.build(request, listener);
            synchronized (this) {
                progress.finished(result);
                built.put(name, new Built(result, request, job.flags().makesImage()));
            }
            layout.complete(folder.resolve(name));
        } catch (InterruptedException | BuildFailedException | IOException | RuntimeException | Error e) {
            layout.completeExceptionally(e);
            throw e;
        }
    }

    /** With the results of other targets as contexts, and its own kept where others will look for it. */
    private BuildRequest linked(Job job, @Nullable Path kept)
            throws InterruptedException, BuildFailedException, IOException {
        BuildRequest request = job.request();
        Map<String, NamedContext> named = new LinkedHashMap<>(request.inputs().named());
        for (Map.Entry<String, String> link : job.target().links().entrySet()) {
            CompletableFuture<Path> other = layouts.get(link.getValue());
            if (other == null) {
                throw new IllegalStateException("no target " + link.getValue());
            }
            try {
                named.put(link.getKey(), new NamedContext.OciLayout(other.get(), null));
            } catch (ExecutionException e) {
                rethrow(e.getCause());
            }
        }
        List<Output> outputs = new ArrayList<>(request.outputs());
        if (kept != null) {
            outputs.add(new Output.OciFolder(kept, List.of()));
        }
        return new BuildRequest(
                request.definition(),
                new BuildRequest.Inputs(
                        request.inputs().context(),
                        named,
                        request.inputs().secrets(),
                        request.inputs().ssh()),
                request.platforms(),
                request.cache(),
                request.image(),
                request.run(),
                outputs);
    }

    /** Metadata of each target, as {@code --metadata-file} has it. */
    String metadata() {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        built.forEach((name, one) -> {
            List<Reference> names = one.request().outputs().stream()
                    .flatMap(output -> output.names().stream())
                    .toList();
            all.set(name, JsonMapper.shared().readTree(BuildMetadata.json(one.result(), names, one.image())));
        });
        return GoJson.text(all) + "\n";
    }

    /** Puts a target's name before what it says. */
    private final class Named implements BuildListener {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void on(BuildEvent event) {
            BuildEvent own = switch (event) {
                case BuildEvent.VertexStarted(String id, String title) ->
                    new BuildEvent.VertexStarted(
                            id(id),
                            title.startsWith("[") ? "[" + name + " " + title.substring(1) : "[" + name + "] " + title);
                case BuildEvent.VertexOutput(String id, var stream, String line) ->
                    new BuildEvent.VertexOutput(id(id), stream, line);
                case BuildEvent.VertexFinished(String id, boolean cached, var duration, var miss) ->
                    new BuildEvent.VertexFinished(id(id), cached, duration, miss);
                case BuildEvent.VertexFailed(String id, boolean cancelled, String message) ->
                    new BuildEvent.VertexFailed(id(id), cancelled, message);
                case BuildEvent.Transfer _, BuildEvent.Warning _ -> event;
            };
            synchronized (BakeBuild.this) {
                progress.on(own);
            }
        }

        private String id(String id) {
            return name + "/" + id;
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
