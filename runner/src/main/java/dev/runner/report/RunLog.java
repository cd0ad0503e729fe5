package dev.runner.report;

import dev.runner.schedule.JobRef;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.StepRef;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a report remembers of a run: its jobs, the last lines of each step, what failed and what was published. */
final class RunLog {
    /** Lines of a step that are kept for the end. */
    static final int TAIL = 40;

    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final List<FailedStep> failures = new ArrayList<>();
    private final List<RunEvent.Published> published = new ArrayList<>();
    private final List<RunEvent.Built> built = new ArrayList<>();

    /** A job as far as it is known. */
    static final class Job {
        final JobRef ref;
        final int index;
        final Map<Integer, Step> steps = new LinkedHashMap<>();

        @Nullable
        Instant started;

        RunEvent.@Nullable JobFinished finished;
        int attempt = 1;

        Job(JobRef ref, int index) {
            this.ref = ref;
            this.index = index;
        }
    }

    /** A step as far as it is known. */
    static final class Step {
        final StepRef ref;
        final Deque<String> tail = new ArrayDeque<>();

        @Nullable
        Instant started;

        RunEvent.@Nullable StepFinished finished;

        @Nullable
        String platform;

        int lines;

        Step(StepRef ref) {
            this.ref = ref;
        }

        boolean running() {
            return started != null && finished == null;
        }
    }

    /** A step that failed, with what it said last. */
    record FailedStep(Step step, RunEvent.StepFinished event) {}

    Job job(JobRef ref) {
        return jobs.computeIfAbsent(ref.key(), _ -> new Job(ref, jobs.size()));
    }

    Step step(StepRef ref) {
        return job(ref.job()).steps.computeIfAbsent(ref.index(), _ -> new Step(ref));
    }

    Collection<Job> jobs() {
        return jobs.values();
    }

    List<FailedStep> failures() {
        return failures;
    }

    List<RunEvent.Published> published() {
        return published;
    }

    List<RunEvent.Built> built() {
        return built;
    }

    int cached() {
        return platforms().mapToInt(RunEvent.Built.PlatformImage::cached).sum();
    }

    int vertices() {
        return platforms().mapToInt(RunEvent.Built.PlatformImage::vertices).sum();
    }

    private Stream<RunEvent.Built.PlatformImage> platforms() {
        return built.stream().flatMap(each -> each.image().platforms().stream());
    }

    void on(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted started -> started.jobs().forEach(this::job);
            case RunEvent.JobsAdded added -> added.jobs().forEach(this::job);
            case RunEvent.JobStarted started -> begin(started);
            case RunEvent.StepStarted started -> step(started.step()).started = started.at();
            case RunEvent.OutputLine line -> remember(line);
            case RunEvent.Published image -> published.add(image);
            case RunEvent.Built image -> built.add(image);
            case RunEvent.StepFinished finished -> finish(finished);
            case RunEvent.JobFinished finished -> job(finished.job()).finished = finished;
            case RunEvent.Annotation _, RunEvent.JobRetried _, RunEvent.CancelRequested _, RunEvent.RunFinished _ -> {}
        }
    }

    private void begin(RunEvent.JobStarted event) {
        Job job = job(event.job());
        job.steps.clear();
        job.attempt = event.attempt();
        if (job.started == null) {
            job.started = event.at();
        }
        String key = event.job().key();
        failures.removeIf(failed -> failed.step().ref.job().key().equals(key));
        built.removeIf(image -> image.step().job().key().equals(key));
    }

    private void remember(RunEvent.OutputLine line) {
        Step step = step(line.step());
        step.lines++;
        step.tail.addLast(line.text());
        if (step.tail.size() > TAIL) {
            step.tail.removeFirst();
        }
        if (line.platform() != null) {
            step.platform = line.platform();
        }
    }

    private void finish(RunEvent.StepFinished event) {
        Step step = step(event.step());
        step.finished = event;
        if (event.outcome() == dev.runner.schedule.Result.FAILURE) {
            failures.add(new FailedStep(step, event));
        }
    }
}
