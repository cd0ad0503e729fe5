package dev.runner.schedule;

import dev.runner.expression.Scope;
import dev.runner.plan.JobRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a step may use while it runs. */
public interface StepContext {
    JobRun job();

    StepRef step();

    /** Where the step's templates get their values: every context, status functions and {@code hashFiles}. */
    Scope scope();

    /**
     * The whole environment for a child process: the machine's, then the pipeline's, the job's, what earlier steps have
     * set, and the step's; {@code PATH} begins with what earlier steps have added.
     */
    Map<String, String> environment();

    /** The same without the machine's: for a process that runs in another place. {@code PATH} is not among it. */
    Map<String, String> variables();

    /** The folders that earlier steps have put before {@code PATH}, the first one first. */
    List<String> path();

    /** The job's own folder, absolute. */
    Path workspace();

    /** An empty folder for this step's files, outside the workspace; removed when the job ends. */
    Path temporary();

    Cancellation cancellation();

    StepOutput output();

    /** Masks this value from now on, in everything the run shows. */
    void mask(String value);

    /**
     * Something that must be undone when the job ends, however it ends, such as a credential in memory. Runs in reverse
     * order of registration; a failure of it is a warning.
     */
    void atJobEnd(AutoCloseable cleanup);

    /** A step to run before the job's own; only what runs before them itself may add one. */
    void addBefore(ExtraStep step);

    /** A step to run when the job's own are done; the last one added comes first. */
    void addAfter(ExtraStep step);
}
