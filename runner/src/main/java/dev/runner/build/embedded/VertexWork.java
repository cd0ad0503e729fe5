package dev.runner.build.embedded;

import dev.runner.build.GitAddress;
import dev.runner.build.embedded.CopySources.Match;
import dev.runner.build.embedded.LayerPlan.NewFolder;
import dev.runner.build.embedded.Ownership.Owner;
import dev.runner.build.embedded.PlannedLayers.Written;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.buildkit.ContentHash;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.Accounts;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.Heredoc;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the layers of COPY, ADD and WORKDIR; hands RUN on. */
final class VertexWork implements Solver.Work {
    private final Store store;
    private final Layers layers;
    private final Tasks tasks;
    private final Downloads downloads;
    private final GitTrees git;
    private final RunWork runs;
    private final Times times;
    private final PlannedLayers planned;
    private final SharedPlans shared = new SharedPlans();

    VertexWork(Store store, Layers layers, Tasks tasks, Downloads downloads, GitTrees git, RunWork runs, Times times) {
        this.store = store;
        this.layers = layers;
        this.tasks = tasks;
        this.downloads = downloads;
        this.git = git;
        this.runs = runs;
        this.times = times;
        this.planned = new PlannedLayers(store, layers, tasks, times);
    }

    /**
     * The times a build writes.
     *
     * @param epoch {@code SOURCE_DATE_EPOCH} in seconds; null for none
     * @param rewrite whether no file may be later than that
     */
    record Times(Instant now, @Nullable Long epoch, boolean rewrite) {
        /** When what is made now was made. */
        Instant created() {
            return epoch == null ? Instant.now() : Instant.ofEpochSecond(epoch);
        }

        /** Of folders that are made, in nanoseconds since 1970. */
        long folders() {
            Instant time = latest() == null ? now : Instant.ofEpochSecond(latest());
            return time.getEpochSecond() * 1_000_000_000L + time.getNano();
        }

        /** The latest that a file may have, in nanoseconds since 1970; null for none. */
        @Nullable
        Long files() {
            return latest() == null ? null : latest() * 1_000_000_000L;
        }

        /** The latest that a file may have, in seconds since 1970; null for none. */
        @Nullable
        Long latest() {
            return rewrite ? epoch : null;
        }
    }

    @Override
    public LayerRef execute(Vertex vertex, List<LayerRef> below, Progress.Vertex shown, Solver.Keep keep)
            throws Exception {
        return switch (vertex) {
            case Vertex.Run run -> runs.execute(run, below, shown, keep);
            case Vertex.Copy copy -> copy(copy, below, keep);
            case Vertex.Workdir workdir -> workdir(workdir, below, keep);
        };
    }

    @Override
    public Explainer.Content content(Vertex.Copy copy, List<LayerRef> source) throws Exception {
        Vertex.Copy.Options options = copy.options;
        Leaves files = new Leaves();
        Digest digest = new CopySources(tree(source), options.parents(), options.excludes())
                .digest(VertexParts.paths(copy), files);
        return new Explainer.Content(digest, files);
    }

    @Override
    public Digest hashed(Vertex.Copy copy, List<LayerRef> source) throws Exception {
        return BuildKitKeys.selection(copy.sources).content(ContentHash.ofSnapshot(tree(source)));
    }

    private FileTree tree(List<LayerRef> source) throws Exception {
        return new ViewTree(MergedView.of(layers.snapshots(source, tasks)), store.files());
    }

    private LowerTree lower(List<LayerRef> below) throws Exception {
        List<Map<String, TarEntry>> indexes = new ArrayList<>();
        int at = below.size();
        while (at > 0) {
            Map<String, TarEntry> index = below.get(at - 1).index();
            if (index == null) {
                break;
            }
            indexes.add(index);
            at--;
        }
        return new LowerTree(
                indexes,
                MergedView.of(layers.snapshots(below.subList(0, at), tasks)),
                store.files(),
                () -> whole(below));
    }

    private FileTree whole(List<LayerRef> below) throws IOException {
        try {
            return tree(below);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private LayerRef workdir(Vertex.Workdir workdir, List<LayerRef> below, Solver.Keep keep) throws Exception {
        LayerPlan plan = new LayerPlan(lower(below));
        Owner owner = workdir.user.isEmpty() ? Owner.ROOT : owner(workdir.user, below);
        plan.makeFolders(plan.realPath(workdir.path), new NewFolder(owner.uid(), owner.gid(), 0755, times.folders()));
        return layer(planned.write(plan, workdir), workdir, keep);
    }

    private Owner owner(String text, List<LayerRef> below) throws IOException, InterruptedException {
        return Ownership.owner(text, () -> {
            if (below.isEmpty()) {
                return null;
            }
            try {
                return Accounts.of(MergedView.of(layers.snapshots(below, tasks)));
            } catch (dev.runner.build.BuildFailedException e) {
                throw new IOException(e);
            }
        });
    }

    private LayerRef copy(Vertex.Copy copy, List<LayerRef> below, Solver.Keep keep) throws Exception {
        Vertex.Copy.Options options = copy.options;
        // BuildKit makes no layer of its own of a COPY --link that has a --chmod.
        boolean link = options.link() && options.chmod() == null;
        LowerTree lower = link ? LowerTree.empty(store.files()) : lower(below);
        Owner owner = options.chown() == null ? null : owner(options.chown(), below);
        return switch (copy.from) {
            case Files.Context context ->
                layer(
                        shared.find(
                                copy, context.tree(), owner, lower, () -> write(copy, context.tree(), owner, lower)),
                        copy,
                        keep);
            case Files.Stage stage -> layer(write(copy, sourceTree(stage), owner, lower), copy, keep);
        };
    }

    private Written write(Vertex.Copy copy, FileTree tree, @Nullable Owner owner, LowerTree lower) throws Exception {
        Vertex.Copy.Options options = copy.options;
        LayerPlan plan = new LayerPlan(lower);
        ModeChange mode = options.chmod() == null ? null : ModeChange.parse(options.chmod());
        CopyPlanner planner =
                new CopyPlanner(plan, new CopyPlanner.Attributes(owner, mode, times.files(), times.folders()));
        Archives archives = new Archives(store.newTemporaryFolder(), layers.limits());
        CopySources sources = new CopySources(tree, options.parents(), options.excludes());
        for (String source : copy.sources) {
            if (GitAddress.isGit(source)) {
                repository(source, copy, planner);
                continue;
            }
            if (Downloads.isAddress(source)) {
                download(source, copy, planner, archives);
                continue;
            }
            for (Match match : sources.find(source)) {
                place(tree, match, copy, planner, archives);
            }
        }
        for (Heredoc document : copy.documents) {
            byte[] bytes = document.data().getBytes(StandardCharsets.UTF_8);
            planner.copyFile(
                    document.name(), 0644, times.folders(), bytes.length, CopyPlanner.bytes(bytes), copy.destination);
        }
        return planned.write(plan, copy);
    }

    /** A layer that this vertex's keys stand for as soon as it is packed. */
    private LayerRef layer(Written written, Vertex vertex, Solver.Keep keep) {
        Task<LayerRecord> record = tasks.start(() -> {
            try {
                return keep.keep(written.record().await());
            } catch (IOException | RuntimeException e) {
                throw Tasks.isCancellation(e) ? e : Failures.of(vertex, List.of(), e);
            }
        });
        return new LayerRef(record, written.files(), written.index());
    }

    private FileTree sourceTree(Files.Stage stage) throws Exception {
        return tree(runs.layers(stage.state()));
    }

    private static void place(FileTree tree, Match match, Vertex.Copy copy, CopyPlanner planner, Archives archives)
            throws IOException {
        ViewNode node = match.node();
        boolean archive = copy.options.unpack().local() && node.isFile() && Archives.isArchive(() -> tree.open(node));
        if (archive) {
            archives.unpack(() -> tree.open(node), planner, copy.destination);
        } else {
            planner.copy(tree, match, copy.destination);
        }
    }

    private void repository(String source, Vertex.Copy copy, CopyPlanner planner)
            throws IOException, InterruptedException {
        GitTrees.Tree repository = git.fetch(GitTrees.wanted(source, copy.options.remote()));
        CopySources sources = new CopySources(repository.files(), false, copy.options.excludes());
        for (Match match : sources.find(repository.folder())) {
            planner.copy(repository.files(), match, copy.destination);
        }
    }

    private void download(String source, Vertex.Copy copy, CopyPlanner planner, Archives archives)
            throws IOException, InterruptedException {
        String checksum = copy.options.remote().checksum();
        Downloads.File file = downloads.fetch(source, checksum == null ? null : Digest.parse(checksum));
        if (copy.options.unpack().remote()
                && Archives.isArchive(() -> store.blobs().open(file.digest()))) {
            archives.unpack(() -> store.blobs().open(file.digest()), planner, copy.destination);
            return;
        }
        LayerPlan.Content content = new LayerPlan.Content() {
            @Override
            public java.io.InputStream open() throws IOException {
                return store.blobs().open(file.digest());
            }

            @Override
            public Digest digest() {
                return file.digest();
            }
        };
        planner.copyFile(file.name(), 0600, file.mtime(), file.size(), content, copy.destination);
    }
}
