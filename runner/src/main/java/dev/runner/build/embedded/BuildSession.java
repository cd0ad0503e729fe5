package dev.runner.build.embedded;

import dev.runner.build.Annotation;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildFailedException.Failure;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Output;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.ImageAssembler.Assembled;
import dev.runner.build.embedded.Solver.Step;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Checks;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Outline;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One build: reads the Dockerfile, finds or makes the layers of every platform, writes the image's documents, and gives it
 * to the outputs.
 */
final class BuildSession {
    private final BuildRequest request;
    private final Workshop shop;
    private final Progress progress;
    private final Tasks tasks = new Tasks();
    private final ImageMover mover;
    private final BaseImages images;
    private final BuildKitArguments special;
    private final @Nullable Long epoch;
    private final Repacker repacker;
    private final Instant started;
    private final @Nullable CacheMountImage cacheMounts;
    private final FileLists lists;
    private final Explainer explainer;
    private final BuildCaches caches;
    private @Nullable BuildSources read;

    BuildSession(BuildRequest request, Workshop workshop, Progress progress) throws BuildFailedException {
        this.request = request;
        this.shop = workshop.reporting(progress);
        this.progress = progress;
        this.mover = new ImageMover(shop.store(), shop.registry(), shop.layers());
        this.images = new BaseImages(shop.store(), shop.registry(), shop.layers(), progress);
        this.special = special(request);
        this.epoch = special.epoch();
        this.started = shop.now();
        Reference mounts = request.cache().mounts();
        this.cacheMounts = mounts == null ? null : new CacheMountImage(shop, progress, mounts);
        History history = new History(shop.store().history());
        this.lists = new FileLists(shop.store().keys(), history, BuildCaches.exports(request));
        this.caches = new BuildCaches(request, shop, progress, epoch, lists);
        this.explainer = new Explainer(history, lists, project(request), epoch, progress.masker()::mask);
        this.repacker = new Repacker(shop, request.image().packaging(), tasks);
    }

    /** What tells builds of one Dockerfile from those of others, on this machine. */
    private static String project(BuildRequest request) {
        String context = request.inputs().context() instanceof BuildContext.Directory folder
                ? folder.path().toAbsolutePath().normalize().toString()
                : "";
        return context + "\n" + request.definition().dockerfile().name();
    }

    private static BuildKitArguments special(BuildRequest request) throws BuildFailedException {
        try {
            return BuildKitArguments.of(request);
        } catch (IllegalArgumentException e) {
            throw Failures.outside("reading the build arguments", e);
        }
    }

    BuildResult run() throws BuildFailedException, InterruptedException {
        checkAnnotations();
        Dockerfile dockerfile = parse();
        try {
            return guarded(() -> build(dockerfile));
        } finally {
            explainer.flush();
        }
    }

    /** What the build depended on and made, so that it need not be done again; null when it must be. After the build. */
    @Nullable
    Memo memo(MemoMaker maker, List<String> note, BuildResult result) throws IOException {
        return read == null ? null : maker.memo(note, result, read, shop.store().blobs());
    }

    private void checkAnnotations() throws BuildFailedException {
        boolean index = request.image().annotations().stream()
                .flatMap(annotation -> annotation.levels().stream())
                .anyMatch(level -> level == Annotation.Level.INDEX || level == Annotation.Level.INDEX_DESCRIPTOR);
        boolean one = !special.multiPlatform() && request.image().attestations().isEmpty();
        if (index && one) {
            throw Failures.outside(
                    "annotating the image",
                    new IllegalArgumentException("an image of one platform has no index to annotate"));
        }
    }

    /** Finds what the build checks find; runs nothing. */
    List<CheckFinding> check() throws BuildFailedException, InterruptedException {
        Dockerfile dockerfile = parse();
        return guarded(() -> checks(dockerfile).all(dockerfile).findings());
    }

    /** What the target takes from outside; runs nothing. */
    Outline outline() throws BuildFailedException, InterruptedException {
        Dockerfile dockerfile = parse();
        return guarded(() -> checks(dockerfile).outline(dockerfile));
    }

    private BuildChecks checks(Dockerfile dockerfile) {
        ContextNaming naming = new ContextNaming(shop.store().keys(), List.of());
        BuildSources sources = new BuildSources(request, shop, images, tasks, progress, naming);
        new StageGraph(dockerfile, request, request.platforms().getFirst(), sources, special).prefetchAll();
        return new BuildChecks(request, sources);
    }

    private Dockerfile parse() {
        Diagnostics diagnostics = new Diagnostics();
        Dockerfile dockerfile = Dockerfile.parse(request.definition().dockerfile(), diagnostics);
        if (!diagnostics.hasErrors()) {
            Unsupported.check(dockerfile, request.run().allowed(), diagnostics);
        }
        diagnostics.throwIfErrors();
        return dockerfile;
    }

    private <T> T guarded(java.util.concurrent.Callable<T> body) throws BuildFailedException, InterruptedException {
        try {
            return tasks.run(body);
        } catch (UnresolvedImageException e) {
            Failure failure = new Failure(
                    "FROM " + e.image().familiar(),
                    e.stage().isEmpty() ? null : e.stage(),
                    e.platform(),
                    e.span(),
                    null,
                    List.of(),
                    e.getCause() != null && Failures.retryable(e.getCause()));
            throw new BuildFailedException(String.valueOf(e.getMessage()), failure, e);
        } catch (InvalidSourceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (Tasks.isCancellation(e) || Thread.currentThread().isInterrupted()) {
                InterruptedException interrupted = new InterruptedException("the build was cancelled");
                interrupted.initCause(e);
                throw interrupted;
            }
            if (e.getCause() instanceof BuildFailedException failed) {
                throw failed;
            }
            throw Failures.outside("the build failed", e);
        }
    }

    private List<Diagnostic> warnings(Dockerfile dockerfile, BuildSources sources)
            throws IOException, InterruptedException {
        Checks.Result result = new BuildChecks(request, sources).run(dockerfile);
        Diagnostics diagnostics = new Diagnostics();
        result.findings().forEach(finding -> diagnostics.add(finding.diagnostic(result.failing())));
        diagnostics.throwIfErrors();
        List<Diagnostic> warnings = diagnostics.sorted();
        warnings.forEach(progress::warn);
        return warnings;
    }

    private BuildResult build(Dockerfile dockerfile) throws BuildFailedException, IOException, InterruptedException {
        List<Task<Imported>> imports = caches.load(tasks);
        ContextNaming naming = new ContextNaming(shop.store().keys(), imports);
        BuildSources sources = new BuildSources(request, shop, images, tasks, progress, naming);
        caches.naming(naming, sources);
        explainer.compareWith(imports);
        lists.lookInto(imports);
        read = sources;
        sources.lookAhead(dockerfile);
        Solver solver = solver(sources, imports);
        NamedContexts names = caches.names(naming, sources, solver);
        List<StageGraph> graphs = request.platforms().stream()
                .map(platform -> new StageGraph(dockerfile, request, platform, sources, special))
                .toList();
        graphs.forEach(StageGraph::prefetch);
        List<Diagnostic> warnings = warnings(dockerfile, sources);
        BuildKitArguments.remarks(request, dockerfile).forEach(progress::warn);
        List<PlatformBuild> platforms = new ArrayList<>();
        for (int i = 0; i < graphs.size(); i++) {
            ImageInProgress image = graphs.get(i).read();
            List<Task<Step>> steps = solver.begin(image.state);
            Map<String, Vertex.Files> scans =
                    request.image().attestations().sbom().isEmpty()
                            ? Map.of()
                            : graphs.get(i).scans();
            PlatformBuild platform = new PlatformBuild(request.platforms().get(i), image, steps, scans);
            platforms.add(platform);
            caches.prepare(image.state, names, tasks);
            platform.pushes = tasks.start(() -> pushEarly(platform));
        }
        return finish(platforms, solver, names, sources, warnings);
    }

    /** One platform on its way. */
    private static final class PlatformBuild {
        private final Platform platform;
        private final ImageInProgress image;
        private final List<Task<Step>> steps;
        private final Map<String, Vertex.Files> scans;
        private @Nullable Task<List<Task<Boolean>>> pushes;

        private PlatformBuild(
                Platform platform, ImageInProgress image, List<Task<Step>> steps, Map<String, Vertex.Files> scans) {
            this.platform = platform;
            this.image = image;
            this.steps = steps;
            this.scans = scans;
        }
    }

    private Solver solver(BuildSources sources, List<Task<Imported>> imports) {
        VertexWork.Times times =
                new VertexWork.Times(shop.now(), epoch, request.image().rewriteTimestamp());
        RunMounts mounts = new RunMounts(
                shop.store(),
                shop.layers(),
                tasks,
                shop.cacheFolders(),
                request.inputs().secrets(),
                request.inputs().ssh(),
                cacheMounts);
        RunWork runs = new RunWork(shop.store(), shop.layers(), tasks, shop.machinery(), mounts, times);
        VertexWork work =
                new VertexWork(shop.store(), shop.layers(), tasks, sources.downloads(), sources.git(), runs, times);
        Solver solver = new Solver(tasks, progress, caches.over(imports), sources, times.latest(), explainer, work);
        runs.findWith(solver::layers);
        return solver;
    }

    /**
     * Sends layers while later steps run. When everything is known there is nothing to gain: the registry may have the
     * whole image, which one request tells.
     */
    private List<Task<Boolean>> pushEarly(PlatformBuild build)
            throws BuildFailedException, IOException, InterruptedException {
        List<Reference> targets = pushTargets();
        List<Task<Boolean>> pushes = new ArrayList<>();
        List<LayerRef> waiting = new ArrayList<>(build.image.state.base().layers());
        List<LayerRef> made = new ArrayList<>();
        boolean started = false;
        for (Task<Step> task : targets.isEmpty() ? List.<Task<Step>>of() : build.steps) {
            Step step = task.await();
            started |= !step.cached();
            made.add(step.layer().await());
            if (started) {
                for (Reference target : targets) {
                    waiting.forEach(layer -> pushes.add(tasks.start(() -> pushLayer(layer, false, target))));
                    made.forEach(layer -> pushes.add(tasks.start(() -> pushLayer(layer, true, target))));
                }
                waiting.clear();
                made.clear();
            }
        }
        return pushes;
    }

    private boolean pushLayer(LayerRef layer, boolean own, Reference target) throws Exception {
        Descriptor blob = repacker.packed(layer.awaitRecord(), own).blob();
        try {
            mover.pushLayer(blob, target);
            return true;
        } catch (IOException | RuntimeException e) {
            throw Tasks.isCancellation(e) ? e : Failures.outside("pushing a layer to " + target.name(), e);
        }
    }

    private List<Reference> pushTargets() {
        return request.outputs().stream()
                .flatMap(output -> switch (output) {
                    case Output.Push push -> push.names().stream();
                    case Output.PushByDigest push -> push.repositories().stream();
                    default -> Stream.<Reference>empty();
                })
                .map(name -> name.withTag(null))
                .distinct()
                .toList();
    }

    private BuildResult finish(
            List<PlatformBuild> platforms,
            Solver solver,
            NamedContexts names,
            BuildSources sources,
            List<Diagnostic> warnings)
            throws BuildFailedException, IOException, InterruptedException {
        ImageAssembler assembler = new ImageAssembler(shop.store().blobs(), request.image(), epoch);
        List<Assembled> assembled = new ArrayList<>();
        List<BuildCaches.Known> entries = new ArrayList<>();
        Map<Platform, BuildResult.PlatformResult> results = new LinkedHashMap<>();
        for (PlatformBuild build : platforms) {
            List<LayerRecord> layers = new ArrayList<>();
            for (LayerRef layer : build.image.state.base().layers()) {
                layers.add(repacker.packed(layer.awaitRecord(), false));
            }
            List<CacheRecord.Entry> own = new ArrayList<>();
            int cached = 0;
            for (Task<Step> task : build.steps) {
                Step step = task.await();
                LayerRecord layer = repacker.packed(step.layer().await().awaitRecord(), true);
                layers.add(layer);
                own.add(new CacheRecord.Entry(step.entry().keys(), layer));
                entries.add(new BuildCaches.Known(own.getLast(), step.cached()));
                cached += step.cached() ? 1 : 0;
            }
            Assembled image = assembler.platform(
                    build.image, build.platform, layers, caches.inline(build.image.state, own, layers));
            assembled.add(image);
            results.put(
                    build.platform,
                    new BuildResult.PlatformResult(image.manifest(), image.config(), cached, build.steps.size()));
        }
        Attester attester = new Attester(request, shop, progress, scannedFiles(solver), epoch);
        List<Descriptor> attestations = attester.attest(subjects(platforms, assembled), started, sources.materials());
        Descriptor index = assembler.index(assembled, attestations, special.multiPlatform());
        shop.store().images().put(index.digest().toString(), index);
        awaitPushes(platforms);
        // Beside the outputs: a tag that several machines move takes a while to settle.
        Task<List<BuildFailedException>> caching = tasks.start(() -> caches.export(entries, solver, names, tasks));
        if (cacheMounts != null) {
            cacheMounts.export();
        }
        Exports exports = new Exports(shop, mover, progress);
        for (Output output : request.outputs()) {
            exports.write(index, output, tasks);
        }
        List<BuildFailedException> failures = caching.await();
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return new BuildResult(index, results, warnings, ProvenanceDocument.texts(attester.provenance()));
    }

    private static List<Attester.Subject> subjects(List<PlatformBuild> platforms, List<Assembled> assembled) {
        List<Attester.Subject> subjects = new ArrayList<>();
        for (int i = 0; i < assembled.size(); i++) {
            PlatformBuild build = platforms.get(i);
            subjects.add(new Attester.Subject(assembled.get(i), build.image.stepNames(), build.scans));
        }
        return subjects;
    }

    private Attester.Files scannedFiles(Solver solver) {
        return new Attester.Files() {
            @Override
            public FileTree image(Descriptor manifest) throws BuildFailedException, IOException, InterruptedException {
                return new Exports(shop, mover, progress).tree(manifest, tasks);
            }

            @Override
            public FileTree of(Vertex.Files files) throws BuildFailedException, IOException, InterruptedException {
                return switch (files) {
                    case Vertex.Files.Context context -> context.tree();
                    case Vertex.Files.Stage stage ->
                        new ViewTree(
                                MergedView.of(shop.layers().snapshots(solver.layers(stage.state()), tasks)),
                                shop.store().files());
                };
            }
        };
    }

    private static void awaitPushes(List<PlatformBuild> platforms)
            throws BuildFailedException, IOException, InterruptedException {
        for (PlatformBuild build : platforms) {
            List<Task<Boolean>> pushes = build.pushes == null ? List.of() : build.pushes.await();
            for (Task<Boolean> push : pushes) {
                push.await();
            }
        }
    }
}
