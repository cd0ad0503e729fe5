package dev.runner.build.embedded;

import dev.runner.build.BuildCache;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.build.Checker;
import dev.runner.build.Containers;
import dev.runner.build.Contexts;
import dev.runner.build.Engine;
import dev.runner.build.GitFetcher;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.build.container.JobContainers;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.recall.Recall;
import dev.runner.build.embedded.store.Store;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Outline;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.registry.RegistryClient;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine in this process, over one state folder that any number of processes may share. Closing it ends what still
 * runs and gives the store back; the registry client and the masker are the caller's.
 */
public final class EmbeddedBuilder implements AutoCloseable {
    private final Path state;
    private final Store store;
    private final ProcessRunner processes;
    private final Masker masker;
    private final Workshop shop;

    private EmbeddedBuilder(Path state, Store store, ProcessRunner processes, Masker masker, Workshop shop) {
        this.state = state;
        this.store = store;
        this.processes = processes;
        this.masker = masker;
        this.shop = shop;
    }

    /**
     * How it works on this machine.
     *
     * @param parallelism how many RUN steps at a time; 0 for the number of cores
     * @param sandbox the preferred kind, as {@code runner doctor} names it; null for the best
     * @param emulators for platforms that the kernel does not run; null to look only at what the machine has
     * @param limits of what layers and archives unpack to, and of how long a download is
     */
    public record Settings(
            int parallelism,
            @Nullable String sandbox,
            @Nullable EmulatorFinder emulators,
            LayerLimits limits) {
        public static final Settings DEFAULT = new Settings(0, null, null, LayerLimits.DEFAULT);
    }

    /** Opens a state folder; makes it when it is absent. */
    public static EmbeddedBuilder open(Path state, RegistryClient registry, Masker masker, Settings settings)
            throws IOException {
        return open(state, registry, masker, settings, GitFetcher.none());
    }

    /** The same, with somebody who knows git. */
    public static EmbeddedBuilder open(
            Path state, RegistryClient registry, Masker masker, Settings settings, GitFetcher git) throws IOException {
        Store store = Store.open(state.resolve("store"));
        ProcessRunner processes = new ProcessRunner();
        Layers layers = new Layers(store, registry, new Origins(store.keys()), settings.limits());
        int places = settings.parallelism() > 0
                ? settings.parallelism()
                : Runtime.getRuntime().availableProcessors();
        Workshop shop = new Workshop(
                store,
                registry,
                layers,
                new CacheFolders(store.mounts()),
                new LazySandboxes(
                        new Sandboxes(processes, state.resolve("sandboxes")),
                        state.resolve("sandboxes"),
                        settings.sandbox(),
                        emulators(settings, processes, state),
                        new Semaphore(places)),
                processes,
                git,
                state.resolve("sandboxes"));
        return new EmbeddedBuilder(state, store, processes, masker, shop);
    }

    private static LazySandboxes.Emulation emulators(Settings settings, ProcessRunner processes, Path state) {
        Binfmt binfmt = new Binfmt(Binfmt.ROOT, processes);
        EmulatorFinder finder = settings.emulators() == null
                ? new EmulatorFinder(binfmt, processes, state.resolve("emulators"), EmulatorFinder.Policy.OFFLINE)
                : settings.emulators();
        return new LazySandboxes.Emulation(binfmt, finder, state.resolve("emulators"));
    }

    /** Builds images. */
    public Engine engine() {
        return (request, listener) -> {
            maskSecrets(request);
            return new BuildSession(request, shop, new Progress(listener, masker)).run();
        };
    }

    /**
     * Builds images, and leaves a memo of each build for {@link Recall}, where its result depends on files, base images and
     * the words of the call alone.
     *
     * @param call stands for all the words of the call but the image's names
     * @param note what is to be told again to the one who recalls it
     */
    public Engine remembering(String call, List<String> note) {
        return (request, listener) -> {
            maskSecrets(request);
            MemoMaker maker = new MemoMaker(request, listener);
            BuildSession session = new BuildSession(request, shop, new Progress(maker, masker));
            BuildResult result = session.run();
            try {
                Memo memo = session.memo(maker, note, result);
                if (memo != null) {
                    new Recall(state).keep(call, memo);
                }
            } catch (IOException e) {
                return result; // The next build is done again, which costs time and nothing else.
            }
            return result;
        };
    }

    /** Runs the build checks, and tells what a target takes. */
    public Checker checker() {
        return new Checker() {
            @Override
            public List<CheckFinding> check(BuildRequest request, BuildListener listener)
                    throws BuildFailedException, InterruptedException {
                return new BuildSession(request, shop, new Progress(listener, masker)).check();
            }

            @Override
            public Outline outline(BuildRequest request, BuildListener listener)
                    throws BuildFailedException, InterruptedException {
                return new BuildSession(request, shop, new Progress(listener, masker)).outline();
            }
        };
    }

    private void maskSecrets(BuildRequest request) {
        Stream.concat(request.cache().from().stream(), request.cache().to().stream())
                .flatMap(place -> place.secrets().stream())
                .forEach(secret -> masker.add(secret.reveal()));
        for (BuildSecret secret : request.inputs().secrets()) {
            try {
                masker.add(new String(RunMounts.value(secret), StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A step that needs the file says so; there is nothing to mask.
            }
        }
    }

    /** What the store holds. */
    public Images images() {
        return new EmbeddedImages(shop, masker);
    }

    /** The names and images of the store, to be managed. */
    public LocalImages localImages() {
        return new EmbeddedLocalImages(shop);
    }

    /** Runs images. */
    public Containers containers() {
        return new EmbeddedContainers(shop, masker);
    }

    /**
     * Containers that live on while others use them.
     *
     * @param home where they are kept; shared by all processes of this user
     */
    public JobContainers jobContainers(Path home) {
        return new EmbeddedJobContainers(shop, masker, home);
    }

    /** What builds keep. */
    public BuildCache cache() {
        return new EmbeddedCache(store, shop.layers().origins(), Clock.systemUTC());
    }

    /** Whether it is time to apply the policy of the cache; to be asked once, after the last build. */
    public boolean isTimeToCollect() throws IOException {
        return store.isTimeToCollect();
    }

    /** Brings contexts that are no folder of this machine. */
    public Contexts contexts() {
        return new RemoteContexts(shop);
    }

    /** For {@code runner cache}: the store itself. */
    public Store store() {
        return store;
    }

    @Override
    public void close() throws IOException {
        try (store;
                processes) {
            return;
        }
    }
}
