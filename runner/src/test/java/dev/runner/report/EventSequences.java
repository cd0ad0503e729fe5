package dev.runner.report;

import dev.runner.schedule.JobRef;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs as they are told, with times that are always the same. */
final class EventSequences {
    static final Instant START = Instant.parse("2026-03-04T05:06:07Z");
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    private final List<RunEvent> events = new ArrayList<>();
    private Instant now = START;

    private Instant after(long millis) {
        now = now.plusMillis(millis);
        return now;
    }

    /** Everything that can happen: a build with a cache, a published image, a matrix, a retry, a failure, a secret. */
    static List<RunEvent> everything() {
        EventSequences run = new EventSequences();
        JobRef base = new JobRef("base", "base", "base");
        JobRef slim = new JobRef("image (slim)", "image", "image (slim)");
        JobRef full = new JobRef("image (full)", "image", "image (full)");
        JobRef deploy = new JobRef("deploy", "deploy", "deploy");
        run.add(new RunEvent.RunStarted(run.after(0), "quickstart", List.of(base, deploy)));
        run.add(new RunEvent.JobStarted(run.after(5), base, 1, 1));
        StepRef checkout = new StepRef(base, 0, null, "checkout .", "checkout");
        StepRef hello = new StepRef(base, 1, "hello", "say hello", "run");
        run.step(checkout, 120, Map.of("sha", "abc"), "checking out /work/app");
        run.step(hello, 1500, Map.of(), "\u001b[32mhello\u001b[0m", "password: s3cr3t-canary");
        run.add(new RunEvent.JobFinished(
                run.after(1), base, Result.SUCCESS, false, Duration.ofMillis(1626), Map.of(), null));
        run.add(new RunEvent.JobsAdded(run.after(0), "image", List.of(slim, full)));
        run.image(slim);
        run.failing(full);
        run.add(new RunEvent.JobFinished(run.after(0), deploy, Result.SKIPPED, false, Duration.ZERO, Map.of(), null));
        run.add(new RunEvent.RunFinished(
                run.after(0),
                new RunResult(
                        Result.FAILURE,
                        Duration.ofMillis(75_400),
                        Map.of(Result.SUCCESS, 2, Result.FAILURE, 1, Result.SKIPPED, 1),
                        List.of(
                                new RunResult.JobResult(base, Result.SUCCESS, false, Duration.ofMillis(1626)),
                                new RunResult.JobResult(slim, Result.SUCCESS, false, Duration.ofMillis(3200)),
                                new RunResult.JobResult(full, Result.FAILURE, false, Duration.ofMillis(62_000)),
                                new RunResult.JobResult(deploy, Result.SKIPPED, false, Duration.ZERO)),
                        Set.of(StepFailure.Kind.FAILED))));
        return run.events;
    }

    private void image(JobRef job) {
        add(new RunEvent.JobStarted(after(3), job, 1, 2));
        StepRef build = new StepRef(job, 0, "app", "build .", "build");
        add(new RunEvent.StepStarted(after(1), build));
        line(build, Stream.INFO, "[linux/arm64 2/4] RUN uname -m", "linux/arm64");
        line(build, Stream.STDOUT, "[linux/arm64 2/4] aarch64", "linux/arm64");
        line(build, Stream.INFO, "[linux/amd64 2/4] CACHED", "linux/amd64");
        add(new RunEvent.Annotation(
                after(1),
                job,
                build,
                RunEvent.Annotation.Level.WARNING,
                "MAINTAINER is deprecated",
                new RunEvent.Annotation.Place(null, "Dockerfile", 2, 1)));
        add(new RunEvent.Built(
                after(0),
                build,
                new RunEvent.Built.Image(
                        List.of("localhost:5000/acme/hello:abc"),
                        DIGEST,
                        List.of(
                                new RunEvent.Built.PlatformImage(
                                        "linux/amd64", DIGEST, 3_200_000, 3, 4, Duration.ofMillis(300)),
                                new RunEvent.Built.PlatformImage(
                                        "linux/arm64", DIGEST, 2_900, 0, 4, Duration.ofMillis(2500))))));
        add(new RunEvent.StepFinished(
                after(2500),
                build,
                Result.SUCCESS,
                Result.SUCCESS,
                Duration.ofMillis(2504),
                new TreeMap<>(Map.of("imageid", DIGEST, "metadata", "{\n}")),
                null));
        StepRef publish = new StepRef(job, 1, null, "publish to localhost:5000/acme/hello", "publish");
        add(new RunEvent.StepStarted(after(1), publish));
        add(new RunEvent.Published(
                after(100),
                publish,
                new RunEvent.Published.Image(
                        List.of("localhost:5000/acme/hello:abc", "localhost:5000/acme/hello:latest"),
                        DIGEST,
                        List.of("linux/amd64", "linux/arm64"))));
        finish(publish, 101, Result.SUCCESS, null);
        add(new RunEvent.JobFinished(after(1), job, Result.SUCCESS, false, Duration.ofMillis(3200), Map.of(), null));
    }

    private void failing(JobRef job) {
        for (int attempt = 1; attempt <= 2; attempt++) {
            add(new RunEvent.JobStarted(after(3), job, attempt, 2));
            StepRef tolerated = new StepRef(job, 0, null, "lint", "run");
            add(new RunEvent.StepStarted(after(1), tolerated));
            line(tolerated, Stream.STDERR, "missing semicolon", null);
            add(new RunEvent.StepFinished(
                    after(10),
                    tolerated,
                    Result.FAILURE,
                    Result.SUCCESS,
                    Duration.ofMillis(11),
                    Map.of(),
                    StepFailure.exit(2, null)));
            StepRef build = new StepRef(job, 1, "app", "build .", "build");
            add(new RunEvent.StepStarted(after(1), build));
            for (int i = 1; i <= 25; i++) {
                line(build, Stream.STDOUT, "[linux/arm/v7 3/4] compiling " + i, "linux/arm/v7");
            }
            finish(
                    build,
                    60_000,
                    Result.FAILURE,
                    new StepFailure(
                            StepFailure.Kind.FAILED,
                            "the command ended with exit code 137",
                            "it was killed, most often for want of memory",
                            137,
                            false,
                            null,
                            new RunEvent.Annotation.Place(null, "app/Dockerfile", 3, 1)));
            add(new RunEvent.StepFinished(
                    after(0),
                    new StepRef(job, 2, null, "smoke test", "run"),
                    Result.SKIPPED,
                    Result.SKIPPED,
                    Duration.ZERO,
                    Map.of(),
                    null));
            if (attempt == 1) {
                add(new RunEvent.JobRetried(after(1), job, 1, 2));
            }
        }
        // The job's failure is its step's, and is to be shown once.
        StepFailure failure = new StepFailure(
                StepFailure.Kind.FAILED, "the command ended with exit code 137", null, 137, false, null);
        add(new RunEvent.JobFinished(
                after(1), job, Result.FAILURE, false, Duration.ofMillis(62_000), Map.of(), failure));
    }

    private void step(StepRef step, long millis, Map<String, String> outputs, String... lines) {
        add(new RunEvent.StepStarted(after(1), step));
        for (String line : lines) {
            line(step, Stream.STDOUT, line, null);
        }
        add(new RunEvent.StepFinished(
                after(millis), step, Result.SUCCESS, Result.SUCCESS, Duration.ofMillis(millis), outputs, null));
    }

    private void finish(StepRef step, long millis, Result result, @Nullable StepFailure failure) {
        add(new RunEvent.StepFinished(
                after(millis), step, result, result, Duration.ofMillis(millis), Map.of(), failure));
    }

    private void line(StepRef step, Stream stream, String text, @Nullable String platform) {
        add(new RunEvent.OutputLine(after(1), step, stream, text, platform));
    }

    private void add(RunEvent event) {
        events.add(event);
    }

    /** Two jobs at once, of which one is long and the other would give orders to the system that shows the log. */
    static List<RunEvent> sideBySide() {
        EventSequences run = new EventSequences();
        JobRef slow = new JobRef("slow", "slow", "slow");
        JobRef loud = new JobRef("loud", "loud", "loud");
        run.add(new RunEvent.RunStarted(run.after(0), "two", List.of(slow, loud)));
        StepRef first = new StepRef(slow, 0, null, "wait", "run");
        StepRef second = new StepRef(loud, 0, null, "shout\n::error::not", "run");
        run.add(new RunEvent.StepStarted(run.after(1), first));
        run.line(first, Stream.STDOUT, "one", null);
        run.add(new RunEvent.StepStarted(run.after(1), second));
        run.line(second, Stream.STDOUT, "::set-output name=digest::evil", null);
        run.line(second, Stream.STDOUT, "\u00a0 \u001b[31m::add-mask::a", null);
        run.line(second, Stream.STDOUT, "so ##[group]evil", null);
        run.line(second, Stream.STDOUT, "\u001b[0Ksection_end:1:runner_step_1\r\u001b[0K std::string", null);
        run.line(first, Stream.STDOUT, "two", null);
        run.add(new RunEvent.Annotation(
                run.after(1),
                loud,
                second,
                RunEvent.Annotation.Level.WARNING,
                "100% sure,\nin two lines",
                new RunEvent.Annotation.Place("Odd: a, b", "/work/src/a,b.c", 2, 1, 3, 4)));
        StepFailure failure = StepFailure.of(StepFailure.Kind.BAD_INPUT, "no such thing", "write another")
                .withPlace(new RunEvent.Annotation.Place(null, "pipeline.yml", 7, 9));
        run.finish(second, 20, Result.FAILURE, failure);
        run.add(new RunEvent.JobFinished(
                run.after(1), loud, Result.FAILURE, false, Duration.ofMillis(21), Map.of(), failure));
        run.line(first, Stream.STDOUT, "three", null);
        run.finish(first, 1000, Result.SUCCESS, null);
        run.add(new RunEvent.RunFinished(
                run.after(0),
                new RunResult(
                        Result.FAILURE,
                        Duration.ofSeconds(1),
                        Map.of(Result.SUCCESS, 1, Result.FAILURE, 1),
                        List.of(
                                new RunResult.JobResult(slow, Result.SUCCESS, false, Duration.ofSeconds(1)),
                                new RunResult.JobResult(loud, Result.FAILURE, false, Duration.ofMillis(21))),
                        Set.of(StepFailure.Kind.BAD_INPUT))));
        return run.events;
    }

    /** A run that somebody stops twice. */
    static List<RunEvent> cancelled() {
        EventSequences run = new EventSequences();
        JobRef job = new JobRef("wait", "wait", "wait for it");
        StepRef step = new StepRef(job, 0, null, "sleep", "run");
        run.add(new RunEvent.RunStarted(run.after(0), "slow", List.of(job)));
        run.add(new RunEvent.JobStarted(run.after(0), job, 1, 1));
        run.add(new RunEvent.StepStarted(run.after(0), step));
        run.line(step, Stream.STDOUT, "10%\r20%\r30%", null);
        run.add(new RunEvent.CancelRequested(run.after(900), false));
        run.add(new RunEvent.CancelRequested(run.after(100), true));
        run.finish(
                step,
                1000,
                Result.CANCELLED,
                StepFailure.of(StepFailure.Kind.CANCELLED, "the run was cancelled", null));
        run.add(new RunEvent.JobFinished(
                run.after(0), job, Result.CANCELLED, false, Duration.ofSeconds(2), Map.of(), null));
        run.add(new RunEvent.RunFinished(
                run.after(0),
                new RunResult(
                        Result.CANCELLED,
                        Duration.ofSeconds(2),
                        Map.of(Result.CANCELLED, 1),
                        List.of(new RunResult.JobResult(job, Result.CANCELLED, false, Duration.ofSeconds(2))),
                        Set.of(StepFailure.Kind.CANCELLED))));
        return run.events;
    }
}
