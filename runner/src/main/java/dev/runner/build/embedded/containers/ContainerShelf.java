package dev.runner.build.embedded.containers;

import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.ImageConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All containers of a home folder. */
public final class ContainerShelf {
    private final Path home;

    public ContainerShelf(Path home) {
        this.home = home;
    }

    /** Puts a container there, under its name. Empty when the name is another's. */
    public @Nullable ContainerFolder add(About about, ImageConfig image) throws IOException {
        Files.createDirectories(home.resolve("containers"));
        Files.createDirectories(home.resolve("names"));
        PosixFiles.chmod(home.resolve("containers"), 0711);
        Path name = home.resolve("names").resolve(about.name());
        try {
            Files.writeString(name, about.id(), java.nio.file.StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            if (named(about.name()) != null) {
                return null;
            }
            Files.writeString(name, about.id());
        }
        try {
            return ContainerFolder.make(home.resolve("containers").resolve(about.id()), about, image);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(name);
            throw e;
        }
    }

    /** By name, id or beginning of an id; null for none. */
    public @Nullable ContainerFolder find(String nameOrId) throws IOException {
        if (nameOrId.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            ContainerFolder named = named(nameOrId);
            if (named != null) {
                return named;
            }
        }
        if (!nameOrId.matches("[0-9a-f]{1,64}")) {
            return null;
        }
        List<Path> found = paths(nameOrId + "*");
        return found.size() == 1 ? new ContainerFolder(found.getFirst()) : null;
    }

    private @Nullable ContainerFolder named(String name) throws IOException {
        try {
            String id = Files.readString(home.resolve("names").resolve(name), StandardCharsets.US_ASCII);
            Path path = home.resolve("containers").resolve(id);
            return !id.isEmpty() && Files.exists(path.resolve("about.json")) ? new ContainerFolder(path) : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Newest first. */
    public List<ContainerFolder> all() throws IOException {
        record Dated(ContainerFolder folder, java.time.Instant created) {}
        List<Dated> all = new ArrayList<>();
        for (Path path : paths("*")) {
            ContainerFolder folder = new ContainerFolder(path);
            try {
                all.add(new Dated(folder, folder.about().created()));
            } catch (IOException e) {
                continue; // Being made, or being removed.
            }
        }
        return all.stream()
                .sorted(Comparator.comparing(Dated::created).reversed())
                .map(Dated::folder)
                .toList();
    }

    private List<Path> paths(String pattern) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(home.resolve("containers"), pattern)) {
            folders.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return paths;
    }

    /** Deletes a container that does not run. */
    public void remove(ContainerFolder folder) throws IOException {
        try {
            Path name = home.resolve("names").resolve(folder.about().name());
            if (Files.exists(name)
                    && Files.readString(name).equals(folder.about().id())) {
                Files.deleteIfExists(name);
            }
        } catch (NoSuchFileException e) {
            // Somebody else removes it too.
        }
        // First what makes it one, so that nobody finds half a container.
        Files.deleteIfExists(folder.path().resolve("about.json"));
        PosixFiles.deleteTree(folder.path());
    }

    /** Removes what goes with a process that is gone. */
    public void sweep() throws IOException {
        for (ContainerFolder folder : all()) {
            try {
                Condition condition = folder.condition();
                boolean left = !folder.about().kept()
                        && !folder.about().maker().alive()
                        && !condition.state().lasting();
                if (left) {
                    remove(folder);
                }
            } catch (NoSuchFileException e) {
                continue;
            }
        }
    }

    /** The folder of a volume, which is made when there is none. */
    public Path volume(String name) throws IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "a volume's name is letters, digits and _.- after a first letter or digit, not '" + name + "'");
        }
        return Files.createDirectories(home.resolve("volumes").resolve(name));
    }

    /**
     * Notes, for as long as it is open, that this process looks after a container: a user's later commands go into the same
     * user namespace, or they could not reach what is in it.
     */
    public Closeable supervising() throws IOException {
        Owner self = Owner.self();
        Path file = Files.createDirectories(home.resolve("supervisors")).resolve(Long.toString(self.pid()));
        Files.writeString(file, Long.toString(self.started()));
        return () -> Files.deleteIfExists(file);
    }

    /** Where networks are kept. */
    public Path networks() {
        return home.resolve("networks");
    }
}
