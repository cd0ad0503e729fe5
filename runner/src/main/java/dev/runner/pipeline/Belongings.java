package dev.runner.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job has besides its steps: variables, and files that come from other jobs or earlier runs and go to later ones.
 * Texts in it may hold <code>$NAME</code> and <code>${NAME}</code>, which are read when the job runs.
 *
 * @param variables the later of two with one name counts
 * @param artifacts what the job hands on
 * @param sources whose artifacts it gets before its steps, in this order
 * @param tokens variables that hold a token that tells who the job is, with the audiences it is for
 * @param notes what is told of the job when it has ended
 */
public record Belongings(
        List<Variable> variables,
        @Nullable Artifacts artifacts,
        List<Source> sources,
        List<Cache> caches,
        Map<String, List<String>> tokens,
        Notes notes) {
    /** Nothing. */
    public static final Belongings NONE = new Belongings(List.of(), null, List.of(), List.of(), Map.of(), Notes.NONE);

    public Belongings {
        variables = List.copyOf(variables);
        sources = List.copyOf(sources);
        caches = List.copyOf(caches);
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
    }

    /** The same with other sources. */
    public Belongings withSources(List<Source> value) {
        return new Belongings(variables, artifacts, value, caches, tokens, notes);
    }

    /** Nothing but files that a success hands on. */
    public static Belongings keeping(List<String> paths) {
        Artifacts artifacts = new Artifacts(
                new Artifacts.About(null, null, null), paths, List.of(), false, Moment.SUCCESS, null, Map.of());
        return new Belongings(List.of(), artifacts, List.of(), List.of(), Map.of(), Notes.NONE);
    }

    /**
     * A variable of the job's environment.
     *
     * @param expanded whether other variables in the value are replaced
     * @param file whether the value goes into a file, whose path the variable then is
     * @param masked whether the value is hidden in everything that is shown
     * @param strong whether it wins over one that another job's dotenv report gives
     */
    public record Variable(String name, String value, boolean expanded, boolean file, boolean masked, boolean strong) {
        public static Variable of(String name, String value) {
            return new Variable(name, value, true, false, false, false);
        }
    }

    /**
     * Files a job hands on.
     *
     * @param untracked whether files that git does not know are among them
     * @param expiry in ISO 8601, such as {@code PT24H}, or {@code never}; null for the usual
     * @param reports file patterns by kind, such as {@code dotenv} and {@code junit}
     */
    public record Artifacts(
            About about,
            List<String> paths,
            List<String> excluded,
            boolean untracked,
            Moment when,
            @Nullable String expiry,
            Map<String, List<String>> reports) {
        public Artifacts {
            paths = List.copyOf(paths);
            excluded = List.copyOf(excluded);
            reports = Collections.unmodifiableMap(new LinkedHashMap<>(reports));
        }

        /**
         * What people see of them.
         *
         * @param name of the archive; null for {@code artifacts}
         * @param exposedAs what they are called where people look for them; null when they are not shown
         * @param access who may download them, in the file's word; null for all who see the pipeline
         */
        public record About(
                @Nullable String name,
                @Nullable String exposedAs,
                @Nullable String access) {}
    }

    /**
     * What a job's end means outside of it; entries by the words of the file, such as {@code tag_name}.
     *
     * @param coverage a pattern of RE2 whose last match in the log holds the share of tested code; null for none
     * @param release what a success releases; empty for nothing
     * @param environment where it deploys to; empty for nowhere
     */
    public record Notes(@Nullable String coverage, Map<String, String> release, Map<String, String> environment) {
        public static final Notes NONE = new Notes(null, Map.of(), Map.of());

        public Notes {
            release = Collections.unmodifiableMap(new LinkedHashMap<>(release));
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }

    /** After which end of the script something is done. */
    public enum Moment {
        SUCCESS,
        FAILURE,
        ALWAYS
    }

    /**
     * A job whose artifacts are taken.
     *
     * @param job its id in the pipeline
     * @param files whether its files are; the variables of its dotenv report are in any case
     * @param elsewhere null for a job of the same pipeline
     */
    public record Source(
            String job, boolean files, @Nullable Elsewhere elsewhere) {
        /**
         * Another pipeline.
         *
         * @param project whose newest one it is; null for one that has begun this one, directly or not
         * @param ref the branch or tag it ran for; null for any
         */
        public record Elsewhere(
                @Nullable String project, @Nullable String ref) {}
    }

    /**
     * Folders that are kept between runs.
     *
     * @param key what the kept files are found by
     * @param fallbacks keys to look under when there is nothing under the key
     */
    public record Cache(
            Key key,
            List<String> fallbacks,
            List<String> paths,
            boolean untracked,
            boolean pulled,
            boolean pushed,
            Moment when) {
        public Cache {
            fallbacks = List.copyOf(fallbacks);
            paths = List.copyOf(paths);
        }
    }

    /**
     * The name of a cache.
     *
     * @param text the key, or what stands before the files' digest; null for none
     * @param files whose contents, or commits, give the key; empty for the text alone
     * @param commits whether the last commits that changed the files give it, not their contents
     * @param suffix what stands behind all of it
     */
    public record Key(@Nullable String text, List<String> files, boolean commits, String suffix) {
        public Key {
            files = List.copyOf(files);
        }
    }
}
