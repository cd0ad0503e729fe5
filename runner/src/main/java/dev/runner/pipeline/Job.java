package dev.runner.pipeline;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.source.Span;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** The builds that make images, and not only check them. */
    public List<Step.Build> sharedBuilds() {
        return steps().stream()
                .filter(Step.Build.class::isInstance)
                .map(Step.Build.class::cast)
                .filter(Step.Build::makesImage)
                .toList();
    }

    /** The steps that publish what a build gives. */
    public List<Step.Publish> publishing(Step.Build build) {
        String id = String.valueOf(build.head().id());
        return steps().stream()
                .filter(Step.Publish.class::isInstance)
                .map(Step.Publish.class::cast)
                .filter(publish -> publish.image().references().stream()
                        .anyMatch(reference -> reference.root().equals("steps")
                                && reference.path().size() > 1
                                && reference.path().get(1).equalsIgnoreCase(id)))
                .toList();
    }

    /** The same with other work. */
    public Job withWork(Work value) {
        return new Job(id, name, needs, strategy, policy, value, span);
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

    public Belongings belongings() {
        return work.belongings();
    }

    public Start start() {
        return policy.start();
    }

    /** The pipeline that it runs in place of steps, or null. */
    public @Nullable Call call() {
        return work.call();
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
     * @param tolerance when the run passes although this job fails
     * @param start what else it waits for
     */
    public record Policy(
            @Nullable Expression condition,
            @Nullable TimeLimit timeout,
            Retry retry,
            Tolerance tolerance,
            Start start) {
        /** A job that waits for its needs only, whatever its failures are. */
        public Policy(@Nullable Expression condition, @Nullable TimeLimit timeout, Count retry, Flag continueOnError) {
            this(
                    condition,
                    timeout,
                    new Retry(retry, Set.of(), Set.of()),
                    new Tolerance(continueOnError, Set.of()),
                    Start.AFTER_NEEDS);
        }
    }

    /**
     * Which failures are tried again.
     *
     * @param most how many more attempts a failed job gets, each in a fresh workspace
     * @param causes of failures that count; with {@code exitCodes} empty too, every failure that a new attempt may mend
     * @param exitCodes of scripts that count whatever the causes are
     */
    public record Retry(Count most, Set<Cause> causes, Set<Integer> exitCodes) {
        public Retry {
            causes = Set.copyOf(causes);
            exitCodes = Set.copyOf(exitCodes);
        }
    }

    /** Why a job failed. */
    public enum Cause {
        /** A command ended with another exit code than 0. */
        SCRIPT,
        /** The time was over. */
        TIMEOUT,
        /** The machine or this program could not do it. */
        SYSTEM,
        /** It has not happened here and cannot, such as a fault of a server that is not there. */
        ELSEWHERE
    }

    /**
     * Which failures do not count.
     *
     * @param any whether none does
     * @param exitCodes of scripts that do not
     */
    public record Tolerance(Flag any, Set<Integer> exitCodes) {
        public Tolerance {
            exitCodes = Set.copyOf(exitCodes);
        }
    }

    /**
     * What a job waits for besides its needs.
     *
     * @param stage its place in the order of stages; jobs without stages are all in 0
     * @param afterStages whether all jobs of lower stages must be done; its status functions then speak of these
     * @param resource only one job of this name runs at a time; null for no limit
     * @param turn only one job of a group runs at a time, and newer ones count; null for no limit
     */
    public record Start(
            int stage,
            boolean afterStages,
            Cue cue,
            @Nullable String resource,
            @Nullable Turn turn) {
        /** A job whose like may all run at the same time. */
        public Start(int stage, boolean afterStages, Cue cue, @Nullable String resource) {
            this(stage, afterStages, cue, resource, null);
        }

        /** As soon as the needs are done, if no other job of its group runs. */
        public static Start inTurn(@Nullable Turn turn) {
            return new Start(0, false, new Cue.AtOnce(), null, turn);
        }

        /** As soon as the needs are done. */
        public static final Start AFTER_NEEDS = new Start(0, false, new Cue.AtOnce(), null);
    }

    /**
     * A job's turn among those of its group.
     *
     * @param group compared without case; an empty text means no group
     * @param cancelRunning whether one that runs is cancelled when the next one wants to
     * @param queues whether jobs wait one after the other; else a newer one takes the place of the one that waits, which is
     *     cancelled
     */
    public record Turn(Template group, Flag cancelRunning, boolean queues) {}

    /** What starts a job that may start. */
    public sealed interface Cue {
        record AtOnce() implements Cue {}

        /**
         * A person. When none does, the job is skipped, and so is all that needs it; jobs of later stages are too, unless
         * its failure would be tolerated.
         */
        record Manual() implements Cue {}

        /** The clock. */
        record Delayed(java.time.Duration delay) implements Cue {}
    }

    /**
     * What the job does.
     *
     * @param outputs what it hands to the jobs that need it, evaluated when its steps are done
     * @param belongings variables that read each other, and files that outlive the job
     * @param call the pipeline that it runs in place of steps, or null
     * @param permissions what its token may do, {@code read} or {@code write} by scope, as {@code contents}; null for
     *     what a token may do that nobody narrows
     */
    public record Work(
            Place place,
            TemplateMap env,
            TemplateMap outputs,
            List<Step> steps,
            Belongings belongings,
            @Nullable Call call,
            @Nullable Map<String, String> permissions) {
        public Work {
            steps = List.copyOf(steps);
            permissions = permissions == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(permissions));
        }

        /** One whose token nobody narrows. */
        public Work(
                Place place,
                TemplateMap env,
                TemplateMap outputs,
                List<Step> steps,
                Belongings belongings,
                @Nullable Call call) {
            this(place, env, outputs, steps, belongings, call, null);
        }

        /** The same with a token that may do this. */
        public Work withPermissions(@Nullable Map<String, String> value) {
            return new Work(place, env, outputs, steps, belongings, call, value);
        }

        /** The same with other steps, and what they hand on. */
        public Work withSteps(List<Step> value, TemplateMap handedOn) {
            return new Work(place, env, handedOn, value, belongings, call);
        }

        /** The same with the artifacts of other jobs. */
        public Work withSources(List<Belongings.Source> value) {
            return new Work(place, env, outputs, steps, belongings.withSources(value), call);
        }

        /** A job that has steps. */
        public Work(Place place, TemplateMap env, TemplateMap outputs, List<Step> steps, Belongings belongings) {
            this(place, env, outputs, steps, belongings, null);
        }

        /** A job that runs another pipeline. */
        public static Work of(Call call) {
            return new Work(Place.HOST, TemplateMap.empty(), TemplateMap.empty(), List.of(), Belongings.NONE, call);
        }

        /** A job whose files and variables are all in its steps. */
        public Work(Place place, TemplateMap env, TemplateMap outputs, List<Step> steps) {
            this(place, env, outputs, steps, Belongings.NONE, null);
        }
    }

    /**
     * Where a job's steps run, and what runs beside them.
     *
     * @param container null for this machine
     * @param computed what is known only when the job starts, or null
     */
    public record Place(
            @Nullable Container container,
            List<Service> services,
            @Nullable Computed computed) {
        /** This machine, with nothing beside. */
        public static final Place HOST = new Place(null, List.of());

        public Place {
            services = List.copyOf(services);
        }

        /** One that is known before anything runs. */
        public Place(@Nullable Container container, List<Service> services) {
            this(container, services, null);
        }

        /** Whether steps run on this machine for sure, with nothing beside. */
        public boolean isHost() {
            return container == null && services.isEmpty() && computed == null;
        }
    }

    /**
     * Containers that single expressions give as a whole.
     *
     * @param container gives an image's name or a mapping, or null
     * @param services gives a mapping of names to the same, or null
     */
    public record Computed(
            @Nullable Template container, @Nullable Template services) {}

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
