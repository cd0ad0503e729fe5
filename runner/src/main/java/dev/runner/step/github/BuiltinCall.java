package dev.runner.step.github;

import dev.runner.build.BuildFailedException;
import dev.runner.expression.Expression;
import dev.runner.expression.Scope;
import dev.runner.pipeline.Step;
import dev.runner.schedule.Cancellation;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.step.Steps;
import dev.runner.step.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step that uses an action written in Java: its main phase, and its last one when the job's steps are done. */
final class BuiltinCall implements ActionContext {
    private final BuiltinAction action;
    private final int major;
    private final Frame frame;
    private final Map<String, String> inputs;

    private BuiltinCall(BuiltinAction action, int major, Frame frame, Map<String, String> inputs) {
        this.action = action;
        this.major = major;
        this.frame = frame;
        this.inputs = inputs;
    }

    /** Runs the main phase; null when it ended well. */
    static @Nullable StepFailure run(
            BuiltinAction action, ActionReference.Remote reference, Step.Uses step, Frame frame, String title)
            throws IOException, InterruptedException {
        int major = major(action, reference, frame);
        Frame inner = frame.in(
                Map.of("action_repository", reference.fullName(), "action_ref", reference.ref(), "action_path", ""));
        Map<String, String> inputs = Inputs.of(step, action.inputs(major), inner);
        String condition = action.postCondition();
        if (condition != null) {
            inner.leave(title, condition(condition), late -> new BuiltinCall(action, major, late, inputs).phase(false));
        }
        return new BuiltinCall(action, major, inner, inputs).phase(true);
    }

    private static int major(BuiltinAction action, ActionReference.Remote reference, Frame frame) {
        int newest = action.majors().getLast();
        int asked = reference.major();
        if (asked == 0 || action.majors().contains(asked)) {
            return asked == 0 ? newest : asked;
        }
        frame.step()
                .output()
                .annotate(
                        Annotation.Level.WARNING,
                        reference + " is run as version " + newest + ", which is built in; --no-builtin "
                                + reference.name() + " runs the action itself",
                        null);
        return newest;
    }

    private static Expression condition(String text) {
        return Expression.parse(Source.of("post-if", text).all(), new Diagnostics());
    }

    private @Nullable StepFailure phase(boolean main) throws IOException, InterruptedException {
        try {
            if (main) {
                action.main(this);
            } else {
                action.post(this);
            }
            return null;
        } catch (BuildFailedException e) {
            return Steps.failure(e);
        }
    }

    @Override
    public int major() {
        return major;
    }

    @Override
    public ActionInputs inputs() {
        return ActionInputs.of(inputs);
    }

    @Override
    public Scope scope() {
        return frame.scope();
    }

    @Override
    public String github(String field) {
        return frame.github(field);
    }

    @Override
    public Map<String, String> environment() {
        return frame.environmentHere(Inputs.variables(inputs));
    }

    @Override
    public Path workspace() {
        return frame.job().layout().workspace();
    }

    @Override
    public Path temporary() {
        return frame.job().layout().temporary();
    }

    @Override
    public Path toolCache() {
        return frame.job().layout().tools();
    }

    @Override
    public String inside(Path file) {
        return frame.job().place().inside(file);
    }

    @Override
    public Path outside(Path file) {
        return frame.job().place().outside(file);
    }

    @Override
    public Path scratch() throws IOException {
        return Files.createTempDirectory(frame.step().temporary(), "action-");
    }

    @Override
    public Cancellation cancellation() {
        return frame.step().cancellation();
    }

    @Override
    public Tools tools() {
        return frame.job().services().tools();
    }

    @Override
    public StepOutput output() {
        return frame.step().output();
    }

    @Override
    public void info(String text) {
        output().line(Stream.STDOUT, text);
    }

    @Override
    public void debug(String text) {
        frame.job().debug(output(), text);
    }

    @Override
    public void warning(String message) {
        annotate(Annotation.Level.WARNING, message, null);
    }

    @Override
    public void error(String message) {
        annotate(Annotation.Level.ERROR, message, null);
    }

    @Override
    public void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place) {
        output().annotate(level, message, place);
    }

    @Override
    public void group(String title) {
        info(GithubJob.GROUP + title);
    }

    @Override
    public void endGroup() {}

    @Override
    public void mask(String value) {
        frame.step().mask(value);
    }

    @Override
    public void setOutput(String name, String value) {
        frame.trace().output(name, value);
    }

    @Override
    public void exportVariable(String name, String value) {
        frame.handover().variable(name, value);
    }

    @Override
    public void addPath(String folder) {
        frame.handover().folder(folder);
    }

    @Override
    public void saveState(String name, String value) {
        frame.trace().save(name, value);
    }

    @Override
    public String state(String name) {
        return frame.trace().state().getOrDefault(name, "");
    }

    @Override
    public void summarise(String markdown) {
        frame.job().summarise(frame.step(), markdown);
    }

    @Override
    public void addMatchers(Path file) throws IOException {
        frame.job().matchers().add(ProblemMatcher.read(file));
    }

    @Override
    public void removeMatcher(String owner) {
        frame.job().matchers().remove(owner);
    }

    @Override
    public List<String> node() {
        return frame.job().place().node();
    }

    @Override
    public int execute(List<String> command, Map<String, String> more, @Nullable Path directory)
            throws IOException, InterruptedException {
        Map<String, String> variables = Inputs.variables(inputs);
        variables.putAll(more);
        StepPlace place = frame.job().place();
        return Processes.run(frame, command, variables, place.inside(directory == null ? workspace() : directory));
    }
}
