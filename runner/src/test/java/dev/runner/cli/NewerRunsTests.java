package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.frontend.gitlab.AutoCancel;
import dev.runner.frontend.gitlab.AutoCancel.OnNewCommit;
import dev.runner.schedule.JobRef;
import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NewerRunsTests {
    @TempDir
    Path folder;

    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    private final Run run = new Run() {
        @Override
        public void cancel() {
            done.add("cancelled");
        }

        @Override
        public void giveUp() {
            done.add("given up");
        }

        @Override
        public void cancelJobs(Set<String> ids) {
            done.add("cancelled " + ids);
        }

        @Override
        public RunResult await() {
            throw new IllegalStateException("nobody waits");
        }
    };

    private static AutoCancel rule(OnNewCommit word) {
        return new AutoCancel(false, word, Set.of("a"));
    }

    private static RunEvent started(String job) {
        return new RunEvent.JobStarted(Instant.EPOCH, new JobRef(job, job, job), 1, 1);
    }

    @Test
    void a_newer_commit_cancels_a_run_in_which_all_that_has_started_is_interruptible() throws Exception {
        try (NewerRuns older = NewerRuns.enter(folder, "1", rule(OnNewCommit.CONSERVATIVE))) {
            older.guard(run);
            older.on(started("a"));
            NewerRuns.enter(folder, "1", rule(OnNewCommit.CONSERVATIVE)).close();
            assertThat(done.poll(200, TimeUnit.MILLISECONDS)).isNull();

            NewerRuns.enter(folder, "2", rule(OnNewCommit.CONSERVATIVE)).close();

            assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("cancelled");
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_run_goes_on_when_another_job_has_started() throws Exception {
        try (NewerRuns older = NewerRuns.enter(folder, "1", rule(OnNewCommit.CONSERVATIVE))) {
            older.guard(run);
            older.on(started("b"));
            NewerRuns.enter(folder, "2", rule(OnNewCommit.CONSERVATIVE)).close();

            assertThat(done.poll(500, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void interruptible_jobs_alone_are_cancelled_where_the_pipeline_says_so() throws Exception {
        try (NewerRuns older = NewerRuns.enter(folder, "1", rule(OnNewCommit.INTERRUPTIBLE))) {
            older.guard(run);
            older.on(started("b"));
            NewerRuns.enter(folder, "2", rule(OnNewCommit.NONE)).close();

            assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("cancelled [a]");
        }
    }
}
