package dev.runner.build.embedded;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers.Streams;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.RestartPolicy;
import dev.runner.build.container.RunningContainer;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.Condition;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.containers.ContainerShelf;
import dev.runner.build.embedded.containers.Owner;
import dev.runner.host.sandbox.Inside;
import dev.runner.oci.Platform;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Containers in folders of a home; those that this process started have a keeper here. */
final class EmbeddedJobContainers implements JobContainers {
    private static final List<String> ADJECTIVES = List.of(
            "calm", "brisk", "clear", "dense", "eager", "fair", "gentle", "keen", "light", "plain", "quiet", "swift");
    private static final List<String> NOUNS = List.of(
            "anvil", "beacon", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet", "lantern", "meadow",
            "ridge");

    /** As Docker's engine waits before it restarts: doubled each time, until one has lasted. */
    private static final Duration SHORTEST_RESTART = Duration.ofMillis(100);

    private static final Duration LONGEST_RESTART = Duration.ofMinutes(1);
    private static final Duration LASTING = Duration.ofSeconds(10);

    private final Workshop shop;
    private final Masker masker;
    private final ContainerShelf shelf;
    private final ContainerNetworks networks;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ContainerKeeper> keepers = new ConcurrentHashMap<>();
    private boolean swept;

    EmbeddedJobContainers(Workshop shop, Masker masker, Path home) {
        this.shop = shop;
        this.masker = masker;
        this.shelf = new ContainerShelf(home);
        this.networks = new ContainerNetworks(shelf, shop.processes());
    }

    @Override
    public RunningContainer start(ContainerSpec spec, BuildListener listener) throws InterruptedException {
        return start(spec, null, listener);
    }

    @Override
    public RunningContainer start(ContainerSpec spec, @Nullable Streams streams, BuildListener listener)
            throws InterruptedException {
        return EmbeddedContainers.explained(spec.image().name().familiar(), () -> {
            ContainerImage image = ContainerImage.of(shop, masker, spec, listener);
            ContainerFolder folder = make(spec, image, false);
            try {
                return found(folder, keep(folder, image, streams, _ -> false));
            } catch (Exception e) {
                shelf.remove(folder);
                throw e;
            }
        });
    }

    @Override
    public RunningContainer create(ContainerSpec spec, BuildListener listener) throws InterruptedException {
        return EmbeddedContainers.explained(spec.image().name().familiar(), () -> {
            ContainerImage image = ContainerImage.of(shop, masker, spec, listener);
            return found(make(spec, image, true), null);
        });
    }

    private ContainerKeeper keep(
            ContainerFolder folder, ContainerImage image, @Nullable Streams streams, IntPredicate again)
            throws dev.runner.build.BuildFailedException, IOException, InterruptedException {
        ContainerKeeper.Beside beside = streams == null
                ? ContainerKeeper.Beside.NONE
                : new ContainerKeeper.Beside(streams.input(), streams.output(), streams.error());
        About about = folder.about();
        ContainerMounts mounts = ContainerMounts.of(about.spec(), shelf, folder, image);
        ContainerKeeper keeper =
                ContainerKeeper.start(shop, folder, image, mounts, networks, this::runningInside, beside, again);
        keepers.put(about.id(), keeper);
        return keeper;
    }

    private Inside runningInside(String name) throws IOException {
        ContainerFolder folder = shelf.find(name);
        Condition condition = folder == null ? null : folder.condition();
        Inside inside = condition == null ? null : condition.inside();
        if (condition == null || inside == null || !condition.state().running()) {
            throw new ContainerFailedException("No such container: " + name + " (or it does not run)", null);
        }
        return inside;
    }

    private ContainerFolder make(ContainerSpec spec, ContainerImage image, boolean kept) throws IOException {
        sweep();
        String given = spec.label().name();
        if (given != null && !given.matches("[A-Za-z0-9][A-Za-z0-9_.-]+")) {
            throw new ContainerFailedException(
                    "Invalid container name (" + given + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", null);
        }
        for (int attempt = 0; attempt < 100; attempt++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            String name = given != null
                    ? given
                    : ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "_" + NOUNS.get(random.nextInt(NOUNS.size()))
                            + (attempt == 0 ? "" : String.valueOf(random.nextInt(1000)));
            ContainerFolder folder = shelf.add(
                    new About(
                            id,
                            name,
                            kept,
                            spec,
                            image.manifest(),
                            image.root(),
                            image.platform(),
                            EmbeddedContainers.command(
                                    image.config().config(),
                                    new dev.runner.build.ContainerRun(
                                            spec.image().name(),
                                            null,
                                            spec.program().command(),
                                            ContainerKeeper.overrides(spec),
                                            List.of(),
                                            dev.runner.build.NetworkMode.HOST,
                                            spec.image().pull())),
                            Instant.now(),
                            Owner.self()),
                    image.config());
            if (folder != null) {
                return folder;
            }
            if (given != null) {
                throw new ContainerFailedException(
                        "Conflict. The container name \"/" + given + "\" is already in use by another container."
                                + " You have to remove (or rename) that container to be able to reuse that name.",
                        null);
            }
        }
        throw new ContainerFailedException("no free name was found for a container", null);
    }

    private synchronized void sweep() throws IOException {
        if (!swept) {
            swept = true;
            shelf.sweep();
        }
    }

    @Override
    public void detach(RunningContainer container, List<String> supervisor) throws InterruptedException {
        Path errors = null;
        try {
            ContainerFolder folder = shelf.find(container.id());
            if (folder == null) {
                throw new ContainerFailedException("No such container: " + container.id(), null);
            }
            errors = folder.path().resolve("supervisor");
            List<String> words = new ArrayList<>(List.of("setsid"));
            words.addAll(supervisor);
            words.add(container.id());
            Instant before = container.state().started();
            Instant finished = container.state().finished();
            Process process = new ProcessBuilder(words)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(errors.toFile())
                    .start();
            while (true) {
                ContainerState state = container.state();
                boolean begun = state.started() != null && !state.started().equals(before);
                if (begun) {
                    return;
                }
                boolean failed = state.finished() != null && !state.finished().equals(finished);
                if (failed || !process.isAlive()) {
                    String said = state.error() != null
                            ? state.error()
                            : Files.readString(errors).strip();
                    throw new ContainerFailedException(said.isEmpty() ? "the container did not start" : said, null);
                }
                process.waitFor(Duration.ofMillis(2));
            }
        } catch (IOException e) {
            throw new ContainerFailedException("the container could not be started: " + e.getMessage(), e);
        }
    }

    @Override
    public int supervise(String id) throws InterruptedException {
        return EmbeddedContainers.explained(id, () -> {
            ContainerFolder folder = shelf.find(id);
            if (folder == null) {
                throw new ContainerFailedException("No such container: " + id, null);
            }
            try (var _ = shelf.supervising()) {
                folder.unstop();
                return restarted(folder);
            } catch (IOException | RuntimeException e) {
                folder.ended(128, e.getMessage());
                throw e;
            }
        });
    }

    /** Runs it as often as its policy says; the last exit code. */
    private int restarted(ContainerFolder folder)
            throws dev.runner.build.BuildFailedException, IOException, InterruptedException {
        RestartPolicy policy = folder.about().spec().program().restart();
        ContainerImage image = ContainerImage.of(shop, masker, folder.about());
        Duration pause = SHORTEST_RESTART;
        for (int restarts = 0; ; restarts++) {
            int before = restarts;
            Instant begun = Instant.now();
            int exitCode = keep(folder, image, null, code -> policy.again(code, before))
                    .await();
            keepers.remove(folder.about().id());
            if (folder.condition().state().status() != ContainerState.Status.RESTARTING) {
                return exitCode;
            }
            boolean lasted = begun.plus(LASTING).isBefore(Instant.now());
            pause = lasted || restarts == 0 ? SHORTEST_RESTART : pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_RESTART) > 0 ? LONGEST_RESTART : pause;
            Instant next = Instant.now().plus(pause);
            while (Instant.now().isBefore(next) && !folder.isStopped()) {
                Thread.sleep(Duration.ofMillis(10));
            }
            if (folder.isStopped()) {
                folder.ended(exitCode, null);
                return exitCode;
            }
        }
    }

    private RunningContainer found(ContainerFolder folder, @Nullable ContainerKeeper keeper) {
        return new StoredContainer(shop, folder, keeper, this::removed);
    }

    private void removed(ContainerFolder folder) {
        try {
            keepers.remove(folder.about().id());
            shelf.remove(folder);
        } catch (java.nio.file.NoSuchFileException e) {
            // Somebody else removed it too.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable RunningContainer find(String nameOrId) {
        try {
            ContainerFolder folder = shelf.find(nameOrId);
            return folder == null
                    ? null
                    : found(folder, keepers.get(folder.about().id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<RunningContainer> list() {
        try {
            sweep();
            List<RunningContainer> all = new ArrayList<>();
            for (ContainerFolder folder : shelf.all()) {
                all.add(found(folder, keepers.get(folder.about().id())));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String createNetwork(String name) {
        try {
            String sandbox = shop.machinery().choose(Platform.host()).sandbox().name();
            return networks.create(name, !Set.of("chroot", "proot").contains(sandbox));
        } catch (IOException e) {
            throw new ContainerFailedException("the network " + name + " cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void removeNetwork(String name) {
        try {
            networks.remove(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Map.Entry<String, ContainerKeeper> entry : keepers.entrySet()) {
            entry.getValue().terminate();
        }
        boolean interrupted = false;
        for (Map.Entry<String, ContainerKeeper> entry : Map.copyOf(keepers).entrySet()) {
            try {
                entry.getValue().await();
                ContainerFolder folder = shelf.find(entry.getKey());
                if (folder != null && !folder.about().kept()) {
                    shelf.remove(folder);
                }
            } catch (IOException e) {
                continue; // The next sweep finds it.
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        keepers.clear();
        try {
            networks.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
