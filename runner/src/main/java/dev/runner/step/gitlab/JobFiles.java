package dev.runner.step.gitlab;

import dev.runner.pipeline.Belongings;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a job gets from others and hands on: artifacts, reports and caches. */
final class JobFiles {
    /** As long as GitLab keeps artifacts unless told otherwise. */
    private static final Duration RETENTION = Duration.ofDays(30);

    private static final String DOTENV = "dotenv";

    private final GitLabTools.Keep keep;
    private final JobOpening.Site site;
    private final Belongings belongings;
    private Map<String, String> given = Map.of();

    JobFiles(GitLabTools.Keep keep, JobOpening.Site site) {
        this.keep = keep;
        this.site = site;
        this.belongings = site.job().job().belongings();
    }

    /** The variables of the dotenv reports of the jobs whose artifacts this one gets. */
    Map<String, String> reported() throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        for (Belongings.Source source : belongings.sources()) {
            Artifact report = find(source, DOTENV);
            if (report != null && source.files()) {
                Path folder = Files.createTempDirectory(site.temporary(), "dotenv-");
                keep.artifacts().extract(report, folder);
                all.putAll(DotenvReport.parse(Files.readString(folder.resolve(DOTENV), StandardCharsets.UTF_8)));
            }
        }
        return all;
    }

    /** The variables that the job itself has put into its dotenv report. */
    Map<String, String> given() {
        return given;
    }

    private @Nullable Artifact find(Belongings.Source source, String kind) throws IOException {
        Belongings.Source.Elsewhere elsewhere = source.elsewhere();
        if (elsewhere == null) {
            return find(source.job(), kind);
        }
        String project = elsewhere.project();
        if (project == null) {
            for (String run : keep.of().ancestors()) {
                Artifact artifact = keep.artifacts().find(run, name(source.job(), kind));
                if (artifact != null) {
                    return artifact;
                }
            }
            return null;
        }
        String key = keep.of().others().of(project);
        return key == null ? null : newest(name(source.job(), kind), key, elsewhere.ref());
    }

    /** On GitLab, too, a job does not begin without what it needs of another pipeline. */
    private static StepResult absent(Belongings.Source source, Belongings.Source.Elsewhere elsewhere) {
        String project = elsewhere.project();
        String where = project == null
                ? "a pipeline that has begun this one"
                : project + (elsewhere.ref() == null ? "" : " at " + elsewhere.ref());
        return StepResult.failed(StepFailure.of(
                StepFailure.Kind.FAILED,
                "no artifacts of the job " + source.job() + " of " + where + " are here",
                project == null
                        ? null
                        : "run its pipeline on this machine before, and say where it is with --project " + project
                                + "=FOLDER"));
    }

    private @Nullable Artifact newest(String name, String project, @Nullable String ref) throws IOException {
        Artifact newest = null;
        for (Artifact artifact : keep.artifacts().all()) {
            Map<String, String> labels = artifact.about().labels();
            if (artifact.name().equals(name)
                    && project.equals(labels.get("project"))
                    && (ref == null || ref.equals(labels.get("ref")))) {
                newest = artifact;
            }
        }
        return newest;
    }

    /** Of this run, else of the newest one in which the job has kept something. */
    private @Nullable Artifact find(String job, String kind) throws IOException {
        String name = name(job, kind);
        Artifact own = keep.artifacts().find(keep.of().run(), name);
        if (own != null || site.known().context("jobs") != null) {
            return own;
        }
        return newest(name, keep.of().project(), null);
    }

    /** A file among a job's artifacts. */
    String generated(String job, String file) throws IOException {
        Artifact artifact = find(job, "artifacts");
        if (artifact == null) {
            throw new IOException("the job " + job + " has no artifacts");
        }
        Path folder = Files.createTempDirectory(site.temporary(), "generated-");
        keep.artifacts().extract(artifact, folder);
        Path found = folder.resolve(file).normalize();
        if (!found.startsWith(folder) || !Files.isRegularFile(found)) {
            throw new IOException("the artifacts of " + job + " have no " + file);
        }
        return Files.readString(found, StandardCharsets.UTF_8);
    }

    private static String name(String job, String kind) {
        return job.replaceAll("[\\\\/:*?\"<>|\\r\\n]", "_") + "." + kind;
    }

    /** Puts caches and artifacts into the workspace; a cache that cannot be had is none. */
    StepResult fetch(RunnerVariables variables, StepContext context) {
        JobCaches caches = new JobCaches(keep, belongings.caches(), variables, context);
        caches.restore();
        for (Belongings.Source source : belongings.sources()) {
            try {
                Artifact artifact = source.files() ? find(source, "artifacts") : null;
                if (artifact == null && source.files() && source.elsewhere() != null) {
                    return absent(source, source.elsewhere());
                }
                if (artifact != null) {
                    info(
                            context,
                            "Downloading artifacts for " + source.job() + " ("
                                    + artifact.content().files() + " files)");
                    keep.artifacts().extract(artifact, context.workspace());
                }
            } catch (IOException e) {
                return StepResult.failed(StepFailure.of(
                        StepFailure.Kind.FAILED,
                        "the artifacts of " + source.job() + " cannot be unpacked: " + e.getMessage(),
                        null));
            }
        }
        return StepResult.success();
    }

    /** Puts away what the job hands on, as far as its end asks for it. */
    StepResult keep(RunnerVariables variables, boolean passed, StepContext context) {
        new JobCaches(keep, belongings.caches(), variables, context).save(passed);
        Belongings.Artifacts artifacts = belongings.artifacts();
        if (artifacts == null) {
            return StepResult.success();
        }
        try {
            if (asked(artifacts.when(), passed)) {
                archive(artifacts, variables, context);
            }
            reports(artifacts, variables, context);
            return StepResult.success();
        } catch (DotenvReport.InvalidException e) {
            return StepResult.failed(StepFailure.of(StepFailure.Kind.FAILED, String.valueOf(e.getMessage()), null));
        } catch (IOException e) {
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.FAILED, "cannot keep artifacts: " + e.getMessage(), null));
        }
    }

    static boolean asked(Belongings.Moment when, boolean passed) {
        return when == Belongings.Moment.ALWAYS || (when == Belongings.Moment.SUCCESS) == passed;
    }

    private void archive(Belongings.Artifacts artifacts, RunnerVariables variables, StepContext context)
            throws IOException {
        if (artifacts.paths().isEmpty() && !artifacts.untracked()) {
            return;
        }
        FoundFiles found = new FoundFiles(context.workspace());
        List<String> excluded =
                artifacts.excluded().stream().map(variables::expand).toList();
        for (String path : artifacts.paths()) {
            String wanted = variables.expand(path);
            int count = found.add(wanted, excluded);
            if (count == 0) {
                context.output()
                        .line(
                                Stream.STDERR,
                                "WARNING: " + wanted + ": no matching files. Ensure that the"
                                        + " artifact path is relative to the working directory");
            } else {
                info(context, wanted + ": found " + count + " matching artifact files and directories");
            }
        }
        if (artifacts.untracked()) {
            found.addUntracked(excluded);
        }
        if (found.files().isEmpty()) {
            context.output().line(Stream.STDERR, "ERROR: No files to upload");
            return;
        }
        Belongings.Artifacts.About about = artifacts.about();
        Artifact kept = save("artifacts", found.files(), expiry(artifacts.expiry()), about(about, variables));
        if (about.exposedAs() != null && kept != null) {
            info(
                    context,
                    GitLabSteps.EXPOSED + about.exposedAs() + ": "
                            + keep.artifacts().zip(kept));
        }
    }

    private static Map<String, String> about(Belongings.Artifacts.About about, RunnerVariables variables) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (about.name() != null) {
            labels.put("name", variables.expand(about.name()));
        }
        if (about.access() != null) {
            labels.put("access", about.access());
        }
        return labels;
    }

    void save(String kind, FileSet files, @Nullable Duration retention) throws IOException {
        save(kind, files, retention, Map.of());
    }

    private @Nullable Artifact save(String kind, FileSet files, @Nullable Duration retention, Map<String, String> more)
            throws IOException {
        String job = site.job().key();
        Map<String, String> labels = new LinkedHashMap<>(more);
        labels.put("project", keep.of().project());
        labels.put("job", job);
        belongings.variables().stream()
                .filter(variable -> variable.name().equals("CI_COMMIT_REF_NAME"))
                .forEach(variable -> labels.put("ref", variable.value()));
        return keep.artifacts()
                .save(
                        new Artifact.About(keep.of().run(), name(job, kind), labels),
                        files,
                        new ArtifactStore.Keeping(ArtifactStore.Existing.REPLACE, 1, retention));
    }

    private static @Nullable Duration expiry(@Nullable String written) {
        return written == null ? RETENTION : written.startsWith("P") ? Duration.parse(written) : null;
    }

    private void reports(Belongings.Artifacts artifacts, RunnerVariables variables, StepContext context)
            throws IOException {
        List<String> patterns = new ArrayList<>(artifacts.reports().getOrDefault(DOTENV, List.of()));
        FoundFiles found = new FoundFiles(context.workspace());
        patterns.forEach(pattern -> found.tryAdd(variables.expand(pattern)));
        if (!found.files().isEmpty()) {
            StringBuilder text = new StringBuilder();
            for (Path file : found.files().entries().values()) {
                text.append(Files.readString(file, StandardCharsets.UTF_8)).append('\n');
            }
            given = DotenvReport.parse(text.toString());
            Path file = Files.writeString(context.temporary().resolve(DOTENV), text);
            save(DOTENV, new FileSet().add(DOTENV, file), RETENTION);
        }
        new TestReports(context).show(artifacts.reports().getOrDefault("junit", List.of()), variables);
    }

    private static void info(StepContext context, String text) {
        context.output().line(Stream.INFO, text);
    }
}
