package dev.runner.build.embedded;

import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.CacheKey.Input;
import dev.runner.build.embedded.buildkit.Chown;
import dev.runner.build.embedded.buildkit.FileAction;
import dev.runner.build.embedded.buildkit.FileOperation;
import dev.runner.build.embedded.buildkit.MergeOperation;
import dev.runner.build.embedded.buildkit.Selection;
import dev.runner.dockerfile.Heredoc;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key by which BuildKit knows a COPY or ADD: an action for each source, over inputs that are each there once. A stage
 * that is copied from may be known by its definition, or by the content that is read of it.
 */
final class BuildKitCopy {
    private static final int MODE = 0644;

    private final BuildKitKeys keys;
    private final Vertex.Copy copy;
    private final int base;
    private final @Nullable Chown owner;
    private final List<List<Input>> inputs = new ArrayList<>();
    private final List<FileOperation.Step> steps = new ArrayList<>();

    private BuildKitCopy(BuildKitKeys keys, Vertex.Copy copy, List<CacheKey> below) {
        this.keys = keys;
        this.copy = copy;
        this.base = below.isEmpty() ? -1 : 0;
        this.owner = copy.options.chown() == null ? null : Chown.parse(copy.options.chown());
        if (!below.isEmpty()) {
            inputs.add(BuildKitKeys.inputs(below, null));
        }
    }

    /** Null when there is none. */
    static @Nullable CacheKey key(BuildKitKeys keys, Vertex.Copy copy, List<CacheKey> below) throws IOException {
        if (isOdd(copy)) {
            return null;
        }
        Vertex.Copy.Options options = copy.options;
        // BuildKit makes no layer of its own of a COPY --link that has a --chmod.
        boolean link = options.link() && options.chmod() == null;
        CacheKey copied = new BuildKitCopy(keys, copy, link ? List.of() : below).key();
        if (copied == null || !link || below.isEmpty()) {
            return copied;
        }
        return CacheKey.of(
                MergeOperation.digest(),
                List.of(BuildKitKeys.inputs(below, null), BuildKitKeys.inputs(List.of(copied), null)));
    }

    /** Whether it reads by means that have no key. */
    static boolean isOdd(Vertex.Copy copy) {
        return copy.options.parents()
                || !copy.options.excludes().isEmpty()
                || copy.sources.stream().anyMatch(source -> Downloads.isRemote(source) || source.contains("\\"));
    }

    private @Nullable CacheKey key() throws IOException {
        boolean nameless = base < 0 && owner != null && owner.named();
        if (nameless || !copy.sources.isEmpty() && !addFiles()) {
            return null;
        }
        copy.documents.forEach(this::addDocument);
        return CacheKey.of(new FileOperation(base, inputs.size(), steps).digest(), inputs);
    }

    /** False when what is copied has no key. */
    private boolean addFiles() throws IOException {
        Selection selection = BuildKitKeys.selection(copy.sources);
        int source = inputs.size();
        switch (copy.from) {
            case Files.Context context ->
                inputs.add(BuildKitKeys.inputs(List.of(keys.copied(context.tree(), copy.sources)), null));
            case Files.Stage stage -> {
                if (base == 0 && stage.state().equals(copy.before())) {
                    source = 0;
                    break;
                }
                List<CacheKey> from = keys.keys(stage.state());
                List<Input> input =
                        new ArrayList<>(BuildKitKeys.inputs(from == null ? List.of() : from, selection.selector()));
                Digest content = keys.learnt(copy);
                if (content != null) {
                    input.addAll(BuildKitKeys.inputs(List.of(CacheKey.content(content)), null));
                }
                if (input.isEmpty()) {
                    return false;
                }
                inputs.add(input);
            }
        }
        FileAction.Kind kind = copy.options.unpack().local() ? FileAction.Kind.ARCHIVES : FileAction.Kind.FILES;
        for (String path : selection.paths()) {
            add(path, kind, source);
        }
        return true;
    }

    private void addDocument(Heredoc document) {
        String path = "/" + CopySources.clean(document.name());
        add(path, FileAction.Kind.DOCUMENT, inputs.size());
        CacheKey file = CacheKey.source(file(path, MODE, document));
        CacheKey content = CacheKey.content(Selection.content(MODE, bytes(document)));
        inputs.add(List.of(new Input(file, new Selection(List.of(path)).selector()), new Input(content, null)));
    }

    private static byte[] bytes(Heredoc document) {
        return document.data().getBytes(StandardCharsets.UTF_8);
    }

    /** The digest of the step of its own that makes a file of a here-document. */
    static Digest file(String path, int mode, Heredoc document) {
        FileAction made = new FileAction.Mkfile(path, mode, bytes(document));
        return new FileOperation(-1, 0, List.of(new FileOperation.Step(made, -1))).digest();
    }

    private void add(String path, FileAction.Kind kind, int source) {
        FileAction action = new FileAction.Copy(path, copy.destination, owner, copy.options.chmod(), kind);
        steps.add(new FileOperation.Step(action, source));
    }
}
