package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds, pushes and logins in scripts: Docker's commands, and those of Podman, Buildah and kaniko that say the same. */
final class DockerWords {
    private static final Set<String> CLIENTS = Set.of("docker", "podman", "buildah", "nerdctl");
    private static final Set<String> KANIKO = Set.of("/kaniko/executor", "executor");
    private static final Pattern JOINED = Pattern.compile("\\\\\\r?\\n\\s*");
    /** Flags of builds that take no value. */
    private static final Set<String> SWITCHES = Set.of(
            "--pull",
            "--no-cache",
            "--push",
            "--load",
            "--quiet",
            "-q",
            "--rm",
            "--force-rm",
            "--compress",
            "--squash",
            "--check",
            "--debug",
            "-D",
            "--layers",
            "--cleanup",
            "--skip-tls-verify",
            "--reproducible",
            "--single-snapshot",
            "--no-push",
            "--insecure",
            "--skip-tls-verify-pull",
            "--insecure-pull",
            "--use-new-run",
            "--cache-copy-layers");

    private final Findings findings;
    private final UnaryOperator<String> expand;
    private final List<List<String>> flags = new ArrayList<>();
    private final Map<String, List<String>> names = new LinkedHashMap<>();
    private final List<ImageBuild> builds = new ArrayList<>();
    /** What a command before a pipe says last. */
    private String piped = "";

    /** @param expand makes a word of a script one of the native language */
    DockerWords(Findings findings, UnaryOperator<String> expand) {
        this.findings = findings;
        this.expand = expand;
    }

    /** Reads a job's scripts, in their order. */
    void read(List<String> scripts) {
        for (String script : scripts) {
            for (String line : JOINED.matcher(script).replaceAll(" ").split("\\R|&&|;|\\|\\|", -1)) {
                command(words(line.strip()));
            }
        }
        builds.forEach(build -> findings.add(build.under(renamed(build))));
    }

    /** Builds the words of {@code docker build}; null when they build nothing that can be said. */
    static @Nullable ImageBuild build(List<String> words, Findings findings) {
        DockerWords reader = new DockerWords(findings, UnaryOperator.identity());
        reader.build(words, false);
        return reader.builds.isEmpty() ? null : reader.builds.getFirst();
    }

    /** What {@code docker tag} calls the image besides. */
    private List<String> renamed(ImageBuild build) {
        List<String> more = new ArrayList<>();
        names.forEach((from, to) -> {
            if (build.repositories().contains(ImageBuild.Name.of(from).repository())) {
                more.addAll(to);
            }
        });
        return more;
    }

    private void command(List<String> line) {
        int start = 0;
        while (start < line.size()
                && (line.get(start).matches("[A-Z_]+=.*") || line.get(start).matches("-|exec|sudo|time"))) {
            start++;
        }
        List<String> words = line.subList(start, line.size());
        if (words.isEmpty()) {
            return;
        }
        if (KANIKO.contains(words.getFirst())) {
            build(words.subList(1, words.size()), true);
            return;
        }
        if (!CLIENTS.contains(words.getFirst()) || words.size() < 2) {
            // A login is often the end of a pipe.
            int pipe = words.indexOf("|");
            if (pipe > 0) {
                piped = words.get(pipe - 1);
                command(words.subList(pipe + 1, words.size()));
                piped = "";
            }
            return;
        }
        List<String> rest = words.subList(1, words.size());
        if (rest.getFirst().equals("buildx") || rest.getFirst().equals("image")) {
            rest = rest.subList(1, rest.size());
        }
        List<String> after = rest.isEmpty() ? rest : rest.subList(1, rest.size());
        switch (rest.isEmpty() ? "" : rest.getFirst()) {
            case "build", "bud" -> build(after, false);
            case "tag" -> {
                if (after.size() == 2) {
                    names.computeIfAbsent(expand.apply(after.getFirst()), any -> new ArrayList<>())
                            .add(expand.apply(after.getLast()));
                }
            }
            case "login" -> login(after);
            default -> {}
        }
    }

    private void login(List<String> words) {
        String registry = "";
        String username = "";
        String password = "";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            String value = word.contains("=")
                    ? word.substring(word.indexOf('=') + 1)
                    : i + 1 < words.size() ? words.get(i + 1) : "";
            switch (name) {
                case "-u", "--username" -> username = expand.apply(value);
                case "-p", "--password" -> password = expand.apply(value);
                case "--password-stdin" -> {
                    password = expand.apply(piped);
                    i -= word.contains("=") ? 0 : 1;
                }
                default -> {
                    if (!word.startsWith("-")) {
                        registry = expand.apply(word);
                        i--;
                    }
                }
            }
            i += word.contains("=") ? 0 : 1;
            if (word.equals("|") || word.equals("<")) {
                break;
            }
        }
        findings.add(new Findings.Login(registry, username, password));
    }

    private void build(List<String> words, boolean kaniko) {
        flags.clear();
        String context = "";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.matches("[|<>&].*|\\d>.*")) {
                break;
            }
            if (word.equals("--")) {
                continue;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                context = word;
            } else if (word.startsWith("--") && word.contains("=")) {
                flags.add(List.of(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1)));
            } else if (!SWITCHES.contains(word)
                    && i + 1 < words.size()
                    && !(kaniko && words.get(i + 1).startsWith("--"))) {
                flags.add(List.of(word, words.get(++i)));
            }
        }
        if (kaniko) {
            context = last("--context", "-c").replaceFirst("^dir://", "");
        }
        if (context.equals("-")) {
            findings.note("a build whose context comes from a pipe was left out");
            return;
        }
        builds.add(built(inside(expand.apply(context)), kaniko));
    }

    private ImageBuild built(String context, boolean kaniko) {
        List<String> tags = all("--tag", "-t", "--destination", "-d");
        String file = inside(expand.apply(last("--file", "-f", "--dockerfile")));
        if (kaniko && !file.isEmpty() && !file.contains("/") && !context.equals(".")) {
            file = context + "/" + file;
        }
        if (file.equals(context.equals(".") || context.isEmpty() ? "Dockerfile" : context + "/Dockerfile")) {
            file = "";
        }
        Map<String, String> args = new LinkedHashMap<>();
        for (String each : all("--build-arg")) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            args.put(name, equals < 0 ? "${{ variables." + name + " }}" : each.substring(equals + 1));
            if (equals < 0) {
                findings.variable(name, "");
            }
        }
        ImageBuild.Recipe recipe = new ImageBuild.Recipe(
                context.isEmpty() ? "." : context,
                file,
                expand.apply(last("--target")),
                args,
                secrets(),
                all("--cache-from"),
                all("--cache-to"));
        List<String> platforms = all("--platform", "--custom-platform").stream()
                .flatMap(each -> Arrays.stream(each.split(",")))
                .toList();
        return new ImageBuild("", recipe, platforms, List.of(), List.of()).under(tags);
    }

    /** Secrets of environment variables; files of the CI machine cannot be known. */
    private Map<String, String> secrets() {
        Map<String, String> secrets = new LinkedHashMap<>();
        for (String each : all("--secret")) {
            Map<String, String> fields = dev.runner.build.CommaFields.parse(each);
            String id = fields.getOrDefault("id", "");
            String name = fields.getOrDefault("env", fields.containsKey("src") ? "" : id);
            if (name.isEmpty()) {
                findings.note("the build secret '" + id + "' comes from a file; give it as --secret " + id + "=@FILE");
                name = id.toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
            }
            findings.secret(name);
            secrets.put(id, "${{ secrets." + name + " }}");
        }
        return secrets;
    }

    /** A path without the folder that CI systems check out to. */
    private static String inside(String path) {
        String plain =
                path.replaceFirst("^(\\$\\{?CI_PROJECT_DIR}?|\\$\\{?GITHUB_WORKSPACE}?|\\$\\{?PWD}?|\\.)/(?=.)", "");
        return plain.matches("\\$\\{?(CI_PROJECT_DIR|GITHUB_WORKSPACE|PWD)}?") ? "." : plain;
    }

    private List<String> all(String... known) {
        return flags.stream()
                .filter(flag -> List.of(known).contains(flag.getFirst()))
                .map(flag -> expand.apply(flag.getLast()))
                .toList();
    }

    private String last(String... known) {
        List<String> all = flags.stream()
                .filter(flag -> List.of(known).contains(flag.getFirst()))
                .map(List::getLast)
                .toList();
        return all.isEmpty() ? "" : all.getLast();
    }

    /** A line's words, quotes gone; what they expand to is not looked at. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                open = true;
            } else if (quote == 0 && c == '#' && !open) {
                break;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (open) {
                    words.add(word.toString());
                }
                word.setLength(0);
                open = false;
            } else if (line.startsWith("${{", i) && line.indexOf("}}", i) > 0) {
                int end = line.indexOf("}}", i) + 2;
                word.append(line, i, end);
                open = true;
                i = end - 1;
            } else {
                word.append(c == '\\' && i + 1 < line.length() && quote != '\'' ? line.charAt(++i) : c);
                open = true;
            }
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }
}
