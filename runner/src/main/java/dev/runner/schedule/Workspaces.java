package dev.runner.schedule;

import dev.runner.plan.JobRun;
import java.io.IOException;
import java.nio.file.Path;

/** Gives each job its own folder. */
public interface Workspaces {
    /** A fresh workspace for an attempt of a job. */
    Workspace open(JobRun job) throws IOException;

    /** A job's folders; closing removes them. */
    interface Workspace extends AutoCloseable {
        /** Where the job works; absolute. */
        Path directory();

        /** For temporary files, outside the workspace; absolute. */
        Path temporary();

        @Override
        void close() throws IOException;
    }
}
