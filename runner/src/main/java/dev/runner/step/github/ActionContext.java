package dev.runner.step.github;

import dev.runner.expression.Scope;
import dev.runner.schedule.Cancellation;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepOutput;
import dev.runner.step.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an action in Java may use while it runs: the toolkit's {@code core}, and the services of the run. */
public interface ActionContext {
    /** The major version that the step asks for, or the newest one that the action answers for. */
    int major();

    ActionInputs inputs();

    /**
     * Every context of GitHub's ({@code github}, {@code runner}, {@code job}, {@code env}, {@code matrix} …), status functions
     * and {@code hashFiles}.
     */
    Scope scope();

    /** A field of the context {@code github}, such as {@code sha}; empty when it is not there. */
    String github(String field);

    /**
     * The whole environment that a child process on this machine gets, {@code GITHUB_…} and {@code INPUT_…} among it, with
     * folders as they are here though the job may run in a container.
     */
    Map<String, String> environment();

    /** {@code GITHUB_WORKSPACE} on this machine, absolute; relative paths in inputs start here. */
    Path workspace();

    /** {@code RUNNER_TEMP} on this machine; the job's end removes it. */
    Path temporary();

    /** {@code RUNNER_TOOL_CACHE}: kept between runs. */
    Path toolCache();

    /**
     * What the job's processes call a file of this machine: the same, unless the job has a container.
     *
     * @see #outside
     */
    String inside(Path file);

    /** The file of this machine that the job's processes call so. */
    Path outside(Path file);

    /** An empty folder of this phase of the step, outside of the workspace. */
    Path scratch() throws IOException;

    Cancellation cancellation();

    Tools tools();

    /** For what the methods here do not say: lines of a stream, published images. */
    StepOutput output();

    /** A line for the log. */
    void info(String text);

    /** A line that is shown when debugging is on ({@code ACTIONS_STEP_DEBUG}, {@code RUNNER_DEBUG}). */
    void debug(String text);

    void warning(String message);

    void error(String message);

    void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place);

    /** A heading; the lines until {@link #endGroup} belong to it. */
    void group(String title);

    void endGroup();

    /** Masks a value from now on, in everything the run shows. */
    void mask(String value);

    /** An output of the step. */
    void setOutput(String name, String value);

    /** A variable for this job's later steps, and the rest of this one. */
    void exportVariable(String name, String value);

    /** A folder first in {@code PATH} for this job's later steps, and the rest of this one. */
    void addPath(String folder);

    /** What {@link BuiltinAction#post} reads with {@link #state}. */
    void saveState(String name, String value);

    /** What {@link BuiltinAction#main} saved; empty when it did not. */
    String state(String name);

    /** Markdown for the step's summary. */
    void summarise(String markdown);

    /** Problem matchers, as a file in GitHub's JSON form. */
    void addMatchers(Path file) throws IOException;

    void removeMatcher(String owner);

    /** The words that start Node where the job runs; empty when there is none. */
    List<String> node();

    /**
     * Runs a program as the step's own process: where the job runs, in its environment, and its output is read for
     * workflow commands and problems.
     *
     * @param more variables in addition to {@link #environment}
     * @param directory null for the workspace
     * @return its exit code
     * @throws dev.runner.host.process.CommandNotFoundException when there is no such program
     */
    int execute(List<String> command, Map<String, String> more, @Nullable Path directory)
            throws IOException, InterruptedException;
}
