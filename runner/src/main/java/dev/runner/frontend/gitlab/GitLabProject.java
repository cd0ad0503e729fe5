package dev.runner.frontend.gitlab;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files around a pipeline: its own project, and what an {@code include} reaches. */
public interface GitLabProject {
    /** What positions say before a path: empty for the project itself, else such as {@code group/name@main:}. */
    String prefix();

    /** The text of a file, by its path from the project's root; null when there is none. */
    @Nullable
    String read(String path) throws IOException;

    /** The paths of all files, for patterns. */
    List<String> files();

    /**
     * The paths that the event's commits change.
     *
     * @param compareTo a branch, tag or SHA to compare with; null for what the event says
     * @return null when nothing can be compared, so that every {@code changes} counts as met
     */
    @Nullable
    List<String> changes(@Nullable String compareTo);

    /**
     * Another project.
     *
     * @param ref branch, tag or SHA; null for its newest state
     * @throws IOException when it is known but cannot be read
     * @return null when it is not known here
     */
    @Nullable
    GitLabProject project(String path, @Nullable String ref) throws IOException;

    /** The text at a URL; null when it may not be asked for. */
    @Nullable
    String remote(String url) throws IOException;

    /** One of the templates that come with GitLab, such as {@code Bash.gitlab-ci.yml}; null when they are not here. */
    @Nullable
    String template(String name) throws IOException;
}
