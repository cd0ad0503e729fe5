package dev.runner.build.embedded;

import static java.util.Objects.requireNonNull;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.cache.Made;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the layers of a state: by their keys where they are known, else by running what makes them.
 *
 * <p>Every vertex of a chain is looked up as soon as the key below it is known, and runs as soon as the layers below it are
 * there; nothing that only a known result would need runs at all. A stage that a COPY reads is solved when that COPY is
 * not known; all such stages of a chain start together. Vertices with equal keys, of other platforms or stages, run once.
 */
final class Solver {
    private final Tasks tasks;
    private final Progress progress;
    private final VertexCache cache;
    private final VertexKeys keys;
    private final VertexKeys.ContentDigests contents;
    private final Explainer explainer;
    private final Work work;
    private final Map<Vertex, Task<Digest>> definitions = new IdentityHashMap<>();
    private final Map<Vertex, Task<Step>> steps = new IdentityHashMap<>();
    private final Map<Digest, Task<LayerRef>> running = new ConcurrentHashMap<>();
    private final Map<Digest, Task<Explainer.Reasoned>> reasons = new ConcurrentHashMap<>();
    private final Map<Vertex.Copy, List<LayerRef>> read = new ConcurrentHashMap<>();
    private final Map<Vertex.Copy, Task<Digest>> hashes = new ConcurrentHashMap<>();
    private final Set<Digest> announced = ConcurrentHashMap.newKeySet();

    Solver(
            Tasks tasks,
            Progress progress,
            VertexCache cache,
            VertexKeys.ContentDigests contents,
            @Nullable Long epoch,
            Explainer explainer,
            Work work) {
        this.tasks = tasks;
        this.progress = progress;
        this.cache = cache;
        this.contents = new WithStages(contents);
        this.keys = new VertexKeys(epoch, this.contents);
        this.explainer = explainer;
        this.work = work;
    }

    /** Makes layers. */
    interface Work {
        /**
         * Runs a vertex over the layers below it, bottom first.
         *
         * @param keep takes the record when the layer is packed, with the vertex's keys
         */
        LayerRef execute(Vertex vertex, List<LayerRef> below, Progress.Vertex shown, Keep keep) throws Exception;

        /** What a COPY reads from a stage. */
        Explainer.Content content(Vertex.Copy copy, List<LayerRef> source) throws Exception;

        /** The same by BuildKit's digest. */
        Digest hashed(Vertex.Copy copy, List<LayerRef> source) throws Exception;
    }

    /** Notes a result under the keys of its vertex, and gives it back with its effective key. */
    @FunctionalInterface
    interface Keep {
        LayerRecord keep(LayerRecord made) throws IOException;
    }

    /**
     * What is known of a vertex.
     *
     * @param definition the key by which another machine finds its layer first
     */
    record Step(Digest definition, Digest effective, boolean cached, Task<LayerRef> layer) {
        /** As caches keep it, when its layer is packed. */
        CacheRecord.Entry entry() throws BuildFailedException, IOException, InterruptedException {
            return new CacheRecord.Entry(
                    List.of(definition, effective), layer.await().awaitRecord().withEffective(effective));
        }
    }

    /** The vertices of a state, bottom first. */
    static List<Vertex> chain(State state) {
        List<Vertex> topFirst = new ArrayList<>();
        for (Vertex at = state.last(); at != null; at = at.before().last()) {
            topFirst.add(at);
        }
        return topFirst.reversed();
    }

    /** Begins to solve a state; the steps of its vertices, bottom first. */
    List<Task<Step>> begin(State state) {
        List<Vertex> chain = chain(state);
        boolean read = false;
        for (Vertex vertex : chain.reversed()) {
            if (read) {
                vertex.willBeRead();
            }
            read |= vertex.readsBelow();
        }
        chain.forEach(this::definition);
        cache.expect(chain);
        for (Vertex vertex : chain) {
            prefetchSources(vertex);
        }
        List<Task<Step>> all = new ArrayList<>();
        Task<Step> below = null;
        for (Vertex vertex : chain) {
            below = step(vertex, below);
            all.add(below);
        }
        return all;
    }

    /** The layers of a state, bottom first, those of its base too. */
    List<LayerRef> layers(State state) throws BuildFailedException, IOException, InterruptedException {
        List<LayerRef> layers = new ArrayList<>(state.base().layers());
        for (Task<Step> step : begin(state)) {
            layers.add(step.await().layer().await());
        }
        return layers;
    }

    /** Every vertex that was looked up, of all stages. */
    List<Step> known() throws BuildFailedException, IOException, InterruptedException {
        List<Task<Step>> all;
        synchronized (steps) {
            all = List.copyOf(steps.values());
        }
        List<Step> known = new ArrayList<>();
        for (Task<Step> step : all) {
            known.add(step.await());
        }
        return known;
    }

    /** The layers of every vertex that was looked up, those that it lies on too, bottom first. */
    Map<Vertex, List<LayerRecord>> made() throws BuildFailedException, IOException, InterruptedException {
        Set<Vertex> all;
        synchronized (steps) {
            all = Set.copyOf(steps.keySet());
        }
        Map<Vertex, List<LayerRecord>> made = new LinkedHashMap<>();
        for (Vertex vertex : all) {
            List<LayerRecord> layers = new ArrayList<>();
            for (LayerRef layer : layers(vertex.before().then(vertex))) {
                layers.add(layer.awaitRecord());
            }
            made.put(vertex, layers);
        }
        return made;
    }

    private Task<Digest> definition(Vertex vertex) {
        synchronized (definitions) {
            Task<Digest> known = definitions.get(vertex);
            if (known == null) {
                Vertex last = vertex.before().last();
                Task<Digest> before =
                        last == null ? Task.done(vertex.before().base().key()) : definitions.get(last);
                Task<Digest> below = before == null ? tasks.start(() -> definition(vertex.before())) : before;
                known = tasks.start(() -> attributed(vertex, () -> keys.key(vertex, below.await())));
                definitions.put(vertex, known);
            }
            return known;
        }
    }

    private Digest definition(State state) throws BuildFailedException, IOException, InterruptedException {
        Task<Digest> last = Task.done(state.base().key());
        for (Vertex vertex : chain(state)) {
            last = definition(vertex);
        }
        return last.await();
    }

    /** Stages that an unknown COPY reads will be needed: they start now, side by side. */
    private void prefetchSources(Vertex vertex) {
        if (vertex instanceof Vertex.Copy copy
                && copy.from instanceof Files.Stage stage
                && stage.state().last() != null) {
            boolean first;
            synchronized (steps) {
                first = !steps.containsKey(vertex);
            }
            if (first) {
                chain(stage.state()).forEach(Vertex::willBeRead);
                tasks.start(() -> {
                    Digest definition = definition(vertex).await();
                    if (vertex.noCache() || cache.find(definition) == null && !cache.mayBeBuildKits(vertex)) {
                        begin(stage.state());
                    }
                    return definition;
                });
            }
        }
    }

    private Task<Step> step(Vertex vertex, @Nullable Task<Step> below) {
        synchronized (steps) {
            Task<Step> known = steps.get(vertex);
            if (known == null) {
                known = tasks.start(() -> attributed(vertex, () -> find(vertex, below)));
                steps.put(vertex, known);
            }
            return known;
        }
    }

    private Step find(Vertex vertex, @Nullable Task<Step> below) throws Exception {
        Digest definition = definition(vertex).await();
        Step under = below == null ? null : below.await();
        Digest before = under == null ? vertex.before().base().key() : under.effective();
        LayerRecord hit = lookUp(vertex, definition);
        if (hit != null) {
            return known(vertex, definition, hit);
        }
        Digest primary = keys.key(vertex, before);
        hit = primary.equals(definition) ? null : lookUp(vertex, primary);
        if (hit != null) {
            cache.keep(definition, hit);
            return known(vertex, definition, hit);
        }
        hit = lookUpBuildKits(vertex, primary);
        if (hit != null) {
            cache.keep(definition, hit);
            cache.keep(primary, hit);
            return known(vertex, definition, hit);
        }
        Digest effective = primary;
        Explainer.Content content = null;
        if (vertex instanceof Vertex.Copy copy && copy.from instanceof Files.Stage stage) {
            List<LayerRef> source = layers(stage.state());
            content = work.content(copy, source);
            read.put(copy, source);
            effective = keys.copied(copy, before, content.digest());
            hit = lookUp(vertex, effective);
            hit = hit == null ? lookUpByContent(copy, effective) : hit;
            if (hit != null) {
                cache.keep(definition, hit);
                cache.keep(primary, hit);
                return known(vertex, definition, hit);
            }
        }
        Task<Explainer.Reasoned> underneath = under == null ? null : reasons.get(under.effective());
        return start(
                new Explainer.Missed(vertex, before, underneath, effective, contents, content),
                keySet(definition, primary, effective));
    }

    /** BuildKit's digest of what a COPY reads of a stage; null when it has none, or this build had no need to read it. */
    @Nullable
    Digest hashed(Vertex.Copy copy) throws BuildFailedException, IOException, InterruptedException {
        List<LayerRef> source = read.get(copy);
        if (source == null || BuildKitCopy.isOdd(copy)) {
            return null;
        }
        try {
            return hashes.computeIfAbsent(copy, key -> tasks.startFor(() -> work.hashed(copy, source)))
                    .await();
        } catch (NoSuchFileException e) {
            return null; // A link that leads nowhere is copied as it is; by its content it has no digest.
        }
    }

    /** The step of a vertex; null when nobody has asked for it. */
    @Nullable
    Step known(Vertex vertex) throws BuildFailedException, IOException, InterruptedException {
        Task<Step> step;
        synchronized (steps) {
            step = steps.get(vertex);
        }
        return step == null ? null : step.await();
    }

    private static Set<Digest> keySet(Digest definition, Digest primary, Digest effective) {
        Set<Digest> all = new java.util.LinkedHashSet<>(List.of(definition));
        all.add(primary);
        all.add(effective);
        return all;
    }

    private @Nullable LayerRecord lookUp(Vertex vertex, Digest key)
            throws BuildFailedException, IOException, InterruptedException {
        return vertex.noCache() ? null : cache.find(key);
    }

    /** BuildKit's layer of what was copied from a stage that may have been made otherwise. */
    private @Nullable LayerRecord lookUpByContent(Vertex.Copy copy, Digest effective)
            throws BuildFailedException, IOException, InterruptedException {
        Digest content = copy.noCache() || !cache.hasBuildKits() ? null : hashed(copy);
        if (content == null) {
            return null;
        }
        cache.learn(copy, content);
        LayerRecord hit = lookUpBuildKits(copy, effective);
        if (hit != null) {
            cache.keep(effective, hit);
        }
        return hit;
    }

    /** BuildKit's layer, if all that it was made over is known too. */
    private @Nullable LayerRecord lookUpBuildKits(Vertex vertex, Digest effective)
            throws BuildFailedException, IOException, InterruptedException {
        if (vertex.noCache() || !cache.mayBeBuildKits(vertex)) {
            return null;
        }
        List<Digest> below = new ArrayList<>();
        for (LayerRef layer : vertex.before().base().layers()) {
            below.add(layer.awaitRecord().diffId());
        }
        for (Task<Step> task : begin(vertex.before())) {
            Step step = task.await();
            if (!step.cached()) {
                return null;
            }
            below.add(step.layer().await().awaitRecord().diffId());
        }
        LayerRecord hit = cache.findBuildKits(vertex, below);
        return hit == null ? null : hit.withEffective(effective);
    }

    private Step known(Vertex vertex, Digest definition, LayerRecord hit) {
        if (announced.add(hit.effective())) {
            progress.start(vertex.where().name()).finished(true, null);
        }
        return new Step(definition, hit.effective(), true, Task.done(LayerRef.of(hit)));
    }

    /** @param all the keys of the vertex, the definition first */
    private Step start(Explainer.Missed missed, Set<Digest> all) {
        Vertex vertex = missed.vertex();
        announced.add(missed.key());
        Keep keep = made -> {
            LayerRecord record = made.withEffective(missed.key()).withMade(from(missed));
            for (Digest key : all) {
                cache.keep(key, record);
            }
            return record;
        };
        reasons.computeIfAbsent(missed.key(), key -> tasks.startFor(() -> explainer.explain(missed)));
        Task<LayerRef> layer = running.computeIfAbsent(
                missed.key(), key -> tasks.start(() -> attributed(vertex, () -> execute(missed, keep))));
        return new Step(all.iterator().next(), missed.key(), false, layer);
    }

    /** What a layer is made from, for caches. */
    private @Nullable Made from(Explainer.Missed missed) throws IOException {
        try {
            return requireNonNull(reasons.get(missed.key())).await().made();
        } catch (BuildFailedException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private LayerRef execute(Explainer.Missed missed, Keep keep) throws Exception {
        Vertex vertex = missed.vertex();
        List<LayerRef> below = layers(vertex.before());
        Progress.Vertex shown = progress.start(vertex.where().name());
        try {
            LayerRef layer = work.execute(vertex, below, shown, keep);
            Explainer.Reasoned reasoned =
                    requireNonNull(reasons.get(missed.key())).await();
            reasoned.remember().run();
            shown.finished(false, reasoned.miss());
            return layer;
        } catch (Exception e) {
            boolean cancelled = Tasks.isCancellation(e);
            shown.failed(cancelled, cancelled ? "cancelled" : String.valueOf(e.getMessage()));
            throw cancelled || e instanceof BuildFailedException ? e : Failures.of(vertex, shown.tail(), e);
        }
    }

    private static <T> T attributed(Vertex vertex, java.util.concurrent.Callable<T> body) throws Exception {
        try {
            return body.call();
        } catch (BuildFailedException e) {
            throw e;
        } catch (Exception e) {
            throw Tasks.isCancellation(e) ? e : Failures.of(vertex, List.of(), e);
        }
    }

    /** Adds what only the solver knows. */
    private final class WithStages implements VertexKeys.ContentDigests {
        private final VertexKeys.ContentDigests contents;

        private WithStages(VertexKeys.ContentDigests contents) {
            this.contents = contents;
        }

        @Override
        public Digest context(ContextTree tree, List<String> sources, boolean parents, List<String> excludes)
                throws IOException, InterruptedException {
            return contents.context(tree, sources, parents, excludes);
        }

        @Override
        public Digest address(String address, Vertex.Copy.Remote wanted) throws IOException, InterruptedException {
            return contents.address(address, wanted);
        }

        @Override
        public Digest stage(State state) throws IOException, InterruptedException {
            try {
                return definition(state);
            } catch (BuildFailedException e) {
                throw new IOException(e);
            }
        }
    }
}
