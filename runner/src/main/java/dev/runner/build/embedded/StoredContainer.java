package dev.runner.build.embedded;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers.Streams;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState;
import dev.runner.build.container.ContainerState.Health;
import dev.runner.build.container.LogQuery;
import dev.runner.build.container.RunningContainer;
import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.Condition;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.containers.Signals;
import dev.runner.build.embedded.store.Accounts;
import dev.runner.host.posix.Posix;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.host.sandbox.Inside;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.SandboxProcess;
import dev.runner.oci.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A container by its folder, from whatever process. */
final class StoredContainer implements RunningContainer {
    private static final long SHORTEST_PAUSE = 2;
    private static final long LONGEST_PAUSE = 50;
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final Workshop shop;
    private final ContainerFolder folder;
    private final @Nullable ContainerKeeper keeper;
    private final Consumer<ContainerFolder> removal;

    /**
     * @param keeper who looks after it, if that is in this process
     * @param removal deletes its folder
     */
    StoredContainer(
            Workshop shop,
            ContainerFolder folder,
            @Nullable ContainerKeeper keeper,
            Consumer<ContainerFolder> removal) {
        this.shop = shop;
        this.folder = folder;
        this.keeper = keeper;
        this.removal = removal;
    }

    ContainerFolder folder() {
        return folder;
    }

    private About about() {
        try {
            return folder.about();
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private Condition condition() {
        try {
            return folder.condition();
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private static ContainerFailedException gone(IOException e) {
        return new ContainerFailedException("No such container: it was removed", e);
    }

    @Override
    public String id() {
        return about().id();
    }

    @Override
    public String name() {
        return about().name();
    }

    @Override
    public ContainerSpec spec() {
        return about().spec();
    }

    @Override
    public ContainerState state() {
        return condition().state();
    }

    @Override
    public Details details() {
        try {
            About about = folder.about();
            Condition.Surroundings around = folder.condition().surroundings();
            return new Details(
                    about.image(),
                    folder.image(),
                    about.command(),
                    around.address(),
                    around.ports(),
                    around.mounts(),
                    about.created(),
                    around.notes());
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private Inside inside() {
        Condition condition = condition();
        Inside inside = condition.inside();
        if (!condition.state().running() || inside == null) {
            throw new ContainerFailedException("container " + name() + " is not running", null);
        }
        return inside;
    }

    @Override
    public RunningProcess exec(ContainerExec command, Streams streams) throws IOException {
        Inside inside = inside();
        About about = folder.about();
        ImageConfig.Execution config = folder.image().config();
        ContainerSpec spec = about.spec();
        try {
            LiveTree files = LiveTree.of(inside.root());
            String user = command.user() != null
                    ? command.user()
                    : spec.program().user() != null ? spec.program().user() : config.user();
            Identity identity = Ownership.identity(String.valueOf(user), Accounts.of(files.view()));
            String directory = command.workingDirectory() == null
                    ? ContainerKeeper.directory(spec, config)
                    : ImageInProgress.absolute(ContainerKeeper.directory(spec, config), command.workingDirectory());
            requireFolder(files, directory);
            Map<String, String> variables = new LinkedHashMap<>(spec.program().environment());
            variables.putAll(command.environment());
            SandboxProcess process = new SandboxProcess(
                    command.command(),
                    EmbeddedContainers.environment(
                            config, new dev.runner.build.ContainerRun.Overrides(null, null, null, variables), identity),
                    directory,
                    RunWork.user(identity),
                    command.terminal(),
                    streams.input());
            boolean everything = command.privileged() || spec.rights().privileged();
            Command outer = inside.command(process, everything);
            OutputSink out = OutputSink.to(streams.output());
            OutputSink err = streams.error() == streams.output() ? out : OutputSink.to(streams.error());
            return shop.processes().start(outer, out, err, inside.confinement());
        } catch (SandboxException | Ownership.UnknownAccountException e) {
            throw new ContainerFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireFolder(LiveTree files, String directory) throws IOException {
        dev.runner.build.embedded.store.ViewNode node = files.resolve(directory);
        if (node == null || !node.isDirectory()) {
            throw new ContainerFailedException(
                    "the container has no folder " + directory + ", which was to be the working directory", null);
        }
    }

    @Override
    public int await() throws InterruptedException {
        if (keeper != null) {
            return keeper.await();
        }
        await(Duration.ofDays(36500));
        return state().exitCode();
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
        return poll(atMost, () -> !state().lasting());
    }

    /** A question that is asked until it is answered with yes. */
    private interface Question {
        boolean ask() throws InterruptedException;
    }

    private static boolean poll(Duration atMost, Question question) throws InterruptedException {
        long begun = System.nanoTime();
        for (long pause = SHORTEST_PAUSE; !question.ask(); pause = Math.min(LONGEST_PAUSE, pause * 2)) {
            if (System.nanoTime() - begun > atMost.toNanos()) {
                return false;
            }
            Thread.sleep(pause);
        }
        return true;
    }

    @Override
    public Health awaitHealth(Duration atMost) throws InterruptedException {
        poll(atMost, () -> {
            ContainerState state = state();
            return !state.running() || state.health() != Health.STARTING;
        });
        ContainerState state = state();
        return state.health() == Health.NONE || state.running() ? state.health() : Health.UNHEALTHY;
    }

    @Override
    public void logs(LogQuery query, OutputStream out, OutputStream error) throws IOException, InterruptedException {
        folder.log().read(query, () -> !state().lasting(), out, error);
    }

    @Override
    public void stop(@Nullable String signal, Duration grace) throws InterruptedException {
        if (!condition().state().lasting()) {
            return;
        }
        try {
            Condition condition = stopping();
            Inside inside = condition.inside();
            if (!condition.state().running() || inside == null) {
                return;
            }
            String chosen = signal != null ? signal : stopSignal();
            send(inside, Signals.number(chosen));
            if (!poll(grace, () -> !inside.alive())) {
                end(inside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settle();
    }

    /** How it is once it will not begin again by itself. */
    private Condition stopping() throws IOException, InterruptedException {
        folder.stop();
        poll(AFTERMATH, () -> state().running() || !state().lasting());
        return condition();
    }

    private String stopSignal() throws IOException {
        String own = spec().program().stopSignal();
        String images = folder.image().config().stopSignal();
        return own != null ? own : images.isEmpty() ? "SIGTERM" : images;
    }

    private static void send(Inside inside, int signal) throws IOException {
        if (inside.alive()) {
            if (inside.pretends()) {
                Posix.signalGroup(inside.init(), signal);
            } else {
                Posix.signal(inside.init(), signal);
            }
        }
    }

    private static void end(Inside inside) throws IOException {
        if (inside.alive()) {
            Posix.signal(inside.init(), Posix.SIGKILL);
            if (inside.launcher() == inside.init()) {
                Posix.signalGroup(inside.init(), Posix.SIGKILL);
            }
        }
    }

    /** Waits until its owner has put all away. */
    private void settle() throws InterruptedException {
        if (keeper != null) {
            keeper.await();
        } else {
            poll(AFTERMATH, () -> !state().lasting());
        }
    }

    @Override
    public void kill(String signal) {
        try {
            int number = Signals.number(signal);
            if (number == Posix.SIGKILL || number == Signals.number(stopSignal())) {
                folder.stop();
            }
            send(inside(), number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void remove() throws InterruptedException {
        if (condition().state().lasting()) {
            try {
                Condition condition = stopping();
                Inside inside = condition.inside();
                if (condition.state().running() && inside != null) {
                    end(inside);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            settle();
        }
        removal.accept(folder);
    }

    @Override
    public void copyIn(Path source, String target) throws IOException {
        try (ContainerCopies copies = copies()) {
            copies.copyIn(source, target);
        }
    }

    @Override
    public void copyOut(String source, Path target) throws IOException {
        try (ContainerCopies copies = copies()) {
            copies.copyOut(source, target);
        }
    }

    @Override
    public void archive(String source, OutputStream tar) throws IOException {
        try (ContainerCopies copies = copies()) {
            copies.archive(source, tar);
        }
    }

    @Override
    public void unpack(InputStream tar, String target) throws IOException {
        try (ContainerCopies copies = copies()) {
            copies.unpack(tar, target);
        }
    }

    private ContainerCopies copies() throws IOException {
        Condition condition = folder.condition();
        Inside inside = condition.inside();
        return condition.state().running() && inside != null
                ? ContainerCopies.at(inside.root())
                : ContainerCopies.ofEnded(shop, folder);
    }
}
