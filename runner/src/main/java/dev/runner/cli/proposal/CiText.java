package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The file that lets a CI system run the pipeline. */
final class CiText {
    private final Project project;
    private final Findings findings;
    private final Set<String> passwords = new LinkedHashSet<>();

    CiText(Project project, Findings findings, List<Findings.Login> logins) {
        this.project = project;
        this.findings = findings;
        logins.forEach(login -> passwords.add(Logins.secret(login)));
    }

    /** @param action such as {@code OWNER/REPO/action@v1} */
    String github(String action) {
        List<String> lines = new ArrayList<>(List.of(
                "# Written by 'runner init': runs pipeline.yml for each push; pull requests are built and not published.",
                "name: image",
                "on:",
                "  push: {branches: [" + PipelineText.quoted(project.branch()) + "], tags: [\"v*\"]}",
                "  pull_request:",
                "permissions: {contents: read, packages: write}",
                "concurrency: {group: \"image-${{ github.ref }}\"}",
                "jobs:",
                "  image:",
                "    runs-on: ubuntu-24.04",
                "    timeout-minutes: 60",
                "    steps:",
                "      - uses: actions/checkout@v4",
                "      - uses: " + action,
                "        with:",
                "          pipeline: pipeline.yml"));
        if (findings.variables().containsKey(Logins.USER)) {
            lines.add("          arguments: --var " + Logins.USER + "=${{ github.actor }}");
        }
        if (!findings.secrets().isEmpty()) {
            lines.add("        env:");
        }
        for (String name : findings.secrets()) {
            boolean token = name.equals("GITHUB_TOKEN")
                    || name.equals(Logins.PASSWORD) && project.image().startsWith("ghcr.io/");
            String secret = "secrets." + (token ? "GITHUB_TOKEN" : name);
            boolean password = passwords.contains(name);
            lines.add("          " + name + ": ${{ "
                    + (password ? "github.event_name != 'pull_request' && " + secret + " || ''" : secret) + " }}");
        }
        return String.join("\n", lines) + "\n";
    }

    /** @param image of the job, which has {@code runner} */
    String gitlab(String image) {
        List<String> lines = new ArrayList<>(List.of(
                "# Written by 'runner init': runs pipeline.yml; needs no privileged runner and no docker-in-docker.",
                "images:",
                "  stage: build",
                "  image: {name: " + PipelineText.quoted(image) + ", entrypoint: [\"\"]}"));
        String own = project.image().substring(0, project.image().indexOf('/'));
        if (findings.secrets().contains(Logins.PASSWORD) && own.startsWith("registry.")) {
            lines.addAll(List.of("  variables:", "    " + Logins.PASSWORD + ": $CI_REGISTRY_PASSWORD"));
        }
        StringBuilder command = new StringBuilder("runner exec pipeline.yml");
        Map<String, String> users = Map.of(Logins.USER, "CI_REGISTRY_USER", "CI_REGISTRY_USER", "CI_REGISTRY_USER");
        findings.variables().keySet().stream()
                .filter(users::containsKey)
                .forEach(name ->
                        command.append(" --var ").append(name).append("=$").append(users.get(name)));
        lines.addAll(List.of(
                "  script:",
                "    - " + command,
                "  rules:",
                "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"",
                "    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH || $CI_COMMIT_TAG"));
        return String.join("\n", lines) + "\n";
    }
}
