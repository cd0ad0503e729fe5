package dev.runner.cli.proposal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files for a repository.
 *
 * @param files their paths in the repository, with their texts
 * @param images where the pipeline publishes to
 * @param sources the files that it was made from
 * @param notes what could not be taken over or needs a look
 */
public record Proposal(Map<String, String> files, List<String> images, List<String> sources, List<String> notes) {
    /** The file of the pipeline: {@code runner exec} finds it by itself. */
    public static final String PIPELINE = "pipeline.yml";

    /** The workflow that starts it on GitHub. */
    public static final String GITHUB = ".github/workflows/runner.yml";

    public static final String GITLAB = ".gitlab-ci.yml";

    /**
     * What else to write.
     *
     * @param action of GitHub, that a workflow shall use; null for no workflow
     * @param jobImage for GitLab's job; null for no {@code .gitlab-ci.yml}
     * @param image in place of the one that the repository's address gives
     */
    public record Wishes(
            @Nullable String action,
            @Nullable String jobImage,
            @Nullable String image) {}

    /** There is nothing that could be built. */
    public static final class NothingToBuildException extends IOException {
        private static final long serialVersionUID = 1L;

        NothingToBuildException(String message) {
            super(message);
        }
    }

    /** Looks at a project and proposes. */
    public static Proposal of(Project project, Wishes wishes) throws IOException {
        Findings findings = new Findings();
        Map<String, String> files = new LinkedHashMap<>();
        GithubFiles.read(project, findings);
        GitLabFile.read(project, findings);
        if (findings.builds().isEmpty()) {
            BuildFiles.bake(project, findings);
        }
        if (findings.builds().isEmpty()) {
            BuildFiles.dockerfiles(project, findings);
        }
        if (findings.builds().isEmpty()) {
            Language language = Language.of(project);
            if (language == null) {
                findings.note("there is no Dockerfile here, and no language is known by its files (" + Language.known()
                        + "); write a Dockerfile first");
                throw new NothingToBuildException(String.join("; ", findings.notes()));
            }
            files.putAll(language.files(project));
            findings.source(language.evidence());
            findings.add(new ImageBuild("image", ImageBuild.Recipe.of(".", ""), List.of(), List.of(), List.of()));
        }
        List<ImageBuild> builds = named(project, findings.builds(), wishes.image());
        PipelineText text = new PipelineText(project, findings, builds);
        files.put(PIPELINE, text.write());
        CiText ci = new CiText(project, findings, text.logins());
        if (wishes.action() != null) {
            files.put(GITHUB, ci.github(wishes.action()));
        }
        if (wishes.jobImage() != null) {
            files.put(GITLAB, ci.gitlab(wishes.jobImage()));
        }
        List<String> images = builds.stream()
                .flatMap(build -> build.repositories().stream())
                .distinct()
                .toList();
        return new Proposal(files, images, findings.sources(), findings.notes());
    }

    /** Builds with names that are not the same, and with places to go. */
    private static List<ImageBuild> named(Project project, List<ImageBuild> builds, @Nullable String image) {
        String home = image == null ? project.image() : image;
        List<ImageBuild> all = new ArrayList<>();
        List<String> used = new ArrayList<>();
        for (ImageBuild build : builds) {
            List<String> served = build.repositories().stream()
                    .filter(name -> name.contains("/"))
                    .toList();
            String bare = build.repositories().isEmpty()
                    ? build.name()
                    : build.repositories().getLast();
            bare = Project.legal(bare.substring(bare.lastIndexOf('/') + 1));
            String base = builds.size() == 1 ? "image" : !build.name().isEmpty() ? build.name() : bare;
            if (base.equals("app") && !build.recipe().target().isEmpty()) {
                base = build.recipe().target();
            }
            String name = base;
            for (int number = 2; used.contains(name); number++) {
                name = base + "-" + number;
            }
            used.add(name);
            boolean main = builds.size() == 1 || bare.equals(project.name());
            List<String> places =
                    image == null && !served.isEmpty() ? served : List.of(main ? home : home + "/" + name);
            all.add(build.named(name).to(places));
        }
        return all;
    }
}
