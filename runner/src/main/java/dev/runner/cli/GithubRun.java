package dev.runner.cli;

import dev.runner.expression.Value;
import dev.runner.frontend.github.Concurrency;
import dev.runner.frontend.github.Event;
import dev.runner.frontend.github.GithubWorkflow;
import dev.runner.frontend.github.Repository;
import dev.runner.frontend.github.RunFacts;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.schedule.Inputs;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a GitHub workflow is about: its event, its contexts, its secrets.
 *
 * @param refusal why the workflow does not run for the event, or null
 * @param concurrency what the workflow says of other runs, or null
 * @param notes lines for people, on what holds on GitHub besides: permissions, environments
 */
record GithubRun(
        Pipeline pipeline,
        Inputs inputs,
        Event event,
        @Nullable String refusal,
        String notes,
        @Nullable Concurrency concurrency) {
    /** The name under which GitHub gives every workflow a token. */
    static final String TOKEN = "GITHUB_TOKEN";

    /** The owner of repositories that no server has. */
    private static final String LOCAL = "local/";

    /**
     * Works out what runs are about.
     *
     * @param images in which jobs run, by the labels of {@code runs-on}
     */
    record Reader(ExecFlags flags, Map<String, String> environment, Repository repository, Map<String, String> images) {
        /** @param asItIs whether jobs get a token of the user's */
        private static String tokenNote(GithubWorkflow workflow, boolean asItIs) {
            return asItIs && workflow.narrowsTokens()
                    ? "GITHUB_TOKEN is given as it is to jobs with permissions, for no token can be narrowed; --github-app"
                            + " gives each job one of its own\n"
                    : "";
        }

        /**
         * @param path the workflow's file below the repository's root
         * @param run how the run is called, and the jobs that are not run again
         */
        GithubRun read(GithubWorkflow workflow, String path, RunMemory.Last run) throws IOException {
            String server = environment.getOrDefault("GITHUB_SERVER_URL", RunFacts.GITHUB);
            Event event = workflow.event(wish(flags.github), repository, server);
            String refusal = flags.github.all ? null : workflow.refusal(event, repository);
            ExecInputs given = new ExecInputs(flags, environment);
            Set<String> wanted = new TreeSet<>(workflow.secretNames());
            wanted.add(TOKEN);
            Secrets secrets = given.secrets(wanted);
            Secret token = secrets.find(TOKEN);
            String shown = token == null ? "" : token.reveal();
            RunFacts facts =
                    new RunFacts(server, run.id(), run.number(), run.attempt(), shown, given.variables(), path);
            Map<String, String> inputs = Arguments.pairs("--input", flags.github.inputs, Map.of());
            Map<String, Value> contexts =
                    refusal == null ? workflow.contexts(event, facts, repository, inputs) : Map.of();
            PlanInputs plan = PlanInputs.none().withContexts(contexts).withJobs(flags.jobs);
            return new GithubRun(
                    withSecrets(workflow.pipeline(images), workflow, secrets),
                    new Inputs(plan, secrets, environment).withKept(run.succeeded()),
                    event,
                    refusal,
                    workflow.notes(images)
                            + tokenNote(workflow, token != null && flags.github.app(environment) == null),
                    refusal == null ? workflow.concurrency(contexts) : null);
        }
    }

    /** A workflow declares no secrets: it may read those that are given, and finds nothing under other names. */
    private static Pipeline withSecrets(Pipeline pipeline, GithubWorkflow workflow, Secrets secrets) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        secrets.all().forEach(secret -> names.add(secret.name()));
        names.addAll(workflow.secretNames());
        names.add(TOKEN);
        List<Pipeline.SecretName> declared = names.stream()
                .map(name -> new Pipeline.SecretName(name, Pipeline.SecretName.Absence.EMPTY, pipeline.span()))
                .toList();
        return new Pipeline(
                pipeline.name(),
                pipeline.dialect(),
                new Pipeline.Declarations(
                        List.of(), declared, pipeline.declarations().platforms(), null),
                pipeline.env(),
                pipeline.jobs(),
                pipeline.span());
    }

    private static Event.Wish wish(GithubFlags flags) throws IOException {
        String ref = flags.ref;
        if (ref != null && !ref.startsWith("refs/")) {
            ref = "refs/heads/" + ref;
        }
        return new Event.Wish(flags.event, flags.payload == null ? null : payload(flags.payload), ref);
    }

    private static Value.Obj payload(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        try {
            if (Value.fromJson(text) instanceof Value.Obj object) {
                return object;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("the payload in " + file + " cannot be read: " + e.getMessage());
        }
        throw new UsageException("the payload in " + file + " is no JSON object");
    }

    /**
     * The root of the repository that a workflow belongs to: the folder above its {@code .github/workflows}, else the one
     * that is worked in.
     */
    static Path root(Path file, Path here) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path github = folder != null && folder.endsWith(Path.of(".github", "workflows")) ? folder.getParent() : null;
        Path root = github == null ? null : github.getParent();
        return root == null ? here.toAbsolutePath().normalize() : root;
    }

    /** The concurrency groups of the run's repository: the one on the server, else that of this folder. */
    static ConcurrencyGroup.Place groups(Locations locations, Map<String, Value> contexts, Path root) {
        Value.Obj github = contexts.get("github") instanceof Value.Obj object ? object : new Value.Obj(Map.of());
        Value name = github.get("repository");
        Value server = github.get("server_url");
        String repository = name == null || server == null || name.text().startsWith(LOCAL)
                ? root.toAbsolutePath().normalize().toString()
                : server.text() + "/" + name.text();
        return new ConcurrencyGroup.Place(locations.state(), repository);
    }
}
