package dev.runner.step.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step that is being executed, or one part of a composite action: what it sees, and what it leaves behind. */
final class Frame {
    /**
     * Where it comes from.
     *
     * @param key which one it is in the job: the step's index, and for a part those of the parts around it and its own
     * @param own the variables that the step itself, and the actions around it, have set
     * @param part whether it is a part of a composite action
     * @param handover what it hands on to the job
     * @param trace what it leaves itself
     * @param late what is left for the job's end by the parts of the same step
     */
    private record Origin(
            String key, Map<String, String> own, boolean part, Handover handover, StepTrace trace, LateParts late) {}

    private final GithubJob job;
    private final StepContext step;
    private final Scope scope;
    private final Map<String, String> variables;
    private final Map<String, Value> github;
    private final Origin origin;

    private Frame(
            GithubJob job,
            StepContext step,
            Scope scope,
            Map<String, String> variables,
            Map<String, Value> github,
            Origin origin) {
        this.job = job;
        this.step = step;
        this.variables = variables;
        this.github = github;
        this.origin = origin;
        this.scope = Scopes.over(scope, Map.of("github", new Value.Obj(github), "env", Scopes.env(variables)));
    }

    /**
     * A step of the job.
     *
     * @param key the step's index
     * @param name the context's {@code github.action}
     * @param own the variables that the step itself sets
     */
    static Frame of(GithubJob job, StepContext step, String key, String name, Map<String, String> own) {
        Map<String, String> variables = new LinkedHashMap<>(step.variables());
        variables.putAll(own);
        Map<String, Value> github = Scopes.entries(step.scope().context("github"));
        github.put("action", Value.of(name));
        Origin origin =
                new Origin(key, Map.copyOf(own), false, new Handover(), new StepTrace(job.state(key)), new LateParts());
        return new Frame(job, step, step.scope(), variables, github, origin);
    }

    /** The same step when the job's steps are done: with its own variables and what it saved, all else as it is then. */
    private Frame later(StepContext then) {
        return later(then, new Handover());
    }

    /** @param handover what it hands on with others */
    Frame later(StepContext then, Handover handover) {
        Map<String, String> all = new LinkedHashMap<>(then.variables());
        all.putAll(handover.environment());
        all.putAll(origin.own());
        Map<String, Value> fields = Scopes.entries(then.scope().context("github"));
        fields.putAll(github);
        Origin late = new Origin(
                origin.key(),
                origin.own(),
                false,
                handover,
                new StepTrace(origin.trace().state()),
                new LateParts());
        return new Frame(job, then, then.scope(), all, fields, late);
    }

    /**
     * A part of a composite action. What an earlier part exported is seen unless the action as a whole has a variable of
     * that name already, as GitHub's runner has it.
     *
     * @param index of the part in its action
     * @param name the context's {@code github.action}
     * @param own evaluates the part's own variables in what it sees without them
     * @param contexts {@code inputs} and {@code steps}
     * @param failed whether an earlier part has failed
     */
    Frame part(
            int index,
            String name,
            java.util.function.Function<Scope, Map<String, String>> own,
            Map<String, Value> contexts,
            boolean failed) {
        Map<String, String> all = origin.handover().environment();
        all.putAll(variables);
        Map<String, Value> fields = new LinkedHashMap<>(github);
        fields.put("action", Value.of(name));
        fields.put("action_status", Value.of(failed ? "failure" : "success"));
        Scope inner = Scopes.withStatus(Scopes.over(scope, contexts), failed);
        Map<String, Value> seen = Map.of("github", new Value.Obj(fields), "env", Scopes.env(all));
        Map<String, String> more = own.apply(Scopes.over(inner, seen));
        all.putAll(more);
        Map<String, String> owned = new LinkedHashMap<>(origin.own());
        owned.putAll(more);
        String key = origin.key() + "/" + index;
        return new Frame(
                job,
                step,
                inner,
                all,
                fields,
                new Origin(
                        key, Map.copyOf(owned), true, origin.handover(), new StepTrace(job.state(key)), origin.late()));
    }

    /** What is done when the job's steps are. */
    interface LateWork {
        /** Does it in the frame that is then; null when it ended well. */
        @Nullable
        StepFailure run(Frame late) throws IOException, InterruptedException;
    }

    /**
     * Leaves work for when the job's steps are done: a step of its own, or for a part of a composite action one thing of
     * its action's step.
     *
     * @param title of the step
     * @param condition null for {@code success()}
     */
    void leave(String title, @Nullable Expression condition, LateWork work) {
        if (origin.part()) {
            origin.late().add(new LateParts.Part(title, condition, this, work), step);
            return;
        }
        step.addAfter(new ExtraStep(
                LateParts.POST + title,
                "post",
                condition,
                context -> GithubJob.guarded(() -> {
                    Frame late = later(context);
                    return late.result(work.run(late));
                })));
    }

    /** The same with more fields of the context {@code github}, such as {@code action_path}. */
    Frame in(Map<String, String> fields) {
        Map<String, Value> all = new LinkedHashMap<>(github);
        fields.forEach((name, value) -> all.put(name, Value.of(value)));
        return new Frame(job, step, scope, variables, all, origin);
    }

    /** The same with more contexts. */
    Frame with(Map<String, Value> contexts) {
        return new Frame(job, step, Scopes.over(scope, contexts), variables, github, origin);
    }

    GithubJob job() {
        return job;
    }

    StepContext step() {
        return step;
    }

    Scope scope() {
        return scope;
    }

    /** The context {@code env}. */
    Map<String, String> variables() {
        return variables;
    }

    String github(String field) {
        return Scopes.field(scope, "github", field);
    }

    String key() {
        return origin.key();
    }

    /** Whether it is a part of a composite action. */
    boolean isPart() {
        return origin.part();
    }

    Handover handover() {
        return origin.handover();
    }

    StepTrace trace() {
        return origin.trace();
    }

    /** Variables and defaults of a process of this step, wherever it runs. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        trace().state().forEach((name, value) -> all.put("STATE_" + name, value));
        all.putAll(job.defaults(github, scope));
        return all;
    }

    /** The environment of a process of this step where the job runs. */
    Map<String, String> environment(Map<String, String> more) {
        List<String> folders = new ArrayList<>(handover().path().reversed());
        step.path().stream().filter(folder -> !folders.contains(folder)).forEach(folders::add);
        return job.place().environment(settings(more), folders);
    }

    /** The environment of work that is done on this machine though the job may run in a container. */
    Map<String, String> environmentHere(Map<String, String> more) {
        if (job.place() == job.host()) {
            return environment(more);
        }
        Map<String, String> all = job.host().environment(settings(more), List.of());
        Layout layout = job.layout();
        all.put("GITHUB_WORKSPACE", layout.workspace().toString());
        all.put("GITHUB_EVENT_PATH", layout.event().toString());
        all.put("RUNNER_TEMP", layout.temporary().toString());
        all.put("RUNNER_TOOL_CACHE", layout.tools().toString());
        return all;
    }

    /** A failure, or that of a command that could not be processed, which fails a step whatever its process says. */
    @Nullable
    StepFailure failureOr(@Nullable StepFailure failure) {
        return failure != null || !trace().failed()
                ? failure
                : StepFailure.of(
                        StepFailure.Kind.FAILED, "a workflow command of the step could not be processed", null);
    }

    /** What became of the step. */
    StepResult result(@Nullable StepFailure failure) {
        return new StepResult(
                failureOr(failure),
                trace().outputs(),
                handover().environment(),
                handover().path(),
                Map.of());
    }
}
