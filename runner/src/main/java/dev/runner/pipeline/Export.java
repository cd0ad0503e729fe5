package dev.runner.pipeline;

import dev.runner.expression.Value;
import dev.runner.source.Span;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline is written for the CI systems of others.
 *
 * @param command that their jobs call, such as {@code runner} or {@code runner/bin/runner}
 * @param whole ids of jobs whose builds stay on one machine
 * @param together whether one job does all, on one machine
 */
public record Export(
        Triggers triggers, String command, Set<String> whole, boolean together, Target github, Target gitlab) {
    public Export {
        whole = Set.copyOf(whole);
    }

    /** The same with more jobs whose builds stay on one machine. */
    public Export withWhole(Set<String> value, boolean all) {
        return new Export(triggers, command, value, all, github, gitlab);
    }

    /** The same with another command. */
    public Export withCommand(String value) {
        return new Export(triggers, value, whole, together, github, gitlab);
    }

    /** The same for one system, and its settings for the other. */
    public Export withTargets(Target ofGithub, Target ofGitlab) {
        return new Export(triggers, command, whole, together, ofGithub, ofGitlab);
    }

    /**
     * What starts a run.
     *
     * @param push null when no push does
     * @param pullRequest the branches a change wants to go to, as patterns, empty for all; null when none does
     * @param schedule when, as in crontab
     * @param manual whether a person may
     */
    public record Triggers(
            @Nullable Push push, @Nullable List<String> pullRequest, List<String> schedule, boolean manual, Span span) {
        public Triggers {
            pullRequest = pullRequest == null ? null : List.copyOf(pullRequest);
            schedule = List.copyOf(schedule);
        }
    }

    /**
     * What is pushed, as patterns in which {@code *} stands for all but {@code /}.
     *
     * @param branches null for all when there are no tags, else for none
     * @param tags null for all when there are no branches, else for none
     */
    public record Push(
            @Nullable List<String> branches, @Nullable List<String> tags) {
        public Push {
            branches = branches == null ? null : List.copyOf(branches);
            tags = tags == null ? null : List.copyOf(tags);
        }
    }

    /**
     * One system.
     *
     * @param file where the file belongs, or null for its usual place
     * @param machines what a machine is called there, by the platform that is its own
     * @param setup what every job does before it calls the command: steps of GitHub, commands of GitLab
     * @param top entries at the top of the file, beside those that are written anyway
     * @param jobs entries of jobs by id, beside those that are written anyway
     */
    public record Target(
            @Nullable String file,
            Map<String, String> machines,
            List<Value> setup,
            Map<String, Value> top,
            Map<String, Map<String, Value>> jobs,
            Span span) {
        public Target {
            machines = ordered(machines);
            setup = List.copyOf(setup);
            top = ordered(top);
            jobs = ordered(jobs);
        }

        /** The same with these machines before its own. */
        public Target withMachines(Map<String, String> more) {
            Map<String, String> all = new LinkedHashMap<>(machines);
            all.putAll(more);
            return new Target(file, all, setup, top, jobs, span);
        }

        private static <V> Map<String, V> ordered(Map<String, V> map) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(map));
        }
    }
}
