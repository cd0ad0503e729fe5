package dev.runner.cli.proposal;

import dev.runner.build.CommaFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Builds in GitHub workflows: Docker's actions and Docker's commands. */
final class GithubFiles {
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{\\s*(.*?)\\s*}}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");

    private final Project project;
    private final Findings findings;
    private String file = "";

    private GithubFiles(Project project, Findings findings) {
        this.project = project;
        this.findings = findings;
    }

    static void read(Project project, Findings findings) throws IOException {
        Path folder = project.folder().resolve(".github/workflows");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path path : files.filter(path -> path.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList()) {
                new GithubFiles(project, findings).workflow(".github/workflows/" + path.getFileName());
            }
        }
    }

    private void workflow(String path) {
        file = path;
        YamlTree root = YamlTree.of(path, project.text(path), findings);
        for (YamlTree job : root.at("jobs").fields().values()) {
            Map<String, String> values = new LinkedHashMap<>(root.at("env").pairs());
            values.putAll(job.at("env").pairs());
            new Job(values, job.at("steps").items()).read();
        }
    }

    /** One job's steps, with the environment that they see. */
    private final class Job {
        private final Map<String, String> environment;
        private final List<YamlTree> steps;

        Job(Map<String, String> environment, List<YamlTree> steps) {
            this.environment = environment;
            this.steps = steps;
        }

        void read() {
            int before = findings.builds().size();
            List<String> scripts = new ArrayList<>();
            List<Findings.Login> logins = new ArrayList<>();
            for (YamlTree step : steps) {
                Map<String, String> inputs = step.at("with").pairs();
                switch (step.at("uses").text().replaceFirst("@.*", "")) {
                    case "docker/build-push-action" -> action(inputs);
                    case "docker/bake-action" ->
                        findings.note(file + " uses docker/bake-action: its targets come from the bake file");
                    case "docker/login-action" -> logins.add(login(inputs));
                    case "" -> {
                        step.at("env").pairs().forEach(environment::putIfAbsent);
                        scripts.add(step.at("run").text());
                    }
                    default -> {}
                }
            }
            DockerWords words = new DockerWords(findings, word -> converted(variables(word)));
            words.read(scripts);
            if (findings.builds().size() > before || !logins.isEmpty()) {
                findings.source(file);
            }
            logins.forEach(findings::add);
        }

        private Findings.Login login(Map<String, String> inputs) {
            String registry = converted(inputs.getOrDefault("registry", ""));
            return new Findings.Login(
                    registry.equals("docker.io") ? "" : registry,
                    converted(inputs.getOrDefault("username", "")),
                    converted(inputs.getOrDefault("password", "")));
        }

        private void action(Map<String, String> inputs) {
            Map<String, String> secrets = new LinkedHashMap<>();
            lines(inputs.get("secrets")).forEach(line -> {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    secrets.put(line.substring(0, equals), converted(line.substring(equals + 1)));
                }
            });
            Map<String, String> args = new LinkedHashMap<>();
            lines(inputs.get("build-args")).forEach(line -> {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    args.put(line.substring(0, equals), converted(line.substring(equals + 1)));
                }
            });
            String context = converted(inputs.getOrDefault("context", "."));
            ImageBuild.Recipe recipe = new ImageBuild.Recipe(
                    folder(context),
                    converted(inputs.getOrDefault("file", "")).replaceFirst("^\\./", ""),
                    converted(inputs.getOrDefault("target", "")),
                    args,
                    secrets,
                    caches(inputs.get("cache-from")),
                    caches(inputs.get("cache-to")));
            List<String> platforms = Arrays.stream(
                            converted(inputs.getOrDefault("platforms", "")).split("[,\\s]+"))
                    .filter(text -> !text.isEmpty() && !text.contains("${{"))
                    .toList();
            ImageBuild build = new ImageBuild("", recipe, platforms, List.of(), List.of());
            findings.add(tagged(build, inputs.getOrDefault("tags", "")));
        }

        private List<String> caches(@org.jspecify.annotations.Nullable String text) {
            return lines(text).stream()
                    .map(this::converted)
                    .filter(cache -> !cache.isEmpty())
                    .toList();
        }

        /** Tags as they are written, and those that docker/metadata-action works out. */
        private ImageBuild tagged(ImageBuild build, String text) {
            ImageBuild all = build;
            List<String> plain = new ArrayList<>();
            for (String line : text.split("[,\\n]")) {
                Matcher made = Pattern.compile("\\$\\{\\{\\s*steps\\.([\\w-]+)\\.outputs\\.tags\\s*}}")
                        .matcher(line.strip());
                if (made.matches()) {
                    all = metadata(all, made.group(1));
                } else {
                    String name = converted(line.strip());
                    if (!name.isEmpty()) {
                        plain.add(ImageBuild.Name.of(name).repository().toLowerCase(Locale.ROOT) + ":"
                                + ImageBuild.Name.of(name).tag());
                    }
                }
            }
            return all.under(plain);
        }

        private ImageBuild metadata(ImageBuild build, String id) {
            for (YamlTree step : steps) {
                if (!step.at("id").text().equals(id)) {
                    continue;
                }
                Map<String, String> inputs = step.at("with").pairs();
                List<String> images = lines(inputs.get("images")).stream()
                        .flatMap(line -> Arrays.stream(line.split(",(?!enable|name)")))
                        .map(line -> converted(line.replaceFirst("^name=", "").replaceFirst(",.*", ""))
                                .toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .toList();
                List<String> rules = new ArrayList<>();
                lines(inputs.get("tags")).forEach(rule -> rules.addAll(rules(rule)));
                if (rules.isEmpty()) {
                    rules.addAll(List.of("branch", "tag", "latest"));
                }
                return new ImageBuild(
                        build.name(),
                        build.recipe(),
                        build.platforms(),
                        images,
                        rules.stream().distinct().toList());
            }
            return build;
        }

        /** A rule of docker/metadata-action in the words of {@code publish}. */
        private List<String> rules(String text) {
            Map<String, String> fields = CommaFields.parse(text.contains("=") ? text : "type=raw,value=" + text);
            return switch (fields.getOrDefault("type", "raw")) {
                case "ref" ->
                    switch (fields.getOrDefault("event", "")) {
                        case "branch" -> List.of("branch");
                        case "tag" -> List.of("tag");
                        default -> List.of();
                    };
                case "semver", "pep440" -> {
                    String pattern =
                            fields.getOrDefault("pattern", "{{version}}").replaceAll("\\s", "");
                    yield switch (pattern) {
                        case "{{major}}", "v{{major}}" -> List.of("semver-major");
                        case "{{major}}.{{minor}}", "v{{major}}.{{minor}}" -> List.of("semver-minor");
                        default -> List.of("semver", "latest");
                    };
                }
                case "sha" -> {
                    String sha = "long".equals(fields.get("format")) ? "${{ commit.sha }}" : "${{ commit.short }}";
                    yield List.of(ImageBuild.Name.rule(fields.getOrDefault("prefix", "sha-") + sha));
                }
                case "edge" -> List.of("edge");
                case "raw" -> {
                    String value = converted(fields.getOrDefault("value", ""));
                    yield value.isEmpty() ? List.of() : List.of(ImageBuild.Name.rule(value));
                }
                default -> {
                    findings.note(file + ": the tag rule '" + text + "' has no match here and was left out");
                    yield List.of();
                }
            };
        }

        /** A shell's variables in a word, as far as the workflow says what they are. */
        private String variables(String word) {
            return replaced(
                    VARIABLE,
                    word,
                    name -> environment.containsKey(name) ? environment.get(name) : "${{ shell." + name + " }}");
        }

        private String converted(String text) {
            return replaced(EXPRESSION, text.strip(), this::expression);
        }

        private String expression(String expression) {
            String name = expression.substring(expression.indexOf('.') + 1);
            return switch (expression.contains(".") ? expression.substring(0, expression.indexOf('.')) : "") {
                case "secrets" -> secret(name);
                case "env" -> environment.containsKey(name) ? converted(environment.get(name)) : unknown(expression);
                case "vars", "inputs" -> variable(name);
                case "github" -> github(name);
                case "shell" -> shell(name);
                default -> unknown(expression);
            };
        }

        private String shell(String name) {
            return switch (name) {
                case "GITHUB_SHA" -> "${{ commit.sha }}";
                case "GITHUB_REF_NAME" -> ImageBuild.Name.REF;
                case "GITHUB_REPOSITORY", "GITHUB_REPOSITORY_OWNER", "GITHUB_ACTOR" ->
                    github(name.substring("GITHUB_".length()).toLowerCase(Locale.ROOT));
                case "GITHUB_TOKEN" -> secret(name);
                case "GITHUB_WORKSPACE" -> ".";
                default -> unknown("$" + name);
            };
        }

        private String github(String name) {
            Project.Remote remote = project.remote();
            return switch (name) {
                case "token" -> secret("GITHUB_TOKEN");
                case "sha" -> "${{ commit.sha }}";
                case "ref_name" -> ImageBuild.Name.REF;
                case "repository" -> remote == null ? project.name() : remote.path();
                case "event.repository.name" -> project.name();
                case "repository_owner" -> remote == null ? "" : remote.owner();
                case "actor" -> user();
                case "workspace" -> ".";
                default -> unknown("github." + name);
            };
        }

        private String user() {
            findings.variable(
                    Logins.USER,
                    project.remote() == null ? "" : project.remote().owner());
            return "${{ variables." + Logins.USER + " }}";
        }

        private String secret(String name) {
            findings.secret(name);
            return "${{ secrets." + name + " }}";
        }

        private String variable(String name) {
            findings.variable(name, "");
            findings.note(file + " reads the variable " + name + ": give its value in the pipeline or by --var");
            return "${{ variables." + name + " }}";
        }

        private String unknown(String expression) {
            findings.note(file + ": '" + expression + "' has no match here and was left out");
            return "";
        }
    }

    /** A context of an action, which may name the repository's own. */
    private static String folder(String context) {
        String plain = context.replaceFirst("^\\{\\{defaultContext}}:?", "").replaceFirst("^\\./(?=.)", "");
        return plain.isEmpty() ? "." : plain;
    }

    /** The lines of an input that is a list. */
    private static List<String> lines(@org.jspecify.annotations.Nullable String text) {
        return text == null
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /** Each match of a pattern replaced by what its first group stands for. */
    static String replaced(Pattern pattern, String text, UnaryOperator<String> value) {
        return pattern.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value.apply(match.group(1))));
    }
}
