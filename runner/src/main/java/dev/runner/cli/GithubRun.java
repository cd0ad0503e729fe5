package dev.runner.cli;

import dev.runner.expression.Value;
import dev.runner.frontend.github.Event;
import dev.runner.frontend.github.GithubWorkflow;
import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.github.Repository;
import dev.runner.frontend.github.RunFacts;
import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.schedule.Inputs;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a GitHub workflow is about: its event, its contexts, its secrets.
 *
 * @param refusal why the workflow does not run for the event, or null
 */
record GithubRun(
        Pipeline pipeline,
        Inputs inputs,
        Event event,
        @Nullable String refusal) {
    /** The name under which GitHub gives every workflow a token. */
    static final String TOKEN = "GITHUB_TOKEN";

    /**
     * Reads a workflow and works out what the run is about.
     *
     * @param path the workflow's file below the repository's root
     */
    static GithubRun of(
            Source source,
            String path,
            ExecFlags flags,
            Map<String, String> environment,
            Repository repository,
            WorkflowFetcher fetcher)
            throws IOException {
        GithubWorkflow workflow = GithubWorkflows.read(source, fetcher);
        String server = environment.getOrDefault("GITHUB_SERVER_URL", RunFacts.GITHUB);
        Event event = workflow.event(wish(flags.github), repository, server);
        String refusal = flags.github.all ? null : workflow.refusal(event);
        ExecInputs given = new ExecInputs(flags, environment);
        Secrets secrets = given.secrets(workflow.secretNames());
        Secret token = secrets.find(TOKEN);
        RunFacts facts = new RunFacts(
                server, System.currentTimeMillis(), 1, 1, token == null ? "" : token.reveal(), given.variables(), path);
        Map<String, Value> contexts = refusal == null
                ? workflow.contexts(event, facts, repository, Arguments.pairs("--input", flags.github.inputs, Map.of()))
                : Map.of();
        PlanInputs plan = PlanInputs.none().withContexts(contexts).withJobs(flags.jobs);
        Pipeline pipeline = workflow.pipeline();
        Pipeline.Declarations declared = pipeline.declarations();
        List<Pipeline.SecretName> names = new ArrayList<>();
        Map<String, Boolean> known = new LinkedHashMap<>();
        workflow.secretNames().forEach(name -> known.put(name, true));
        secrets.all().forEach(secret -> known.put(secret.name(), true));
        known.put(TOKEN, true);
        known.keySet()
                .forEach(name ->
                        names.add(new Pipeline.SecretName(name, Pipeline.SecretName.Absence.EMPTY, pipeline.span())));
        Pipeline complete = new Pipeline(
                pipeline.name(),
                pipeline.dialect(),
                new Pipeline.Declarations(List.of(), names, declared.platforms(), null),
                pipeline.env(),
                pipeline.jobs(),
                pipeline.span());
        return new GithubRun(complete, new Inputs(plan, secrets, environment), event, refusal);
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
}
