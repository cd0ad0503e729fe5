package dev.runner.cli;

import dev.runner.secret.Secret;
import dev.runner.step.github.GithubApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags of {@code runner exec} that only GitHub's workflows have. */
final class GithubFlags implements Flags.Declaring {
    @Nullable
    String event;

    @Nullable
    Path payload;

    @Nullable
    String ref;

    List<String> inputs = new ArrayList<>();
    List<String> runsOn = new ArrayList<>();
    boolean all;

    @Nullable
    String rerun;

    @Nullable
    String app;

    /**
     * The App that issues tokens for jobs, or null.
     *
     * @throws UsageException when it is written otherwise, or its key cannot be read
     */
    @Nullable
    GithubApp app(Map<String, String> environment) {
        String written = app == null ? environment.getOrDefault("RUNNER_GITHUB_APP", "") : app;
        if (written.isEmpty()) {
            return null;
        }
        int at = written.indexOf("=@");
        if (at <= 0) {
            // What stands there may be a key that was given by mistake, so it is not shown.
            throw new UsageException("--github-app takes ID=@FILE, with the App's private key in the file");
        }
        Path file = Path.of(written.substring(at + 2));
        try {
            return GithubApp.of(written.substring(0, at), Secret.of("GitHub App's key", Files.readString(file)));
        } catch (IOException e) {
            throw new UsageException("the key of --github-app cannot be read: " + file);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--github-app: " + e.getMessage());
        }
    }

    @Override
    public void declare(Flags flags) {
        flags.option("--event")
                .label("NAME")
                .says("Of a workflow: the event it runs for, such as pull_request (default: push, or the first it"
                        + " has).")
                .value(String.class, value -> event = value);
        flags.option("--event-path")
                .label("FILE")
                .says("Of a workflow: the event's payload, in JSON, in place of one made from the repository.")
                .value(Path.class, value -> payload = value);
        flags.option("--ref")
                .label("REF")
                .says("Of a workflow: the branch or tag the event is about, as refs/tags/v1 (default: what is"
                        + " checked out).")
                .value(String.class, value -> ref = value);
        flags.option("--input")
                .label("NAME=VALUE")
                .says("Of a workflow: an input of workflow_dispatch or workflow_call.")
                .values(String.class, values -> inputs = values);
        flags.option("--runs-on")
                .label("LABEL=IMAGE")
                .says("Of a workflow: run the jobs of this label in an image, or on this machine: LABEL=host, as all"
                        + " that no one names.")
                .values(String.class, values -> runsOn = values);
        flags.option("--rerun")
                .label("failed|all")
                .says(
                        "Of a workflow or a GitLab pipeline: another attempt of its last run; with 'failed', jobs that have succeeded keep"
                                + " their results, outputs and artifacts.")
                .value(String.class, value -> rerun = value);
        flags.option("--github-app")
                .label("ID=@FILE")
                .says(
                        "Of a workflow: a GitHub App and its private key (PEM), which gives every job a token of its own with"
                                + " exactly its permissions (default: RUNNER_GITHUB_APP).")
                .value(String.class, value -> app = value);
        flags.option("--all")
                .says("Of a workflow: run it whatever its events and filters of branches, tags and paths say.")
                .on(value -> all = value);
    }
}
