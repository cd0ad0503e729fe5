package dev.runner.build.embedded.recall;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildResult;
import dev.runner.build.Output;
import dev.runner.build.embedded.store.ImageStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memos of a state folder. A build that finds one for its call, and everything as it was, is done when its image has
 * its new names: two or three requests to the registries, and no look into any file.
 */
public final class Recall {
    /** Calls that are remembered at most; with one more, all before are forgotten. */
    private static final int MOST = 500;

    /** How exactly last uses are known. */
    private static final Duration USE_GRAIN = Duration.ofHours(1);

    private final Path memos;
    private final Path store;
    private final ImageStore images;

    /** @param state the folder of the engine */
    public Recall(Path state) {
        memos = state.resolve("memos");
        store = state.resolve("store");
        images = ImageStore.at(store);
    }

    /**
     * The memo of a call; null when there is none.
     *
     * @param call a file name that stands for all the words of the call but its names
     */
    public @Nullable Memo find(String call) throws IOException {
        return new MemoFile(memos.resolve(call)).read();
    }

    /** Remembers a build under its call. */
    public void keep(String call, Memo memo) throws IOException {
        Files.createDirectories(memos);
        forgetSome();
        new MemoFile(memos.resolve(call)).write(memo);
    }

    private void forgetSome() throws IOException {
        List<Path> files = files();
        if (files.size() >= MOST) {
            forget(files);
        }
    }

    /** Forgets every call, because things in the store that images consist of are gone. */
    public void forgetAll() throws IOException {
        if (Files.isDirectory(memos)) {
            forget(files());
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(memos)) {
            all.forEach(files::add);
        }
        return files;
    }

    /** All at once: what is still wanted is soon written again. */
    private static void forget(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Gives the image of a memo new names, here and, if it was pushed, in registries.
     *
     * @param registry made when files are looked at, on another thread
     * @return null when something is not as it was, or cannot be found out: then nothing has happened yet, or nothing that
     *     the build would not do as well
     */
    public @Nullable BuildResult answer(
            Memo memo, List<Reference> names, Supplier<RegistryClient> registry, BuildListener listener)
            throws InterruptedException {
        try {
            Memo.Outcome outcome = memo.outcome();
            FutureTask<Boolean> registries = start(() -> agree(memo, names, registry));
            boolean same = Watch.sameTexts(memo.watched().texts())
                    && hasDocuments(outcome)
                    && Watch.sameTrees(memo.watched().trees());
            if (!same) {
                // The build need not wait for answers that no longer matter.
                registries.cancel(true);
                return null;
            }
            if (!registries.get()) {
                return null;
            }
            BuildResult result = result(memo);
            name(outcome, names, registry.get());
            tell(memo, names, result, listener);
            used(outcome);
            return result;
        } catch (ExecutionException | IOException | RegistryException | InvalidSourceException e) {
            return null; // The build says what is wrong, if it is still wrong then.
        }
    }

    private boolean hasDocuments(Memo.Outcome outcome) {
        boolean all = has(outcome.image());
        for (Memo.PlatformImage image : outcome.platforms()) {
            all &= has(image.manifest());
        }
        return all;
    }

    private boolean has(Descriptor document) {
        return Files.exists(blob(document.digest()));
    }

    private Path blob(Digest digest) {
        return store.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    /** Notes that an image was used, where the store looks for that, so that it is not the first that is pruned. */
    private void used(Memo.Outcome outcome) throws IOException {
        FileTime now = FileTime.from(Instant.now());
        Path root = blob(outcome.image().digest());
        FileTime last = Files.readAttributes(root, BasicFileAttributes.class).lastAccessTime();
        if (last.toInstant().plus(USE_GRAIN).isAfter(now.toInstant())) {
            return;
        }
        for (Memo.PlatformImage image : outcome.platforms()) {
            use(blob(image.manifest().digest()), now);
            use(blob(image.config()), now);
            for (Digest layer : image.layers()) {
                use(blob(layer), now);
            }
            for (Digest diffId : image.diffIds()) {
                use(snapshot(diffId), now);
            }
        }
        use(root, now);
    }

    /** A link to the folder where a layer is unpacked. */
    private Path snapshot(Digest diffId) {
        return store.resolve("snapshots").resolve("by-diff").resolve(diffId.hex());
    }

    private static void use(Path path, FileTime now) throws IOException {
        try {
            Files.getFileAttributeView(path, BasicFileAttributeView.class).setTimes(null, now, null);
        } catch (NoSuchFileException e) {
            return; // A layer that is in a registry only, or that nobody has unpacked.
        }
    }

    /** Whether names mean what they meant, and the image is where it is to be named. */
    private boolean agree(Memo memo, List<Reference> names, Supplier<RegistryClient> registry)
            throws ExecutionException, InterruptedException {
        RegistryClient client = registry.get();
        List<FutureTask<Boolean>> questions = new ArrayList<>();
        for (Memo.Image image : memo.watched().images()) {
            questions.add(start(() -> {
                Descriptor now = image.local() ? images.find(image.name().toString()) : client.head(image.name());
                return now != null && now.digest().equals(image.digest());
            }));
        }
        Memo.Outcome outcome = memo.outcome();
        for (String repository : outcome.pushed() ? repositories(names) : List.<String>of()) {
            Reference image =
                    Reference.parse(repository).withDigest(outcome.image().digest());
            questions.add(start(() -> client.head(image) != null));
        }
        boolean agreed = true;
        for (FutureTask<Boolean> question : questions) {
            agreed &= question.get();
        }
        return agreed;
    }

    private static List<String> repositories(List<Reference> names) {
        return names.stream().map(Reference::name).distinct().toList();
    }

    private static FutureTask<Boolean> start(Callable<Boolean> body) {
        FutureTask<Boolean> task = new FutureTask<>(body);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static BuildResult result(Memo memo) {
        Map<Platform, BuildResult.PlatformResult> platforms = new LinkedHashMap<>();
        for (Memo.PlatformImage image : memo.outcome().platforms()) {
            platforms.put(
                    image.platform(),
                    new BuildResult.PlatformResult(
                            image.manifest(), image.config(), image.vertices(), image.vertices()));
        }
        List<Diagnostic> warnings = new ArrayList<>();
        if (!memo.outcome().warnings().isEmpty()) {
            String text =
                    Objects.requireNonNull(memo.watched().texts().getFirst().content());
            Source dockerfile = Source.of(memo.watched().dockerfile(), text);
            for (Memo.Warning warning : memo.outcome().warnings()) {
                warnings.add(Diagnostic.warning(
                        dockerfile.span(warning.start(), warning.end()), warning.message(), warning.remedy()));
            }
        }
        return new BuildResult(memo.outcome().image(), platforms, warnings);
    }

    private static void tell(Memo memo, List<Reference> names, BuildResult result, BuildListener listener) {
        List<String> vertices = new ArrayList<>(memo.outcome().vertices());
        int cached = vertices.size();
        if (!names.isEmpty()) {
            vertices.add(new Output.Store(names).description());
        }
        if (memo.outcome().pushed()) {
            vertices.add(new Output.Push(names).description());
        }
        for (int at = 0; at < vertices.size(); at++) {
            String id = Integer.toString(at + 1);
            listener.on(new BuildEvent.VertexStarted(id, vertices.get(at)));
            listener.on(new BuildEvent.VertexFinished(id, at < cached, Duration.ZERO, null));
        }
        for (Diagnostic warning : result.warnings()) {
            listener.on(new BuildEvent.Warning(warning.message(), warning));
        }
    }

    private void name(Memo.Outcome outcome, List<Reference> names, RegistryClient registry) throws IOException {
        for (Reference name : names) {
            images.put(name.toString(), outcome.image());
        }
        for (Reference name : outcome.pushed() ? names : List.<Reference>of()) {
            registry.putManifest(name, outcome.image().mediaType(), outcome.document());
        }
    }
}
