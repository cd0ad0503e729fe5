package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.cache.ContextNames;
import dev.runner.dockerfile.Mount;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names the parts of contexts and stages that an image depends on, for caches. Where a content is not known by git's name
 * yet, its files are read once more: by git's index alone nobody could tell what they are. What is copied from a stage has
 * BuildKit's name alone, and is found by the key that the copy has here.
 */
final class NamedContexts {
    private final ContextNaming naming;
    private final VertexKeys.ContentDigests contents;
    private final Solver solver;
    private final @Nullable BuildKitKeys buildkit;

    /** @param buildkit what was asked of it before; null where BuildKit's digests are not wanted */
    NamedContexts(
            ContextNaming naming, VertexKeys.ContentDigests contents, Solver solver, @Nullable BuildKitKeys buildkit) {
        this.naming = naming;
        this.contents = contents;
        this.solver = solver;
        this.buildkit = buildkit;
    }

    private record Read(ContextTree tree, List<String> sources, boolean parents, List<String> excludes) {}

    /** What all that a state is made from is called, in the order of its vertices. */
    List<ContextNames> of(State state) throws BuildFailedException, IOException, InterruptedException {
        Set<Read> reads = new LinkedHashSet<>();
        add(state, reads);
        List<ContextNames> all = new ArrayList<>();
        for (Read read : reads) {
            ContextNames names = names(read);
            if (names.isUseful()) {
                all.add(names);
            }
        }
        if (buildkit != null) {
            addStages(state, buildkit, all);
        }
        return all.stream().distinct().toList();
    }

    /** A copy that nobody had to make tells nothing of the stage below it, which was not solved. */
    private void addStages(State state, BuildKitKeys theirs, List<ContextNames> all)
            throws BuildFailedException, IOException, InterruptedException {
        for (Vertex vertex : Solver.chain(state)) {
            if (vertex instanceof Vertex.Copy copy && copy.from instanceof Files.Stage stage) {
                ContextNames names = copied(copy, theirs);
                if (names != null) {
                    all.add(names);
                }
                Solver.Step step = solver.known(copy);
                if (step != null && !step.cached()) {
                    addStages(stage.state(), theirs, all);
                }
            }
        }
    }

    /** What a COPY reads of a stage is called by BuildKit; its keys are told. Null when that is not known. */
    @Nullable
    ContextNames copied(Vertex.Copy copy, BuildKitKeys theirs)
            throws BuildFailedException, IOException, InterruptedException {
        Solver.Step step = solver.known(copy);
        if (step == null || BuildKitCopy.isOdd(copy)) {
            return null;
        }
        Digest selection = KeyHash.of("stage/1").add(copy.sources).finish();
        ContextNames names = naming.ofContent(selection, step.effective());
        if (names == null) {
            Digest content = solver.hashed(copy);
            if (content == null) {
                return null;
            }
            names = new ContextNames(selection, step.effective(), null, content);
            naming.keep(names);
        }
        if (names.buildkit() != null) {
            theirs.learn(copy, names.buildkit());
        }
        return names;
    }

    private static void add(State state, Set<Read> reads) {
        for (Vertex vertex : Solver.chain(state)) {
            switch (vertex) {
                case Vertex.Copy copy -> {
                    List<String> paths = VertexParts.paths(copy);
                    if (!paths.isEmpty()) {
                        add(copy.from, paths, copy.options.parents(), copy.options.excludes(), reads);
                    }
                }
                case Vertex.Run run -> {
                    for (MountFrom from : run.mounts) {
                        if (from.mount() instanceof Mount.Bind bind && from.files() != null) {
                            add(from.files(), List.of(bind.source()), false, List.of(), reads);
                        }
                    }
                }
                case Vertex.Workdir workdir -> {}
            }
        }
    }

    private static void add(
            Files files, List<String> sources, boolean parents, List<String> excludes, Set<Read> reads) {
        switch (files) {
            case Files.Context context -> reads.add(new Read(context.tree(), sources, parents, excludes));
            case Files.Stage stage -> add(stage.state(), reads);
        }
    }

    private ContextNames names(Read read) throws IOException, InterruptedException {
        Digest selection = ContextNaming.selection(read.sources, read.parents, read.excludes);
        Digest content = contents.context(read.tree, read.sources, read.parents, read.excludes);
        ContextNames known = naming.ofContent(selection, content);
        Digest git = known != null && known.git() != null ? known.git() : git(read);
        Digest theirs = buildkit == null ? null : buildkit.asked(read.tree, read.sources);
        if (theirs == null && known != null && buildkit == null) {
            theirs = known.buildkit();
        }
        ContextNames names = new ContextNames(selection, content, git, theirs);
        if (names.isUseful() && !names.equals(known)) {
            naming.keep(names);
        }
        return names;
    }

    private static @Nullable Digest git(Read read) throws IOException {
        return read.tree.isInGit()
                ? new CopySources(read.tree, read.parents, read.excludes).named(read.sources, read.tree::object)
                : null;
    }
}
