package dev.runner.build.embedded.containers;

import dev.runner.build.container.ContainerState;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.sandbox.Inside;
import dev.runner.oci.ImageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One container on the disk. What changes is replaced by a rename, so that readers never see half of it. */
public final class ContainerFolder {
    private static final String ABOUT = "about.json";
    private static final String STATE = "state.json";
    private static final String IMAGE = "image.json";
    private static final String STOPPED = "stopped";

    private final Path path;
    private @Nullable About about;

    ContainerFolder(Path path) {
        this.path = path;
    }

    /** Fills a new folder. */
    static ContainerFolder make(Path path, About about, ImageConfig image) throws IOException {
        PosixFiles.mkdir(path, 0700);
        ContainerFolder folder = new ContainerFolder(path);
        folder.replace(IMAGE, image.toJson());
        folder.replace(STATE, RecordText.write(Condition.CREATED));
        folder.replace(ABOUT, RecordText.write(about));
        return folder;
    }

    public Path path() {
        return path;
    }

    public ContainerLog log() {
        return new ContainerLog(path.resolve("log"));
    }

    /** Where the changes of the root file system are. */
    public Path upper() throws IOException {
        return folder("upper");
    }

    /** What an overlay needs beside. */
    public Path work() throws IOException {
        return folder("work");
    }

    /** A folder of the container's own, made when it is asked for. */
    public Path folder(String name) throws IOException {
        Path folder = path.resolve(name);
        if (!Files.isDirectory(folder)) {
            PosixFiles.mkdir(folder, 0755);
        }
        return folder;
    }

    /** @throws NoSuchFileException when it was removed */
    public synchronized About about() throws IOException {
        About known = about;
        if (known == null) {
            known = read(About.class, ABOUT);
            about = known;
        }
        return known;
    }

    public ImageConfig image() throws IOException {
        return ImageConfig.parse(Files.readAllBytes(path.resolve(IMAGE)));
    }

    /** As it is now. */
    public Condition condition() throws IOException {
        return read(Condition.class, STATE).now();
    }

    /** Notes that it runs. */
    public void started(Inside inside, Condition.Surroundings surroundings, ContainerState.Health health)
            throws IOException {
        change(before -> Condition.running(inside, surroundings, health));
    }

    /** Notes that it has ended, or could not be started. */
    public void ended(int exitCode, @Nullable String error) throws IOException {
        change(before -> before.ended(exitCode, error, false));
    }

    /** Notes that it has ended, and will begin again. */
    public void restarting(int exitCode, @Nullable String error) throws IOException {
        change(before -> before.ended(exitCode, error, true));
    }

    /** Notes that somebody wants its end, so that it does not begin again. */
    public void stop() throws IOException {
        Files.write(path.resolve(STOPPED), new byte[0]);
    }

    public boolean isStopped() {
        return Files.exists(path.resolve(STOPPED));
    }

    /** Notes that somebody wants it to run. */
    public void unstop() throws IOException {
        Files.deleteIfExists(path.resolve(STOPPED));
    }

    public void health(ContainerState.Health health) throws IOException {
        change(before -> before.state().running() ? before.withHealth(health) : before);
    }

    private synchronized void change(UnaryOperator<Condition> change) throws IOException {
        replace(STATE, RecordText.write(change.apply(read(Condition.class, STATE))));
    }

    private <T extends Record> T read(Class<T> type, String name) throws IOException {
        byte[] json = Files.readAllBytes(path.resolve(name));
        try {
            return RecordText.read(type, json);
        } catch (RuntimeException e) {
            throw new IOException(path.resolve(name) + " is not of this version: " + e.getMessage(), e);
        }
    }

    private void replace(String name, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(path, name, ".new");
        Files.write(fresh, content);
        Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
