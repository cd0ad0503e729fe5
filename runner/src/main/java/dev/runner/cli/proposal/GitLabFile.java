package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Builds in {@code .gitlab-ci.yml}: Docker's commands, with docker-in-docker or not, kaniko and Buildah. */
final class GitLabFile {
    private static final String NAME = ".gitlab-ci.yml";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");
    /** What is in the file besides jobs. */
    private static final Set<String> KEYWORDS = Set.of(
            "stages",
            "variables",
            "default",
            "include",
            "workflow",
            "image",
            "services",
            "cache",
            "before_script",
            "after_script",
            "spec");

    private final Project project;
    private final Findings findings;
    private final YamlTree root;

    private GitLabFile(Project project, Findings findings) {
        this.project = project;
        this.findings = findings;
        this.root = YamlTree.of(NAME, project.text(NAME), findings);
    }

    static void read(Project project, Findings findings) {
        if (project.has(NAME)) {
            new GitLabFile(project, findings).jobs();
        }
    }

    private void jobs() {
        int before = findings.builds().size();
        root.fields().forEach((name, job) -> {
            if (!KEYWORDS.contains(name) && !name.startsWith(".")) {
                Map<String, String> values =
                        new LinkedHashMap<>(root.at("variables").pairs());
                List<String> scripts = new ArrayList<>();
                scripts.addAll(root.at("before_script").texts());
                scripts.addAll(root.at("default").at("before_script").texts());
                for (String base : job.at("extends").texts()) {
                    values.putAll(root.at(base).at("variables").pairs());
                    scripts.addAll(scripts(root.at(base)));
                }
                values.putAll(job.at("variables").pairs());
                scripts.addAll(scripts(job));
                new DockerWords(findings, word -> expanded(word, values, 0)).read(scripts);
            }
        });
        if (findings.builds().size() > before) {
            findings.source(NAME);
        }
        if (root.at("include").node() != null) {
            findings.note(NAME + " includes other files; builds in them were not looked for");
        }
    }

    private static List<String> scripts(YamlTree job) {
        List<String> scripts = new ArrayList<>(job.at("before_script").texts());
        scripts.addAll(job.at("script").texts());
        return scripts;
    }

    private String expanded(String word, Map<String, String> values, int depth) {
        return GithubFiles.replaced(VARIABLE, word, name -> {
            String value = values.get(name);
            return value == null || depth > 10 ? predefined(name) : expanded(value, values, depth + 1);
        });
    }

    /** GitLab's own variables; a name that looks like a secret's is one. */
    private String predefined(String name) {
        String image = project.image();
        return switch (name) {
            case "CI_REGISTRY_IMAGE" -> image;
            case "CI_REGISTRY" -> image.substring(0, image.indexOf('/'));
            case "CI_PROJECT_NAME" -> project.name();
            case "CI_PROJECT_PATH" ->
                project.remote() == null ? project.name() : project.remote().path();
            case "CI_PROJECT_DIR" -> ".";
            case "CI_COMMIT_SHA" -> "${{ commit.sha }}";
            case "CI_COMMIT_SHORT_SHA" -> "${{ commit.short }}";
            case "CI_COMMIT_REF_SLUG", "CI_COMMIT_REF_NAME" -> ImageBuild.Name.REF;
            case "CI_COMMIT_BRANCH" -> "${{ commit.branch }}";
            case "CI_COMMIT_TAG" -> "${{ commit.tag }}";
            case "CI_DEFAULT_BRANCH" -> project.branch();
            case "CI_REGISTRY_USER", "CI_DEPLOY_USER" ->
                variable(name, project.remote() == null ? "" : project.remote().owner());
            default -> name.matches(".*(PASSWORD|TOKEN|SECRET|KEY|PASS|CREDENTIALS)") ? secret(name) : unknown(name);
        };
    }

    private String secret(String name) {
        findings.secret(name);
        return "${{ secrets." + name + " }}";
    }

    private String variable(String name, String value) {
        findings.variable(name, value);
        return "${{ variables." + name + " }}";
    }

    private String unknown(String name) {
        findings.note(NAME + " reads the variable " + name + ": give its value in the pipeline or by --var");
        return variable(name, "");
    }
}
