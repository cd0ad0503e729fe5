package dev.runner.cli;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.Commit;
import dev.runner.expression.Value;
import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.oci.Platform;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.schedule.Inputs;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.Source;
import dev.runner.step.action.input.ListInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A build as the four Docker actions do it, for who gives inputs instead of a pipeline: a workflow of emulation, login and
 * build with the built-in actions. Its texts are all expressions: no input is ever read as one.
 */
final class CiWorkflow {
    private static final String GITHUB = "GITHUB_";
    /** Files and tokens of the step that we run in: they are nobody else's. */
    private static final Set<String> OWN = Set.of("ENV", "OUTPUT", "PATH", "STATE", "STEP_SUMMARY", "TOKEN", "ACTIONS");

    /** The inputs of the login. */
    static final List<String> LOGIN = List.of("registry", "username", "password");

    private static final String CACHE = "type=gha";

    private final CiInputs inputs;
    private final Map<String, String> environment;
    private final Path workspace;
    private final Map<String, String> values = new TreeMap<>();
    private final StringBuilder steps = new StringBuilder();

    CiWorkflow(CiInputs inputs, Map<String, String> environment, Path workspace) {
        this.inputs = inputs;
        this.environment = environment;
        this.workspace = workspace;
    }

    Pipeline pipeline() {
        emulation();
        if (inputs.isGiven("username") || inputs.isGiven("password")) {
            Map<String, String> login = new TreeMap<>();
            LOGIN.forEach(name -> login.put(name, inputs.get(name)));
            step("Log in", "docker/login-action@v4", login);
        }
        step("Build", "docker/build-push-action@v7", build());
        Map<String, String> passed = new TreeMap<>();
        environment.forEach((name, value) -> {
            if ((name.startsWith("ACTIONS_") || name.equals("GITHUB_TOKEN")) && !value.isEmpty()) {
                passed.put(name, value(name.toLowerCase(Locale.ROOT), value));
            }
        });
        StringBuilder text = new StringBuilder("on:\n  workflow_call:\n    inputs:\n");
        values.keySet().forEach(name -> text.append("      " + name + ": {type: string}\n"));
        text.append("jobs:\n  image:\n    runs-on: ubuntu-latest\n");
        if (!passed.isEmpty()) {
            text.append("    env:\n");
            passed.forEach((name, value) -> text.append("      " + name + ": " + value + "\n"));
        }
        text.append("    steps:\n").append(steps);
        // Without a name: no file of the repository is to blame for a failure that is not the Dockerfile's.
        return GithubWorkflows.read(Source.of("", text.toString()), "image", WorkflowFetcher.none())
                .pipeline();
    }

    /** What the pipeline is run with; to be asked for after it. */
    Inputs inputs() throws IOException {
        Map<String, Value> contexts = new LinkedHashMap<>();
        contexts.put("github", github());
        contexts.put("vars", Value.of(Map.of()));
        contexts.put("inputs", Value.of(values));
        Secrets secrets = inputs.secrets();
        String token = environment.getOrDefault("ACTIONS_RUNTIME_TOKEN", "");
        if (!token.isEmpty()) {
            secrets = secrets.with(Secrets.of(Secret.of("ACTIONS_RUNTIME_TOKEN", token)));
        }
        return new Inputs(PlanInputs.none().withContexts(contexts), secrets, environment);
    }

    /** The emulators of what this machine cannot run, unless something else is asked for. */
    private void emulation() {
        if (inputs.isOff("qemu")) {
            return;
        }
        String wanted = inputs.get("qemu");
        boolean automatic = wanted.isEmpty() || wanted.equals("auto") || wanted.equals("true");
        String platforms = automatic ? String.join(",", foreign()) : wanted;
        if (!platforms.isEmpty()) {
            step("Set up emulation", "docker/setup-qemu-action@v4", Map.of("platforms", platforms));
            if (automatic) {
                // Builds hand emulators to their steps; the kernel needs to know them only for what comes afterwards.
                steps.append("        continue-on-error: true\n");
            }
        }
    }

    private List<String> foreign() {
        List<String> foreign = new ArrayList<>();
        for (String word : ListInput.words(inputs.get("platforms"))) {
            Platform platform = Platform.tryParse(word);
            if (platform != null
                    && !platform.architecture().equals(Platform.host().architecture())) {
                foreign.add(platform.normalized().toString());
            }
        }
        return foreign;
    }

    private Map<String, String> build() {
        Map<String, String> build = inputs.build();
        String image = inputs.get("image");
        if (!image.isEmpty() && !build.containsKey("tags")) {
            build.put(
                    "tags",
                    inputs.words("image-tags").stream()
                            .map(tag -> image + ":" + tag)
                            .collect(Collectors.joining("\n")));
        }
        if (!image.isEmpty() && inputs.get("cache").equals("registry")) {
            String cache = "type=registry,ref=" + image + ":cache";
            build.putIfAbsent("cache-from", cache);
            build.putIfAbsent("cache-to", cache + ",mode=max,ignore-error=true");
        }
        boolean cacheless = !build.containsKey("cache-from") && !build.containsKey("cache-to");
        if (cacheless && usesCacheService(inputs, environment)) {
            build.put("cache-from", CACHE);
            build.put("cache-to", cacheTarget());
        }
        String context = context();
        if (!context.isEmpty()) {
            build.put("context", context);
        }
        return build;
    }

    /** Whether builds that say nothing of a cache have one in GitHub's service, so that later jobs find what they made. */
    static boolean usesCacheService(CiInputs inputs, Map<String, String> environment) {
        return !inputs.isOff("cache")
                && !environment.getOrDefault("ACTIONS_RUNTIME_TOKEN", "").isEmpty()
                && !environment.getOrDefault("ACTIONS_RESULTS_URL", "").isEmpty();
    }

    /** All steps of all stages. The cache is a help: what goes wrong with it fails nothing. */
    static String cacheTarget() {
        return CACHE + ",mode=max,ignore-error=true";
    }

    static String cacheSource() {
        return CACHE;
    }

    /**
     * The context, when it is the repository at the run's commit and that is not checked out here: its address at the server,
     * as the published action gives it to BuildKit. Else as it is written.
     */
    private String context() {
        String written = inputs.get("context");
        boolean own = written.isEmpty() || written.startsWith("{{");
        String sha = environment.getOrDefault(GITHUB + "SHA", "");
        String repository = environment.getOrDefault(GITHUB + "REPOSITORY", "");
        Commit head = own ? new Checkout().head(workspace) : null;
        if (!own || repository.isEmpty() || (head != null && head.sha().startsWith(sha))) {
            return written;
        }
        String ref = environment.getOrDefault(GITHUB + "REF", "");
        String at = ref.startsWith("refs/pull/") ? ref.replaceFirst("/head$", "/merge") : sha;
        String folder = written.contains("}}:") ? ":" + written.substring(written.indexOf("}}:") + 3) : "";
        return environment.getOrDefault(GITHUB + "SERVER_URL", "https://github.com") + "/" + repository + ".git#" + at
                + folder;
    }

    private Value github() throws IOException {
        Map<String, Value> fields = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(GITHUB) && !OWN.contains(name.substring(GITHUB.length()))) {
                fields.put(name.substring(GITHUB.length()).toLowerCase(Locale.ROOT), Value.of(value));
            }
        });
        fields.put("token", Value.of(inputs.get("github-token")));
        String event = environment.getOrDefault(GITHUB + "EVENT_PATH", "");
        String visibility = environment.getOrDefault("CI_PROJECT_VISIBILITY", "public");
        fields.put(
                "event",
                event.isEmpty() || !Files.isReadable(Path.of(event))
                        ? Value.of(Map.of("repository", Map.of("private", !visibility.equals("public"))))
                        : Value.fromJson(Files.readString(Path.of(event))));
        return new Value.Obj(fields);
    }

    private void step(String name, String action, Map<String, String> with) {
        steps.append("      - name: " + name + "\n        uses: " + action + "\n        with:\n");
        with.forEach((input, text) -> steps.append("          " + input + ": "
                + value(name.split(" ")[0].toLowerCase(Locale.ROOT) + "-" + input, text) + "\n"));
    }

    /** Keeps a value, and says how the workflow reads it. */
    private String value(String name, String text) {
        values.put(name, text);
        return "${{ inputs." + name + " }}";
    }
}
