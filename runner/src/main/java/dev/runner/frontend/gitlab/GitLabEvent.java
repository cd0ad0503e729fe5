package dev.runner.frontend.gitlab;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline is made for.
 *
 * @param source the value of {@code CI_PIPELINE_SOURCE}: {@code push}, {@code merge_request_event}, {@code schedule},
 *     {@code web}, {@code api}, {@code trigger}, {@code parent_pipeline} and others
 */
public record GitLabEvent(String source, Ref ref, Commit commit, Project project, Given given) {
    /**
     * What was pushed.
     *
     * @param branch null for a tag, or outside of any branch; in a merge request, its source
     * @param tag null for a branch
     * @param target the branch that a merge request goes to; null for anything else
     * @param at what jobs check out; null for what is checked out where the run starts
     * @param repository that jobs check out; null for the one where the run starts
     */
    public record Ref(
            @Nullable String branch,
            @Nullable String tag,
            @Nullable String target,
            @Nullable String at,
            @Nullable String repository) {}

    /**
     * The commit.
     *
     * @param before the commit before the push; zeros when there is none
     * @param timestamp in ISO 8601
     * @param author as {@code name <address>}
     */
    public record Commit(String sha, String before, String message, String author, String timestamp) {
        /** In place of a commit that is not there. */
        public static final String NONE = "0".repeat(40);
    }

    /**
     * The project.
     *
     * @param path with namespace, such as {@code group/sub/name}
     * @param server such as {@code https://gitlab.com}
     * @param registry host and port of its container registry
     * @param images what stands before the names of Docker Hub's images in place of GitLab's dependency proxy; null for
     *     that proxy
     */
    public record Project(
            String path,
            String defaultBranch,
            String server,
            String registry,
            @Nullable String images) {}

    /**
     * What the run gives besides the files.
     *
     * @param pipeline variables of the pipeline, the strongest of all
     * @param project variables of the project
     * @param masked names of those whose values are hidden
     * @param protectedNames names of those that only protected branches and tags see
     * @param inputs of the pipeline's own {@code spec:inputs}
     */
    public record Given(
            Map<String, String> pipeline,
            Map<String, String> project,
            Set<String> masked,
            Set<String> files,
            Map<String, String> inputs) {
        public static final Given NOTHING = new Given(Map.of(), Map.of(), Set.of(), Set.of(), Map.of());

        public Given {
            pipeline = ordered(pipeline);
            project = ordered(project);
            inputs = ordered(inputs);
            masked = Collections.unmodifiableSet(new LinkedHashSet<>(masked));
            files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
        }

        private static Map<String, String> ordered(Map<String, String> map) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(map));
        }
    }

    public boolean isMergeRequest() {
        return source.equals("merge_request_event");
    }

    public boolean isTag() {
        return ref.tag() != null;
    }

    /** Whether there is a repository with a commit to check out. */
    boolean hasCommit() {
        return !commit.sha().equals(Commit.NONE);
    }

    /** The branch or tag. */
    String refName() {
        String tag = ref.tag();
        String branch = ref.branch();
        return tag != null ? tag : branch != null ? branch : commit.sha();
    }

    /** The variables that GitLab itself sets for the whole pipeline. */
    Map<String, String> variables() {
        return new Predefined(this).ofPipeline();
    }
}
