package dev.runner.schedule;

import dev.runner.pipeline.Step;
import dev.runner.plan.JobRun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Workspaces that are copies of one folder. A job that has a checkout step starts in an empty folder instead, since the
 * checkout says what belongs there. Files are copied, never hard-linked, so that no job can change the original; where
 * the file system can share blocks, the kernel's {@code copy_file_range} does so.
 */
public final class WorkspaceCopies implements Workspaces {
    private final @Nullable Path original;
    private final Path base;

    /**
     * Copies of a folder.
     *
     * @param original what jobs without a checkout step get a copy of
     * @param base where the copies go; made when absent, and never copied itself
     */
    public WorkspaceCopies(Path original, Path base) {
        this.original = original.toAbsolutePath().normalize();
        this.base = base.toAbsolutePath().normalize();
    }

    private WorkspaceCopies(Path base) {
        this.original = null;
        this.base = base.toAbsolutePath().normalize();
    }

    /** Workspaces that are empty, whatever the job's steps are, as those of GitHub's jobs. */
    public static WorkspaceCopies ofNothing(Path base) {
        return new WorkspaceCopies(base);
    }

    @Override
    public Workspace open(JobRun job) throws IOException {
        Files.createDirectories(base);
        Path root = Files.createTempDirectory(base, "job-");
        boolean done = false;
        try {
            Path directory = Files.createDirectory(root.resolve("workspace"));
            Path temporary = Files.createDirectory(root.resolve("temporary"));
            if (original != null && job.job().steps().stream().noneMatch(Step.Checkout.class::isInstance)) {
                copy(original, directory);
            }
            done = true;
            return new Copy(root, directory, temporary);
        } finally {
            if (!done) {
                remove(root);
            }
        }
    }

    private void copy(Path original, Path directory) throws IOException {
        try {
            Files.walkFileTree(original, new Copier(original, directory));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            String what = e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " : "";
            throw new IOException(
                    "cannot copy " + original + " as the job's workspace: " + what + e.getMessage()
                            + " (a job with a checkout step starts in an empty folder instead)",
                    e);
        }
    }

    private record Copy(Path root, Path directory, Path temporary) implements Workspace {
        @Override
        public void close() throws IOException {
            remove(root);
        }
    }

    private final class Copier extends SimpleFileVisitor<Path> {
        private final Path original;
        private final Path target;

        Copier(Path original, Path target) {
            this.original = original;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(base)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (!folder.equals(original)) {
                Files.createDirectory(at(folder));
            }
            return FileVisitResult.CONTINUE;
        }

        /** Sockets, pipes and devices are not files of a project. */
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the copy of the workspace was cancelled");
            }
            if (!attributes.isOther()) {
                try {
                    Files.copy(file, at(file), StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                } catch (NoSuchFileException e) {
                    Files.deleteIfExists(at(file)); // Somebody removed it in the meantime: then it is not part of it.
                }
            }
            return FileVisitResult.CONTINUE;
        }

        /** What vanishes while it is listed is not part of it. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(original)) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        /** Permissions come last, since a folder may not allow writing. */
        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
                throw e;
            }
            Path copy = at(folder);
            try {
                Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(folder));
                Files.setLastModifiedTime(copy, Files.getLastModifiedTime(folder));
            } catch (NoSuchFileException gone) {
                return FileVisitResult.CONTINUE;
            }
            return FileVisitResult.CONTINUE;
        }

        private Path at(Path file) {
            return target.resolve(original.relativize(file));
        }
    }

    /** Everything goes, also from folders that a job has made unwritable; links are removed, not followed. */
    private static void remove(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
                    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            /** A process of the job that ends just now may remove its own files. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof AccessDeniedException && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                    remove(file);
                } else if (!(e instanceof NoSuchFileException)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
