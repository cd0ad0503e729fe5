package dev.runner.pipeline;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps that share a workspace and an environment.
 *
 * @param id unique in the pipeline: a letter or underscore, then letters, digits, hyphens and underscores
 * @param name what people see, or null for the id; may read {@code matrix}
 * @param needs the jobs that must be done first
 * @param strategy null for a job that runs once
 */
public record Job(
        String id,
        @Nullable Template name,
        List<Need> needs,
        @Nullable Strategy strategy,
        Policy policy,
        Work work,
        Span span) {
    public Job {
        needs = List.copyOf(needs);
    }

    public @Nullable Expression condition() {
        return policy.condition();
    }

    public TemplateMap env() {
        return work.env();
    }

    public TemplateMap outputs() {
        return work.outputs();
    }

    public Place place() {
        return work.place();
    }

    public List<Step> steps() {
        return work.steps();
    }

    /** Another job that must be done first, and where that is written. */
    public record Need(String job, Span span) {}

    /**
     * When the job runs and what becomes of its failure.
     *
     * @param condition null for the default, {@code success()}
     * @param timeout of one attempt, or null for no limit
     * @param retry how many more attempts a failed job gets, each in a fresh workspace
     * @param continueOnError whether the run passes although this job fails
     */
    public record Policy(
            @Nullable Expression condition, @Nullable TimeLimit timeout, Count retry, Flag continueOnError) {}

    /**
     * What the job does.
     *
     * @param outputs what it hands to the jobs that need it, evaluated when its steps are done
     */
    public record Work(Place place, TemplateMap env, TemplateMap outputs, List<Step> steps) {
        public Work {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Where a job's steps run, and what runs beside them.
     *
     * @param container null for this machine
     */
    public record Place(@Nullable Container container, List<Service> services) {
        /** This machine, with nothing beside. */
        public static final Place HOST = new Place(null, List.of());

        public Place {
            services = List.copyOf(services);
        }
    }

    /**
     * How a job is multiplied.
     *
     * @param matrix axes by name with their values, and the special keys {@code include} and {@code exclude}; or one
     *     expression that gives such an object; null for one job
     * @param failFast whether one failure cancels the job's other runs; true unless written otherwise
     * @param maxParallel how many of them run at once; 0 for no limit
     */
    public record Strategy(@Nullable ValueTree matrix, Flag failFast, Count maxParallel, Span span) {}
}
