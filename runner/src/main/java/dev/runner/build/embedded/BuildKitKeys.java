package dev.runner.build.embedded;

import dev.runner.build.NetworkMode;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.CacheKey.Input;
import dev.runner.build.embedded.buildkit.Chown;
import dev.runner.build.embedded.buildkit.ContentHash;
import dev.runner.build.embedded.buildkit.ExecOperation;
import dev.runner.build.embedded.buildkit.FileAction;
import dev.runner.build.embedded.buildkit.FileOperation;
import dev.runner.build.embedded.buildkit.ImageSource;
import dev.runner.build.embedded.buildkit.MergeOperation;
import dev.runner.build.embedded.buildkit.Selection;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which BuildKit knows vertices, as its Dockerfile front-end would make them of the same text.
 *
 * <p>Not every vertex has one. A RUN has none with mounts, hosts or limits of its own; a COPY or ADD none with {@code
 * --parents}, {@code --exclude}, a backslash in a path, or an address. Nor has anything over a vertex that has none, and
 * nothing has one with {@code SOURCE_DATE_EPOCH}, for which the two engines set different times. Where there is no key,
 * BuildKit's caches are not asked, and are told nothing.
 */
final class BuildKitKeys {
    private final Map<Vertex, Known> known = new IdentityHashMap<>();
    private final Map<Base, List<CacheKey>> bases = new IdentityHashMap<>();
    private final Map<Read, Digest> contents = new HashMap<>();

    /** A key, or that there is none. */
    private record Known(@Nullable CacheKey key) {}

    private record Read(ContextTree tree, Selection selection) {}

    /** The key of a vertex; null when it has none. */
    synchronized @Nullable CacheKey key(Vertex vertex) throws IOException {
        List<CacheKey> keys = keys(vertex.before().then(vertex));
        return keys == null ? null : keys.getFirst();
    }

    /** The keys of a state, each as good as the others: empty for no files at all, null when there are none. */
    private @Nullable List<CacheKey> keys(State state) throws IOException {
        List<Vertex> chain = Solver.chain(state);
        List<CacheKey> keys = base(state.base(), chain);
        for (Vertex vertex : chain) {
            Known found = known.get(vertex);
            if (found == null) {
                found = new Known(key(vertex, keys));
                known.put(vertex, found);
            }
            if (found.key() == null) {
                return null;
            }
            keys = List.of(found.key());
        }
        return keys;
    }

    /** Which platform of an index is meant only a vertex says; the files alone stand for the image else. */
    private List<CacheKey> base(Base base, List<Vertex> chain) {
        if (base.config().diffIds().isEmpty()) {
            return List.of();
        }
        if (chain.isEmpty()) {
            return ImageSource.keys(
                    null, base.config().platform(), base.config().diffIds());
        }
        return bases.computeIfAbsent(base, image -> {
            Reference name = BaseImages.tryParse(image.name());
            return ImageSource.keys(
                    name == null ? null : name.digest(),
                    chain.getFirst().where().platform(),
                    image.config().diffIds());
        });
    }

    private @Nullable CacheKey key(Vertex vertex, List<CacheKey> below) throws IOException {
        return switch (vertex) {
            case Vertex.Run run -> run(run, below);
            case Vertex.Copy copy -> copy(copy, below);
            case Vertex.Workdir workdir -> workdir(workdir, below);
        };
    }

    private static @Nullable CacheKey run(Vertex.Run run, List<CacheKey> below) {
        Vertex.Isolation isolation = run.isolation;
        boolean plain = run.mounts.isEmpty()
                && run.command.script() == null
                && isolation.extraHosts().isEmpty()
                && isolation.limits().equals(Limits.NONE);
        if (!plain || below.isEmpty()) {
            return null;
        }
        List<String> environment = new ArrayList<>();
        run.command.environment().forEach((name, value) -> environment.add(name + "=" + value));
        String directory = run.command.directory();
        ExecOperation operation = new ExecOperation(
                run.command.arguments(),
                environment,
                directory.isEmpty() ? "/" : directory,
                run.command.user(),
                network(isolation),
                isolation.insecure(),
                run.where().platform());
        return CacheKey.of(operation.digest(), List.of(inputs(below, ExecOperation.SELECTOR)));
    }

    private static ExecOperation.Network network(Vertex.Isolation isolation) {
        return isolation.network() == NetworkMode.NONE
                ? ExecOperation.Network.NONE
                : isolation.networkAsked() ? ExecOperation.Network.HOST : ExecOperation.Network.SANDBOX;
    }

    private static @Nullable CacheKey workdir(Vertex.Workdir workdir, List<CacheKey> below) {
        Chown owner = workdir.user.isEmpty() ? null : Chown.parse(workdir.user);
        if (below.isEmpty() && owner != null && owner.named()) {
            return null;
        }
        FileAction mkdir = new FileAction.Mkdir("/" + CopySources.clean(workdir.path), owner);
        int base = below.isEmpty() ? -1 : 0;
        FileOperation operation = new FileOperation(base, base + 1, List.of(new FileOperation.Step(mkdir, -1)));
        return CacheKey.of(operation.digest(), base < 0 ? List.of() : List.of(inputs(below, null)));
    }

    private @Nullable CacheKey copy(Vertex.Copy copy, List<CacheKey> below) throws IOException {
        Vertex.Copy.Options options = copy.options;
        // BuildKit makes no layer of its own of a COPY --link that has a --chmod.
        boolean link = options.link() && options.chmod() == null;
        List<CacheKey> base = link ? List.of() : below;
        boolean named = options.chown() != null && Chown.parse(options.chown()).named();
        boolean odd = copy.sources.stream().anyMatch(source -> Downloads.isRemote(source) || source.contains("\\"));
        if (odd || options.parents() || !options.excludes().isEmpty() || named && base.isEmpty()) {
            return null;
        }
        CopyInputs inputs = new CopyInputs(copy, base);
        if (!copy.sources.isEmpty() && !inputs.addFiles(this)) {
            return null;
        }
        copy.documents.forEach(inputs::addDocument);
        CacheKey key = inputs.key();
        return link && !below.isEmpty()
                ? CacheKey.of(MergeOperation.digest(), List.of(inputs(below, null), inputs(List.of(key), null)))
                : key;
    }

    private Digest content(ContextTree tree, Selection selection) throws IOException {
        Read read = new Read(tree, selection);
        Digest digest = contents.get(read);
        if (digest == null) {
            digest = selection.content(ContentHash.ofContext(tree));
            contents.put(read, digest);
        }
        return digest;
    }

    private static List<Input> inputs(List<CacheKey> keys, @Nullable Digest selector) {
        return keys.stream().map(key -> new Input(key, selector)).toList();
    }

    /** Puts the inputs and actions of one COPY together. */
    private static final class CopyInputs {
        private final Vertex.Copy copy;
        private final int base;
        private final @Nullable Chown owner;
        private final List<List<Input>> inputs = new ArrayList<>();
        private final List<FileOperation.Step> steps = new ArrayList<>();

        private CopyInputs(Vertex.Copy copy, List<CacheKey> below) {
            this.copy = copy;
            this.base = below.isEmpty() ? -1 : 0;
            this.owner = copy.options.chown() == null ? null : Chown.parse(copy.options.chown());
            if (!below.isEmpty()) {
                inputs.add(inputs(below, null));
            }
        }

        /** False when what is copied has no key. */
        private boolean addFiles(BuildKitKeys keys) throws IOException {
            Selection selection = new Selection(copy.sources.stream()
                    .map(source -> "/" + CopySources.clean(source))
                    .toList());
            int source = inputs.size();
            switch (copy.from) {
                case Files.Context context ->
                    inputs.add(inputs(List.of(CacheKey.content(keys.content(context.tree(), selection))), null));
                case Files.Stage stage -> {
                    if (base == 0 && stage.state().equals(copy.before())) {
                        source = 0;
                        break;
                    }
                    List<CacheKey> from = keys.keys(stage.state());
                    if (from == null || from.isEmpty()) {
                        return false;
                    }
                    inputs.add(inputs(from, selection.selector()));
                }
            }
            FileAction.Kind kind = copy.options.unpack().local() ? FileAction.Kind.ARCHIVES : FileAction.Kind.FILES;
            for (String path : selection.paths()) {
                add(path, kind, source);
            }
            return true;
        }

        private void addDocument(dev.runner.dockerfile.Heredoc document) {
            String path = "/" + CopySources.clean(document.name());
            byte[] data = document.data().getBytes(StandardCharsets.UTF_8);
            FileOperation made =
                    new FileOperation(-1, 0, List.of(new FileOperation.Step(new FileAction.Mkfile(path, data), -1)));
            add(path, FileAction.Kind.DOCUMENT, inputs.size());
            inputs.add(inputs(List.of(CacheKey.of(made.digest(), List.of())), new Selection(List.of(path)).selector()));
        }

        private void add(String path, FileAction.Kind kind, int source) {
            FileAction action = new FileAction.Copy(path, copy.destination, owner, copy.options.chmod(), kind);
            steps.add(new FileOperation.Step(action, source));
        }

        private CacheKey key() {
            return CacheKey.of(new FileOperation(base, inputs.size(), steps).digest(), inputs);
        }
    }
}
