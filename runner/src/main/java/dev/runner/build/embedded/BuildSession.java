package dev.runner.build.embedded;

import dev.runner.build.Annotation;
import dev.runner.build.Attestations;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildFailedException.Failure;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Output;
import dev.runner.build.embedded.AttestationManifests.Predicate;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.ImageAssembler.Assembled;
import dev.runner.build.embedded.Solver.Step;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.sbom.Inventory;
import dev.runner.build.sbom.SbomDocument;
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
    private final @Nullable Long epoch;
    private final Repacker repacker;
    private final Instant started;
    private final @Nullable CacheMountImage cacheMounts;
    private final BuildCaches caches;
    private @Nullable BuildSources read;

    BuildSession(BuildRequest request, Workshop workshop, Progress progress) {
        this.request = request;
        this.shop = workshop.reporting(progress);
        this.progress = progress;
        this.mover = new ImageMover(shop.store(), shop.registry(), shop.layers());
        this.images = new BaseImages(shop.store(), shop.registry(), shop.layers(), progress);
        this.epoch = epoch(request);
        this.started = shop.now();
        Reference mounts = request.cache().mounts();
        this.cacheMounts = mounts == null ? null : new CacheMountImage(shop, progress, mounts);
        this.caches = new BuildCaches(request, shop, progress, epoch);
        this.repacker = new Repacker(shop, request.image().packaging(), tasks);
    }

    private static @Nullable Long epoch(BuildRequest request) {
        String argument = request.definition().arguments().get("SOURCE_DATE_EPOCH");
        if (request.image().sourceDateEpoch() != null || argument == null || !argument.matches("[0-9]{1,12}")) {
            return request.image().sourceDateEpoch();
        }
        return Long.valueOf(argument);
    }

    /** What was built. */
    BuildResult run() throws BuildFailedException, InterruptedException {
        checkAnnotations();
        Dockerfile dockerfile = parse();
        return guarded(() -> build(dockerfile));
    }

    /** What the build depended on and made, so that it need not be done again; null when it must be. After the build. */
    @Nullable
    Memo memo(MemoMaker maker, List<String> note, BuildResult result) throws IOException {
        return read == null
                ? null
                : maker.memo(
                        note,
                        result,
                        read,
                        shop.store().blobs().read(result.image().digest()));
    }

    private void checkAnnotations() throws BuildFailedException {
        boolean index = request.image().annotations().stream()
                .flatMap(annotation -> annotation.levels().stream())
                .anyMatch(level -> level == Annotation.Level.INDEX || level == Annotation.Level.INDEX_DESCRIPTOR);
        boolean one = request.platforms().size() == 1
                && request.image().attestations().isEmpty();
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
        BuildSources sources = new BuildSources(request, shop, images, tasks, progress);
        new StageGraph(dockerfile, request, request.platforms().getFirst(), sources).prefetchAll();
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
        BuildSources sources = new BuildSources(request, shop, images, tasks, progress);
        read = sources;
        sources.lookAhead(dockerfile);
        Solver solver = solver(sources, imports);
        List<StageGraph> graphs = request.platforms().stream()
                .map(platform -> new StageGraph(dockerfile, request, platform, sources))
                .toList();
        graphs.forEach(StageGraph::prefetch);
        List<Diagnostic> warnings = warnings(dockerfile, sources);
        List<PlatformBuild> platforms = new ArrayList<>();
        for (int i = 0; i < graphs.size(); i++) {
            ImageInProgress image = graphs.get(i).read();
            List<Task<Step>> steps = solver.begin(image.state);
            PlatformBuild platform = new PlatformBuild(request.platforms().get(i), image, steps);
            platforms.add(platform);
            caches.prepareInline(image.state, tasks);
            platform.pushes = tasks.start(() -> pushEarly(platform));
        }
        return finish(platforms, solver, sources, warnings);
    }

    /** One platform on its way. */
    private static final class PlatformBuild {
        private final Platform platform;
        private final ImageInProgress image;
        private final List<Task<Step>> steps;
        private @Nullable Task<List<Task<Boolean>>> pushes;

        private PlatformBuild(Platform platform, ImageInProgress image, List<Task<Step>> steps) {
            this.platform = platform;
            this.image = image;
            this.steps = steps;
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
        Solver solver = new Solver(tasks, progress, caches.over(imports), sources, times.latest(), work);
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
            List<PlatformBuild> platforms, Solver solver, BuildSources sources, List<Diagnostic> warnings)
            throws BuildFailedException, IOException, InterruptedException {
        ImageAssembler assembler = new ImageAssembler(shop.store().blobs(), request.image(), epoch);
        List<Assembled> assembled = new ArrayList<>();
        List<CacheRecord.Entry> entries = new ArrayList<>();
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
                cached += step.cached() ? 1 : 0;
            }
            Assembled image = assembler.platform(
                    build.image, build.platform, layers, caches.inline(build.image.state, own, layers));
            assembled.add(image);
            entries.addAll(own);
            results.put(
                    build.platform,
                    new BuildResult.PlatformResult(image.manifest(), image.config(), cached, build.steps.size()));
        }
        Map<Platform, byte[]> provenance = new LinkedHashMap<>();
        List<Descriptor> attestations = attest(platforms, assembled, sources, provenance);
        Descriptor index = assembler.index(assembled, attestations);
        shop.store().images().put(index.digest().toString(), index);
        awaitPushes(platforms);
        caches.export(entries, solver);
        if (cacheMounts != null) {
            cacheMounts.export();
        }
        Exports exports = new Exports(shop, mover, progress);
        for (Output output : request.outputs()) {
            exports.write(index, output, tasks);
        }
        return new BuildResult(index, results, warnings, ProvenanceDocument.texts(provenance));
    }

    /** Says about each platform's image what is wanted; adds the provenance to a map. */
    private List<Descriptor> attest(
            List<PlatformBuild> platforms,
            List<Assembled> assembled,
            BuildSources sources,
            Map<Platform, byte[]> provenance)
            throws BuildFailedException, IOException, InterruptedException {
        Attestations wanted = request.image().attestations();
        List<Descriptor> manifests = new ArrayList<>();
        if (wanted.isEmpty()) {
            return manifests;
        }
        AttestationManifests writer = new AttestationManifests(shop.store().blobs(), names());
        Instant finished = epoch == null ? shop.now() : Instant.ofEpochSecond(epoch);
        Instant begun = epoch == null ? started : finished;
        ProvenanceDocument document = new ProvenanceDocument(
                request,
                progress.masker(),
                new ProvenanceDocument.Run(begun, finished, epoch != null, sources.materials()));
        for (int i = 0; i < assembled.size(); i++) {
            Assembled image = assembled.get(i);
            List<Predicate> predicates = new ArrayList<>(sboms(image, wanted, finished));
            if (wanted.provenance() != null) {
                byte[] json = document.predicate(
                        image.platform(), platforms.get(i).image.stepNames());
                provenance.put(image.platform(), json);
                predicates.add(new Predicate(ProvenanceDocument.TYPE, json));
            }
            manifests.add(writer.write(image, predicates));
        }
        return manifests;
    }

    private List<Predicate> sboms(Assembled image, Attestations wanted, Instant time)
            throws BuildFailedException, IOException, InterruptedException {
        List<Predicate> predicates = new ArrayList<>();
        if (wanted.sbom().isEmpty()) {
            return predicates;
        }
        Progress.Vertex shown = progress.start("[" + image.platform() + "] scanning the packages of the image");
        Inventory.Found found =
                Inventory.scan(new ScannedFiles(new Exports(shop, mover, progress).tree(image.manifest(), tasks)));
        found.notes().forEach(progress::warn);
        for (SbomDocument.Format format : SbomDocument.Format.values()) {
            if (wanted.sbom().contains(format)) {
                byte[] json = SbomDocument.write(found, format, image.manifest().digest(), time);
                predicates.add(new Predicate(format.predicateType(), json));
            }
        }
        shown.finished(false, found.packages().size() + " packages");
        return predicates;
    }

    /** Every name that the image gets. */
    private List<Reference> names() {
        return request.outputs().stream()
                .flatMap(output -> switch (output) {
                    case Output.Push push -> push.names().stream();
                    case Output.Store store -> store.names().stream();
                    case Output.OciArchive archive -> archive.names().stream();
                    case Output.OciFolder folder -> folder.names().stream();
                    default -> Stream.<Reference>empty();
                })
                .map(Reference::withDefaultTag)
                .distinct()
                .toList();
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
