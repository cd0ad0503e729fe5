package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The folders of cache mounts: {@code NAME}, beside it {@code NAME.lock}, which keeps others out of a locked one, and
 * {@code NAME.about}, which says what people call it and whose access time is that of the last use.
 */
public final class MountFolders {
    private static final String ABOUT = ".about";
    private static final String LOCK = ".lock";
    /** Of folders that are not filled yet; the name of the run follows. */
    private static final String NEW = "new-";

    private final Path folder;
    private final Run run;

    MountFolders(Path folder, Run run) {
        this.folder = folder;
        this.run = run;
    }

    /** Where the folder of that name is or would be. */
    public Path path(String name) {
        return folder.resolve(name);
    }

    /** The file whose lock keeps others out. */
    public Path lock(String name) {
        return folder.resolve(name + LOCK);
    }

    /**
     * Leases a folder to the run, whether it is there or not: prune leaves it until the run ends.
     *
     * @param description for people; one line
     */
    public void use(String name, String description) throws IOException {
        run.lease(StoreItem.Kind.MOUNT.lease(name), () -> true);
        Path about = folder.resolve(name + ABOUT);
        if (new Sys().touchAccess(Sys.CWD, about.toString()) < 0) {
            Files.writeString(about, description.lines().findFirst().orElse("") + "\n");
        }
    }

    /** A new folder to fill and rename; swept if the run dies. */
    public Path newFolder() throws IOException {
        return Files.createDirectory(folder.resolve(NEW + run.newTemporary("m").getFileName() + "-" + run.id()));
    }

    /** Names of all folders. */
    static List<String> names(Sys sys, Path folder) throws IOException {
        return Folders.names(sys, Sys.CWD, folder.toString(), "mounts").stream()
                .filter(name -> !name.endsWith(LOCK) && !name.endsWith(ABOUT) && !name.startsWith(NEW))
                .toList();
    }

    /** Unfilled folders of runs that do not live. */
    static List<String> unfilled(Sys sys, Path folder, Set<String> living) throws IOException {
        return Folders.names(sys, Sys.CWD, folder.toString(), "mounts").stream()
                .filter(name -> name.startsWith(NEW) && !living.contains(name.substring(name.lastIndexOf('-') + 1)))
                .toList();
    }

    static Path about(Path folder, String name) {
        return folder.resolve(name + ABOUT);
    }

    /** What people call a folder; empty when nobody said. */
    public String description(String name) throws IOException {
        try {
            return new String(Files.readAllBytes(folder.resolve(name + ABOUT)), StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
