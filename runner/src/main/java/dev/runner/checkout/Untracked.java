package dev.runner.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.Status;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** What git does not know in a working tree. */
public final class Untracked {
    private Untracked() {}

    /** Untracked files and ignored ones; without a repository, all that the folder holds. */
    public static List<Path> files(Path folder) throws IOException {
        Path git = folder.resolve(".git");
        if (!Files.exists(git)) {
            try (Stream<Path> entries = Files.list(folder)) {
                return entries.toList();
            }
        }
        try (Repository repository = new FileRepositoryBuilder()
                        .setGitDir(git.toFile())
                        .setWorkTree(folder.toFile())
                        .build();
                Git porcelain = new Git(repository)) {
            Status status = porcelain.status().call();
            TreeSet<String> names = new TreeSet<>(status.getUntracked());
            names.addAll(status.getIgnoredNotInIndex());
            List<Path> files = new ArrayList<>();
            names.forEach(name -> files.add(folder.resolve(name)));
            return files;
        } catch (GitAPIException e) {
            throw new IOException("git's index cannot be read: " + e.getMessage(), e);
        }
    }
}
