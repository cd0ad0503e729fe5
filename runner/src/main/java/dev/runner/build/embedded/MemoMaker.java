package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.source.Diagnostic;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the memo of a build whose result depends on nothing but files, base images and the words of the call. All else,
 * such as a git repository or an address that was read, has no memo and is built each time.
 */
final class MemoMaker implements BuildListener {
    private final BuildRequest request;
    private final BuildListener next;
    private final Set<String> vertices = new LinkedHashSet<>();
    private boolean certain = true;

    MemoMaker(BuildRequest request, BuildListener next) {
        this.request = request;
        this.next = next;
    }

    @Override
    public void on(BuildEvent event) {
        switch (event) {
            case BuildEvent.VertexStarted started -> vertices.add(started.name());
            case BuildEvent.Warning(var message, Diagnostic diagnostic) -> certain &= diagnostic != null;
            case BuildEvent.VertexOutput output -> {}
            case BuildEvent.VertexFinished finished -> {}
            case BuildEvent.VertexFailed failed -> {}
            case BuildEvent.Transfer transfer -> {}
        }
        next.on(event);
    }

    /**
     * The memo; null for a build that has to be done each time.
     *
     * @param blobs have the result's documents
     */
    @Nullable
    Memo memo(List<String> note, BuildResult result, BuildSources sources, BlobStore blobs) throws IOException {
        Path file = request.definition().file();
        // A Dockerfile that is called small steps back when there is one that is called so.
        if (file == null || file.endsWith("dockerfile") || !certain || !isPlain() || !warnsOfDockerfile(result)) {
            return null;
        }
        List<Memo.Text> texts = new ArrayList<>();
        Source dockerfile = request.definition().dockerfile();
        texts.add(new Memo.Text(file.toAbsolutePath(), dockerfile.text()));
        List<Memo.Tree> trees = sources.watched(texts);
        List<Memo.Image> images = sources.watchedImages();
        if (trees == null || images == null) {
            return null;
        }
        return new Memo(note, new Memo.Watched(dockerfile.name(), texts, trees, images), outcome(result, blobs));
    }

    /** Whether the request asks for nothing that must happen again each time. */
    private boolean isPlain() {
        BuildRequest.CacheOptions cache = request.cache();
        boolean cached = !cache.noCache()
                && cache.noCacheFilter().isEmpty()
                && !cache.pull()
                && cache.mounts() == null
                && cache.to().stream().allMatch(CacheReference.Inline.class::isInstance);
        boolean named = request.outputs().stream()
                .allMatch(output -> output instanceof Output.Push || output instanceof Output.Store);
        boolean here = request.inputs().context() instanceof BuildContext.Directory(Path path, var origin)
                && origin == null
                && request.inputs().named().values().stream()
                        .allMatch(context ->
                                context instanceof NamedContext.Directory || context instanceof NamedContext.Image);
        // A secret that is not there has to be told each time.
        boolean open =
                request.inputs().secrets().isEmpty() && request.inputs().ssh().isEmpty();
        return cached && named && here && open && request.image().attestations().isEmpty();
    }

    private boolean warnsOfDockerfile(BuildResult result) {
        return result.warnings().stream()
                .allMatch(warning ->
                        warning.span().source() == request.definition().dockerfile());
    }

    private Memo.Outcome outcome(BuildResult result, BlobStore blobs) throws IOException {
        List<Memo.PlatformImage> platforms = new ArrayList<>();
        for (Map.Entry<Platform, BuildResult.PlatformResult> each :
                result.platforms().entrySet()) {
            BuildResult.PlatformResult image = each.getValue();
            List<Digest> layers = Manifest.parse(blobs.read(image.manifest().digest())).layers().stream()
                    .map(Descriptor::digest)
                    .toList();
            platforms.add(new Memo.PlatformImage(
                    each.getKey(),
                    image.manifest(),
                    image.config(),
                    image.vertices(),
                    layers,
                    ImageConfig.parse(blobs.read(image.config())).diffIds()));
        }
        byte[] document = blobs.read(result.image().digest());
        List<String> shown = new ArrayList<>(vertices);
        request.outputs().forEach(output -> shown.remove(output.description()));
        boolean pushed = request.outputs().stream().anyMatch(Output.Push.class::isInstance);
        List<Memo.Warning> warnings =
                result.warnings().stream().map(Memo.Warning::of).toList();
        return new Memo.Outcome(result.image(), document, pushed, platforms, shown, warnings);
    }
}
