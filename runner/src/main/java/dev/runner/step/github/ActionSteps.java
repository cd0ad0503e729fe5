package dev.runner.step.github;

import dev.runner.pipeline.Step;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.step.github.ActionManifest.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the actions of a job and hands each to what can run it. */
final class ActionSteps {
    /** How deep composite actions may use each other. */
    private static final int DEEPEST = 10;

    private final GithubJob job;
    /** This job's own copies of fetched repositories. */
    private final Map<String, Path> copies = new HashMap<>();

    private int depth;

    ActionSteps(GithubJob job) {
        this.job = job;
    }

    /** Whether something of these steps must be fetched or run before the first of them. */
    boolean needsPreparation(List<Step> steps) {
        return steps.stream()
                .anyMatch(step -> step instanceof Step.Uses uses
                        && !(uses.action().startsWith("./") || uses.action().startsWith("docker://"))
                        && builtin(uses.action()) == null);
    }

    /** Whether one of these steps may be a program for Node. */
    boolean mayNeedNode(List<Step> steps) {
        return steps.stream()
                .anyMatch(step -> step instanceof Step.Uses uses
                        && !uses.action().startsWith("docker://")
                        && needsNode(builtin(uses.action())));
    }

    /** One that is not built in may. */
    private static boolean needsNode(@Nullable BuiltinAction builtin) {
        return builtin == null || builtin.needsNode();
    }

    private @Nullable BuiltinAction builtin(String uses) {
        int at = uses.indexOf('@');
        return at < 0 ? null : job.services().builtins().find(uses.substring(0, at));
    }

    /** Fetches what the steps use and what that uses, and puts first what runs first. */
    void prepare(List<Step> steps, Frame frame) throws IOException, InterruptedException {
        for (PreCall call : preCalls(steps, frame, 0)) {
            ActionPhases.addPre(job, call, frame.step());
        }
    }

    /** The first phases of what these steps use, which is fetched. */
    private List<PreCall> preCalls(List<Step> steps, Frame frame, int level) throws IOException, InterruptedException {
        List<String> names = StepNames.of(steps);
        List<PreCall> needed = new ArrayList<>();
        for (int index = 0; index < steps.size(); index++) {
            if (level < DEEPEST
                    && steps.get(index) instanceof Step.Uses uses
                    && builtin(uses.action()) == null
                    && ActionReference.parse(uses.action()) instanceof ActionReference.Remote remote) {
                Found found = found(remote, frame);
                List<PreCall> parts = found.manifest().runs() instanceof Runs.Composite(List<Step> inner)
                        ? preCalls(inner, frame, level + 1)
                        : List.of();
                needed.add(new PreCall(index, names.get(index), new ActionCall(uses, found), parts));
            }
        }
        needed.removeIf(call -> !call.isNeeded());
        return needed;
    }

    /**
     * An action's folder, and what it says about itself.
     *
     * @param remote null for one of the workspace
     */
    record Found(Path folder, ActionManifest manifest, ActionReference.@Nullable Remote remote) {}

    /** Runs a step with {@code uses}; null when it ended well. */
    @Nullable
    StepFailure run(Step.Uses step, Frame frame, String title) throws IOException, InterruptedException {
        return switch (ActionReference.parse(step.action())) {
            case ActionReference.Image(String name) ->
                new ContainerAction(frame).image(name, Inputs.written(step, frame));
            case ActionReference.Local(String path) -> run(new ActionCall(step, local(path, frame)), frame, title);
            case ActionReference.Remote remote -> {
                BuiltinAction builtin = job.services().builtins().find(remote.name());
                yield builtin == null
                        ? run(new ActionCall(step, found(remote, frame)), frame, title)
                        : BuiltinCall.run(builtin, remote, step, frame, title);
            }
        };
    }

    private @Nullable StepFailure run(ActionCall call, Frame frame, String title)
            throws IOException, InterruptedException {
        Frame inner = frame.in(call.fields(job.place()));
        Map<String, String> inputs = Inputs.of(call.step(), call.manifest(), inner);
        if (call.manifest().runs() instanceof Runs.Composite(List<Step> parts)) {
            if (depth >= DEEPEST) {
                throw ActionFailedException.badInput("Composite action depth exceeded max depth " + DEEPEST, null);
            }
            depth++;
            try {
                return CompositeAction.run(call.manifest(), parts, inputs, inner);
            } finally {
                depth--;
            }
        }
        return ActionPhases.run(call, inputs, inner, title);
    }

    private Found local(String path, Frame frame) throws IOException {
        Path workspace = frame.step().workspace();
        Path folder = workspace.resolve(path).normalize();
        if (!folder.startsWith(workspace)) {
            throw ActionFailedException.badInput(
                    "the action './" + path + "' lies outside of the workspace", "give a folder inside of it");
        }
        return new Found(folder, manifest(folder, "./" + path), null);
    }

    private Found found(ActionReference.Remote remote, Frame frame) throws IOException, InterruptedException {
        String key = remote.fullName() + "@" + remote.ref();
        Path copy = copies.get(key);
        if (copy == null) {
            ActionSource.Fetched fetched = job.services()
                    .actions()
                    .fetch(
                            remote,
                            frame.github("token"),
                            line -> frame.step().output().line(Stream.INFO, line));
            copy = job.layout()
                    .temporary()
                    .resolve("_actions")
                    .resolve(remote.fullName())
                    .resolve(remote.ref().replace('/', '_'));
            ActionCache.copy(fetched.folder(), copy);
            copies.put(key, copy);
        }
        Path folder = copy.resolve(remote.path());
        return new Found(folder, manifest(folder, remote.toString()), remote);
    }

    private static ActionManifest manifest(Path folder, String shown) throws IOException {
        for (String name : List.of("action.yml", "action.yaml")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return read(file, shown + "/" + name);
            }
        }
        for (String name : List.of("Dockerfile", "dockerfile")) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return read(Source.of(shown, "runs: {using: docker, image: " + name + "}"));
            }
        }
        throw ActionFailedException.badInput(
                "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '" + folder
                        + "'. Did you forget to run actions/checkout before running your local action?",
                null);
    }

    private static ActionManifest read(Path file, String shown) throws IOException {
        return read(Source.of(shown, Files.readString(file)));
    }

    private static ActionManifest read(Source source) {
        try {
            return ActionManifestReader.read(source);
        } catch (InvalidSourceException e) {
            StringBuilder all = new StringBuilder("Fail to load " + source.name());
            e.diagnostics().forEach(fault -> all.append('\n').append(fault.render()));
            throw ActionFailedException.badInput(all.toString(), null);
        }
    }
}
