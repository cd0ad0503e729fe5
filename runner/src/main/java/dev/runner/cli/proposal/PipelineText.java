package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A pipeline in the native language. */
final class PipelineText {
    private static final List<String> PLATFORMS = List.of("linux/amd64", "linux/arm64");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z./][A-Za-z0-9._/+=-]*");
    private static final Pattern WORD = Pattern.compile("(?i)true|false|null|yes|no|on|off|~");

    private final Project project;
    private final Findings findings;
    private final List<ImageBuild> builds;
    private final List<Findings.Login> logins;
    private final StringBuilder out = new StringBuilder();

    /** @param builds with their repositories and tags */
    PipelineText(Project project, Findings findings, List<ImageBuild> builds) {
        this.project = project;
        this.findings = findings;
        this.builds = builds;
        this.logins = Logins.of(project, builds, findings);
    }

    List<Findings.Login> logins() {
        return logins;
    }

    private boolean single() {
        return builds.size() == 1 && builds.getFirst().repositories().size() == 1;
    }

    String write() {
        line(
                0,
                "# Written by 'runner init'"
                        + (findings.sources().isEmpty() ? "" : " from " + String.join(", ", findings.sources())) + ".");
        line(0, "# runner exec runs it; runner exec --dry-run shows what it would do.");
        line(0, "name: " + quoted(project.name()));
        variables();
        if (builds.stream()
                .flatMap(build -> build.repositories().stream())
                .anyMatch(name -> name.startsWith("localhost:"))) {
            line(
                    0,
                    "# A registry of the run's own, whose images stay in ~/.local/share/runner/registry. Name yours in its place.");
            line(0, "registry: embedded");
        }
        secrets();
        List<String> platforms = platforms();
        line(0, "platforms: " + list(platforms));
        line(0, "jobs:");
        builds.forEach(build -> job(build, platforms));
        return out.toString();
    }

    private void variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (single()) {
            variables.put("IMAGE", builds.getFirst().repositories().getFirst());
        }
        variables.putAll(findings.variables());
        if (!logins.isEmpty()) {
            variables.put("PUBLISH", "");
        }
        if (variables.isEmpty()) {
            return;
        }
        line(0, "variables:");
        variables.forEach((name, value) -> {
            if (name.equals("PUBLISH")) {
                line(1, "# true publishes with the logins that are kept on this machine, without the secrets below.");
            }
            line(1, name + ": " + quoted(value));
        });
    }

    private void secrets() {
        if (findings.secrets().isEmpty()) {
            return;
        }
        line(0, "# From the environment or --secret NAME. Without a registry's, images are built and not published.");
        line(0, "secrets:");
        findings.secrets().forEach(name -> line(1, name + ": {optional: true}"));
    }

    /** Those of the builds, where they agree; the usual two where none is said. */
    private List<String> platforms() {
        List<List<String>> said = builds.stream()
                .map(ImageBuild::platforms)
                .filter(list -> !list.isEmpty())
                .distinct()
                .toList();
        return said.size() == 1 ? said.getFirst() : PLATFORMS;
    }

    private void job(ImageBuild build, List<String> platforms) {
        line(1, id(build) + ":");
        line(2, "steps:");
        if (project.kept()) {
            line(3, "- checkout: {dirty: true}");
        }
        line(3, "- binfmt: {}");
        List<Findings.Login> own = logins.stream()
                .filter(login -> build.repositories().stream()
                        .anyMatch(name -> Logins.registry(name).equals(login.registry())))
                .toList();
        own.forEach(this::login);
        line(3, "- id: image");
        line(4, "build:");
        build(build, platforms);
        line(3, "- publish:");
        line(5, "image: ${{ steps.image.outputs.digest }}");
        List<String> places = single() ? List.of("${{ variables.IMAGE }}") : build.repositories();
        line(5, "to: " + (places.size() == 1 ? quoted(places.getFirst()) : list(places)));
        line(5, "tags: " + list(tags(build)));
        if (!own.isEmpty()) {
            List<String> reasons = new ArrayList<>();
            own.forEach(login -> reasons.add(given(login)));
            line(
                    4,
                    "if: variables.PUBLISH == 'true' || "
                            + String.join(" && ", reasons.stream().distinct().toList()));
        }
    }

    private String id(ImageBuild build) {
        return builds.size() == 1 ? "image" : Project.legal(build.name());
    }

    private void login(Findings.Login login) {
        line(3, "- login:");
        if (!login.registry().isEmpty()) {
            line(5, "registry: " + quoted(login.registry()));
        }
        line(5, "username: " + quoted(login.username()));
        line(5, "password: " + quoted(login.password()));
        line(4, "if: " + given(login));
    }

    private static String given(Findings.Login login) {
        return "secrets." + Logins.secret(login) + " != ''";
    }

    private void build(ImageBuild build, List<String> platforms) {
        ImageBuild.Recipe recipe = build.recipe();
        if (!recipe.context().equals(".")) {
            line(5, "context: " + quoted(recipe.context()));
        }
        if (!recipe.file().isEmpty()) {
            line(5, "file: " + quoted(recipe.file()));
        }
        if (!recipe.target().isEmpty()) {
            line(5, "target: " + quoted(recipe.target()));
        }
        mapping("args", recipe.args());
        mapping("secrets", recipe.secrets());
        if (!build.platforms().isEmpty() && !build.platforms().equals(platforms)) {
            line(5, "platforms: " + list(build.platforms()));
        }
        String first =
                single() ? "${{ variables.IMAGE }}" : build.repositories().getFirst();
        List<String> from = recipe.cacheFrom();
        line(5, "cache-from: " + list(from.isEmpty() ? List.of(first + ":" + kept(build)) : from));
        line(5, "cache-to: " + list(recipe.cacheTo().isEmpty() ? List.of("type=inline") : recipe.cacheTo()));
    }

    /** The tag that most likely is there from the last build. */
    private String kept(ImageBuild build) {
        List<String> tags = tags(build);
        return tags.contains("latest") ? "latest" : tags.contains("branch") ? project.branch() : "latest";
    }

    /** Without a commit nothing is called after one. */
    private List<String> tags(ImageBuild build) {
        List<String> tags = build.tags().isEmpty() ? List.of("sha", "branch", "latest") : build.tags();
        List<String> possible = tags.stream()
                .filter(tag -> project.kept() || tag.matches("latest|literal:.*|[^${}]*[0-9][^${}]*"))
                .toList();
        if (possible.stream().allMatch(tag -> tag.matches("tag|semver.*"))) {
            // There would be no name at all for what is no release.
            List<String> more = new ArrayList<>(possible);
            more.add(project.kept() ? "sha-short" : "latest");
            return more;
        }
        return possible;
    }

    private void mapping(String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            line(5, name + ":");
            new TreeMap<>(values).forEach((key, value) -> line(6, quoted(key) + ": " + quoted(value)));
        }
    }

    private static String list(List<String> items) {
        return "[" + String.join(", ", items.stream().map(PipelineText::quoted).toList()) + "]";
    }

    /** A text as a YAML scalar of the flow style. */
    static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !WORD.matcher(text).matches()) {
            return text;
        }
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                + '"';
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }
}
