package dev.runner.step;

import dev.runner.oci.Platform;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** What of a job one machine does, where several machines share its builds. */
public sealed interface JobPart {
    /** The word for {@link Join}. */
    String JOIN = "join";

    /** All of it. */
    record Whole() implements JobPart {}

    /** Its steps up to the last build, which is done for some platforms and pushed by digest. */
    record Builds(List<Platform> platforms) implements JobPart {
        public Builds {
            platforms = List.copyOf(platforms);
        }
    }

    /** All its steps, but the builds: what other machines have pushed becomes one image. */
    record Join() implements JobPart {}

    /**
     * Reads {@code join}, or platforms with commas between them.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static JobPart parse(String text) {
        return text.equals(JOIN)
                ? new Join()
                : new Builds(Arrays.stream(text.split(","))
                        .map(word -> Platform.parse(word.strip()).normalized())
                        .toList());
    }

    /** Whether machines can share a step. */
    static boolean isShared(Step step) {
        return step instanceof Step.Build build && build.makesImage();
    }

    /**
     * The pipeline with the steps that are done here.
     *
     * @param wanted the jobs this is about
     */
    default Pipeline of(Pipeline pipeline, Predicate<Job> wanted) {
        return this instanceof Builds ? pipeline.withJobs(upToBuilds(pipeline.jobs(), wanted)) : pipeline;
    }

    private static List<Job> upToBuilds(List<Job> jobs, Predicate<Job> wanted) {
        List<Job> shortened = new ArrayList<>();
        for (Job job : jobs) {
            int last = -1;
            for (int index = 0; index < job.steps().size(); index++) {
                last = isShared(job.steps().get(index)) ? index : last;
            }
            shortened.add(
                    wanted.test(job) && last >= 0
                            ? job.withWork(job.work().withSteps(job.steps().subList(0, last + 1), TemplateMap.empty()))
                            : job);
        }
        return shortened;
    }
}
