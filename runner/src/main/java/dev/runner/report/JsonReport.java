package dev.runner.report;

import dev.runner.schedule.JobRef;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line for each event. The fields are stable: a later version adds some and renames none. A field whose
 * value is unknown is left out. Every object has {@code event} and {@code time} (ISO 8601, UTC).
 *
 * <table>
 * <caption>Events and their fields</caption>
 * <tr><td>run-started</td><td>pipeline, jobs: [{key, id, name}]</td></tr>
 * <tr><td>jobs-added</td><td>id, jobs</td></tr>
 * <tr><td>job-started</td><td>job: {key, id, name}, attempt, attempts</td></tr>
 * <tr><td>step-started</td><td>job, step: {index, id, name, kind}</td></tr>
 * <tr><td>output</td><td>job, step, stream: stdout|stderr|info, platform, text</td></tr>
 * <tr><td>annotation</td><td>job, step, level: notice|warning|error, message, title, file, line, column</td></tr>
 * <tr><td>published</td><td>job, step, references, digest, platforms</td></tr>
 * <tr><td>built</td><td>job, step, references, digest, images: [{platform, digest, bytes, cached, vertices, seconds}]</td></tr>
 * <tr><td>step-finished</td><td>job, step, outcome, conclusion: success|failure|cancelled|skipped, seconds, outputs,
 *     failure: {kind, message, remedy, exitCode, retryable, file, line, column}</td></tr>
 * <tr><td>job-retried</td><td>job, attempt, attempts</td></tr>
 * <tr><td>job-finished</td><td>job, result, tolerated, seconds, outputs, failure</td></tr>
 * <tr><td>cancel-requested</td><td>kill</td></tr>
 * <tr><td>run-finished</td><td>result, seconds, totals: {result: count}, jobs: [{key, id, name, result, tolerated,
 *     seconds}], failures: [kind]</td></tr>
 * </table>
 */
public final class JsonReport implements Report {
    private final Lines lines;

    JsonReport(Lines lines) {
        this.lines = lines;
    }

    @Override
    public void on(RunEvent event) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", name(event));
        fields.put("time", event.at().toString());
        fill(event, fields);
        lines.write(Json.write(masked(fields)) + "\n");
    }

    private static String name(RunEvent event) {
        return switch (event) {
            case RunEvent.RunStarted _ -> "run-started";
            case RunEvent.JobsAdded _ -> "jobs-added";
            case RunEvent.JobStarted _ -> "job-started";
            case RunEvent.StepStarted _ -> "step-started";
            case RunEvent.OutputLine _ -> "output";
            case RunEvent.Annotation _ -> "annotation";
            case RunEvent.Published _ -> "published";
            case RunEvent.Built _ -> "built";
            case RunEvent.StepFinished _ -> "step-finished";
            case RunEvent.JobRetried _ -> "job-retried";
            case RunEvent.JobFinished _ -> "job-finished";
            case RunEvent.CancelRequested _ -> "cancel-requested";
            case RunEvent.RunFinished _ -> "run-finished";
        };
    }

    private static void fill(RunEvent event, Map<String, @Nullable Object> fields) {
        switch (event) {
            case RunEvent.RunStarted(var _, String pipeline, List<JobRef> jobs) -> {
                fields.put("pipeline", pipeline);
                fields.put("jobs", jobs.stream().map(JsonReport::job).toList());
            }
            case RunEvent.JobsAdded(var _, String id, List<JobRef> jobs) -> {
                fields.put("id", id);
                fields.put("jobs", jobs.stream().map(JsonReport::job).toList());
            }
            case RunEvent.JobStarted(var _, JobRef job, int attempt, int attempts) ->
                attempt(fields, job, attempt, attempts);
            case RunEvent.JobRetried(var _, JobRef job, int attempt, int attempts) ->
                attempt(fields, job, attempt, attempts);
            case RunEvent.StepStarted(var _, StepRef step) -> step(fields, step);
            case RunEvent.OutputLine line -> {
                step(fields, line.step());
                fields.put("stream", word(line.stream()));
                fields.put("platform", line.platform());
                fields.put("text", line.text());
            }
            case RunEvent.Annotation annotation -> annotation(fields, annotation);
            case RunEvent.Published(var _, StepRef step, RunEvent.Published.Image image) -> {
                step(fields, step);
                fields.put("references", image.references());
                fields.put("digest", image.digest());
                fields.put("platforms", image.platforms());
            }
            case RunEvent.Built(var _, StepRef step, RunEvent.Built.Image image) -> {
                step(fields, step);
                fields.put("references", image.references());
                fields.put("digest", image.digest());
                fields.put(
                        "images",
                        image.platforms().stream().map(JsonReport::platform).toList());
            }
            case RunEvent.StepFinished finished -> {
                step(fields, finished.step());
                fields.put("outcome", finished.outcome().word());
                fields.put("conclusion", finished.conclusion().word());
                end(fields, finished.duration(), finished.outputs(), finished.failure());
            }
            case RunEvent.JobFinished finished -> {
                fields.put("job", job(finished.job()));
                fields.put("result", finished.result().word());
                fields.put("tolerated", finished.tolerated());
                end(fields, finished.duration(), finished.outputs(), finished.failure());
            }
            case RunEvent.CancelRequested(var _, boolean kill) -> fields.put("kill", kill);
            case RunEvent.RunFinished(var _, RunResult result) -> run(fields, result);
        }
    }

    private static void attempt(Map<String, @Nullable Object> fields, JobRef job, int attempt, int attempts) {
        fields.put("job", job(job));
        fields.put("attempt", attempt);
        fields.put("attempts", attempts);
    }

    private static void annotation(Map<String, @Nullable Object> fields, RunEvent.Annotation annotation) {
        fields.put("job", annotation.job() == null ? null : job(annotation.job()));
        fields.put("step", annotation.step() == null ? null : step(annotation.step()));
        fields.put("level", word(annotation.level()));
        fields.put("message", annotation.message());
        RunEvent.Annotation.Place place = annotation.place();
        if (place != null) {
            fields.put("title", place.title());
            fields.put("file", place.file());
            fields.put("line", place.line() == 0 ? null : place.line());
            fields.put("column", place.column() == 0 ? null : place.column());
            if (place.endLine() > 0) {
                fields.put("endLine", place.endLine());
            }
            if (place.endColumn() > 0) {
                fields.put("endColumn", place.endColumn());
            }
        }
    }

    private static void run(Map<String, @Nullable Object> fields, RunResult result) {
        fields.put("result", result.result().word());
        fields.put("seconds", seconds(result.duration()));
        Map<String, Object> totals = new LinkedHashMap<>();
        for (var kind : dev.runner.schedule.Result.values()) {
            if (result.totals().containsKey(kind)) {
                totals.put(kind.word(), result.totals().getOrDefault(kind, 0));
            }
        }
        fields.put("totals", totals);
        List<Object> jobs = new ArrayList<>();
        for (RunResult.JobResult each : result.jobs()) {
            Map<String, Object> job = new LinkedHashMap<>(job(each.job()));
            job.put("result", each.result().word());
            job.put("tolerated", each.tolerated());
            job.put("seconds", seconds(each.duration()));
            jobs.add(job);
        }
        fields.put("jobs", jobs);
        fields.put(
                "failures",
                result.failures().stream().sorted().map(JsonReport::word).toList());
    }

    private static void end(
            Map<String, @Nullable Object> fields,
            Duration duration,
            Map<String, String> outputs,
            @Nullable StepFailure failure) {
        fields.put("seconds", seconds(duration));
        fields.put("outputs", outputs);
        if (failure != null) {
            Map<String, @Nullable Object> told = new LinkedHashMap<>();
            told.put("kind", word(failure.kind()));
            told.put("message", failure.message());
            told.put("remedy", failure.remedy());
            told.put("exitCode", failure.exitCode());
            told.put("retryable", failure.retryable());
            RunEvent.Annotation.Place place = failure.place();
            if (place != null) {
                told.put("file", place.file());
                told.put("line", place.line());
                told.put("column", place.column());
            }
            fields.put("failure", told);
        }
    }

    private static void step(Map<String, @Nullable Object> fields, StepRef step) {
        fields.put("job", job(step.job()));
        fields.put("step", step(step));
    }

    private static Map<String, Object> platform(RunEvent.Built.PlatformImage image) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("platform", image.platform());
        fields.put("digest", image.digest());
        fields.put("bytes", image.bytes());
        fields.put("cached", image.cached());
        fields.put("vertices", image.vertices());
        fields.put("seconds", seconds(image.duration()));
        return fields;
    }

    private static Map<String, Object> job(JobRef job) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", job.key());
        fields.put("id", job.id());
        fields.put("name", job.name());
        return fields;
    }

    private static Map<String, @Nullable Object> step(StepRef step) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("index", step.index());
        fields.put("id", step.id());
        fields.put("name", step.name());
        fields.put("kind", step.kind());
        return fields;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Each text by itself, so that masking can never break the JSON. */
    private @Nullable Object masked(@Nullable Object value) {
        return switch (value) {
            case String text -> lines.mask(text);
            case List<?> items -> {
                List<@Nullable Object> all = new ArrayList<>();
                items.forEach(item -> all.add(masked(item)));
                yield all;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> all = new LinkedHashMap<>();
                map.forEach((key, each) -> all.put(String.valueOf(key), masked(each)));
                yield all;
            }
            case null, default -> value;
        };
    }

    @Override
    public void close() {}
}
