package dev.runner.cli;

import dev.runner.host.posix.PosixFiles;
import dev.runner.plan.JobRun;
import dev.runner.schedule.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Jobs that work in a folder that is there already and stays: the one in which a CI system has started us.
 *
 * @param base where temporary folders go
 */
record WorkspaceInPlace(Path directory, Path base) implements Workspaces {
    @Override
    public Workspace open(JobRun job) throws IOException {
        return new InPlace(directory, Files.createTempDirectory(base, "job-"));
    }

    private record InPlace(Path directory, Path temporary) implements Workspace {
        @Override
        public void close() throws IOException {
            PosixFiles.deleteTree(temporary);
        }
    }
}
