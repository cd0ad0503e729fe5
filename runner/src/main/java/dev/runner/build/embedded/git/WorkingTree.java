package dev.runner.build.embedded.git;

import dev.runner.build.embedded.store.FileDigests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder in a working tree of git. Safe for many threads.
 *
 * <p>A file stands for the object that the index names when all of this is so: it has the size, times and inode that it had
 * when git hashed it; it was not written in the tick of the clock in which the index was, for then git itself would look
 * again ("racily clean"); and nothing in git's configuration or attributes lets a file differ from its object, as line ends
 * of another system or large files kept elsewhere do.
 *
 * @see <a href="https://git-scm.com/docs/racy-git">racy-git</a>
 */
public final class WorkingTree {
    private final Path top;
    private final String prefix;
    private final Path gitFolder;
    private final Map<String, String> environment;
    private @Nullable Known known;

    private WorkingTree(Path top, String prefix, Path gitFolder, Map<String, String> environment) {
        this.top = top;
        this.prefix = prefix;
        this.gitFolder = gitFolder;
        this.environment = Map.copyOf(environment);
    }

    /** What the index and the configuration say, read once; both null when nothing of it can be believed. */
    private record Known(
            @Nullable IndexFile index, @Nullable Conversions conversions) {}

    /** The working tree that a folder lies in; null when it lies in none. */
    public static @Nullable WorkingTree around(Path folder, Map<String, String> environment) {
        try {
            Path real = folder.toRealPath();
            for (Path top = real; top != null; top = top.getParent()) {
                Path git = top.resolve(".git");
                if (Files.isDirectory(git)) {
                    return new WorkingTree(top, prefix(top, real), git, environment);
                }
                if (Files.isRegularFile(git)) {
                    // A worktree or a submodule: its folder of git is elsewhere.
                    String text = Files.readString(git).strip();
                    return text.startsWith("gitdir: ")
                            ? new WorkingTree(top, prefix(top, real), top.resolve(text.substring(8)), environment)
                            : null;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String prefix(Path top, Path folder) {
        return top.equals(folder) ? "" : top.relativize(folder) + "/";
    }

    /**
     * The id of the object that a file's content is, in hexadecimal; null when it has to be read.
     *
     * @param path of a regular file, below the folder
     * @param stamp how the file looks now
     */
    public @Nullable String object(String path, FileDigests.Stamp stamp) {
        Known read = known();
        if (read.index == null || read.conversions == null) {
            return null;
        }
        String id = read.index.object(prefix + path, stamp);
        return id == null || read.conversions.mayChange(prefix + path) ? null : id;
    }

    private synchronized Known known() {
        if (known == null) {
            known = read();
        }
        return known;
    }

    private Known read() {
        try {
            IndexFile index = IndexFile.read(gitFolder.resolve("index"));
            Path common = gitFolder;
            Path pointer = gitFolder.resolve("commondir");
            if (Files.exists(pointer)) {
                common = gitFolder.resolve(
                        Files.readString(pointer, StandardCharsets.UTF_8).strip());
            }
            GitConfig config = new GitConfig(environment);
            config.read(common.resolve("config"));
            config.read(gitFolder.resolve("config.worktree"));
            if (index == null || config.mayConvert()) {
                return new Known(null, null);
            }
            return new Known(index, new Conversions(top, index, config.attributeFiles(common)));
        } catch (IOException | IllegalArgumentException e) {
            return new Known(null, null);
        }
    }
}
