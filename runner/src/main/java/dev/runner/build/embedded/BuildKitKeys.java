package dev.runner.build.embedded;

import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.CacheKey.Input;
import dev.runner.build.embedded.buildkit.Chown;
import dev.runner.build.embedded.buildkit.ContentHash;
import dev.runner.build.embedded.buildkit.FileAction;
import dev.runner.build.embedded.buildkit.FileOperation;
import dev.runner.build.embedded.buildkit.ImageSource;
import dev.runner.build.embedded.buildkit.Selection;
import dev.runner.dockerfile.GoMatch;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which BuildKit knows vertices, as its Dockerfile front-end would make them of the same text.
 *
 * <p>Not every vertex has one. A RUN has none with secrets, an SSH agent, hosts, a host name or limits of its own, nor with
 * a cache that begins as a copy; a COPY or ADD none with {@code --parents}, {@code --exclude}, a backslash in a path, or an
 * address. Nor has anything over a vertex that has none, and nothing has one with {@code SOURCE_DATE_EPOCH}, for which the
 * two engines set different times. Where there is no key, BuildKit's caches are not asked, and are told nothing.
 */
final class BuildKitKeys {
    private final Map<Vertex, Known> known = new IdentityHashMap<>();
    private final Map<Base, List<CacheKey>> bases = new IdentityHashMap<>();
    private final Map<Read, Digest> contents = new HashMap<>();
    private final Map<Vertex.Copy, Digest> copied = new IdentityHashMap<>();
    private Remembered remembered = (tree, sources) -> null;

    /** A key, or that there is none. */
    private record Known(@Nullable CacheKey key) {}

    private record Read(ContextTree tree, Selection selection) {}

    /** Digests of contents that need not be read again. */
    @FunctionalInterface
    interface Remembered {
        /** Null when nobody knows. */
        @Nullable
        Digest digest(ContextTree tree, List<String> sources) throws IOException;
    }

    synchronized void remember(Remembered digests) {
        remembered = digests;
    }

    /** The digest of what a COPY reads, if a key was made of it. */
    synchronized @Nullable Digest asked(ContextTree tree, List<String> sources) {
        return contents.get(new Read(tree, selection(sources)));
    }

    /** BuildKit's digest of what a COPY reads of a stage: from now on it stands beside the stage's definition. */
    synchronized void learn(Vertex.Copy copy, Digest content) {
        if (!content.equals(copied.put(copy, content))) {
            // Keys of all that lies over it, or copies from there, are other keys now.
            known.clear();
        }
    }

    /** The digest of what a COPY reads of a stage; null while nobody knows. */
    synchronized @Nullable Digest learnt(Vertex.Copy copy) {
        return copied.get(copy);
    }

    static Selection selection(List<String> sources) {
        return new Selection(
                sources.stream().map(source -> "/" + CopySources.clean(source)).toList());
    }

    /** The key of a vertex; null when it has none. */
    synchronized @Nullable CacheKey key(Vertex vertex) throws IOException {
        List<CacheKey> keys = keys(vertex.before().then(vertex));
        return keys == null ? null : keys.getFirst();
    }

    /** The keys of a state, each as good as the others: empty for no files at all, null when there are none. */
    @Nullable
    List<CacheKey> keys(State state) throws IOException {
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
            case Vertex.Run run -> new BuildKitRun(this, run, below).key();
            case Vertex.Copy copy -> BuildKitCopy.key(this, copy, below);
            case Vertex.Workdir workdir -> workdir(workdir, below);
        };
    }

    private static @Nullable CacheKey workdir(Vertex.Workdir workdir, List<CacheKey> below) {
        Chown owner = workdir.user.isEmpty() ? null : Chown.parse(workdir.user);
        if (below.isEmpty() && owner != null && owner.named()) {
            return null;
        }
        FileAction mkdir = new FileAction.Mkdir("/" + CopySources.clean(workdir.path), 0755, true, owner);
        int base = below.isEmpty() ? -1 : 0;
        FileOperation operation = new FileOperation(base, base + 1, List.of(new FileOperation.Step(mkdir, -1)));
        return CacheKey.of(operation.digest(), base < 0 ? List.of() : List.of(inputs(below, null)));
    }

    /** What a COPY reads of a context. */
    CacheKey copied(ContextTree tree, List<String> sources) throws IOException {
        Read read = new Read(tree, selection(sources));
        // Of what matches a pattern, this engine's digest leaves out what BuildKit's has: folders' names.
        if (!contents.containsKey(read) && sources.stream().noneMatch(GoMatch::hasWildcard)) {
            Digest digest = remembered.digest(tree, sources);
            if (digest != null) {
                contents.put(read, digest);
            }
        }
        return content(tree, read.selection);
    }

    /** What a context has where it is read. */
    CacheKey content(ContextTree tree, Selection selection) throws IOException {
        Read read = new Read(tree, selection);
        Digest digest = contents.get(read);
        if (digest == null) {
            digest = selection.content(ContentHash.ofContext(tree.hashed()));
            contents.put(read, digest);
        }
        return CacheKey.content(digest);
    }

    static List<Input> inputs(List<CacheKey> keys, @Nullable Digest selector) {
        return keys.stream().map(key -> new Input(key, selector)).toList();
    }
}
