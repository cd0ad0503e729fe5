package dev.runner.cli;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.Commit;
import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.schedule.Inputs;
import dev.runner.secret.Secret;
import dev.runner.secret.SecretSources;
import dev.runner.secret.Secrets;
import dev.runner.step.CommitContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the command line and the environment add to a pipeline. */
final class ExecInputs {
    private final ExecFlags flags;
    private final Map<String, String> environment;

    ExecInputs(ExecFlags flags, Map<String, String> environment) {
        this.flags = flags;
        this.environment = environment;
    }

    Inputs read(Pipeline pipeline) throws IOException {
        PlanInputs plan = PlanInputs.none()
                .withVariables(variables())
                .withPlatforms(platforms())
                .withContexts(contexts())
                .withJobs(flags.jobs);
        return new Inputs(plan, secrets(pipeline), told());
    }

    /** The environment, with what the run is about when a flag says so: checkouts of that commit heed it. */
    private Map<String, String> told() {
        Commit head = flags.gitlab.tag == null ? null : new Checkout().head(Path.of(""));
        if (head == null) {
            return environment;
        }
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(CommitContext.TOLD_COMMIT, head.sha());
        all.put(CommitContext.TOLD_TAG, String.valueOf(flags.gitlab.tag));
        return all;
    }

    /** What flags and files give by name: the pipeline's variables, or the context {@code vars} of a workflow. */
    Map<String, String> variables() throws IOException {
        Map<String, String> variables = ofFiles();
        variables.putAll(ofFlags());
        return variables;
    }

    Map<String, String> ofFiles() throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Path file : flags.variableFiles) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            variables.putAll(Arguments.pairs("--var-file", lines, Map.of()));
        }
        return variables;
    }

    Map<String, String> ofFlags() {
        return Arguments.pairs("--var", flags.variables, environment);
    }

    private List<String> platforms() {
        List<String> platforms = new ArrayList<>();
        Arguments.platforms(flags.platforms).forEach(platform -> platforms.add(platform.toString()));
        return platforms;
    }

    /** What is known before anything runs: the commit that is checked out where the run starts, and the machine. */
    private Map<String, Value> contexts() {
        Map<String, Value> contexts = new LinkedHashMap<>();
        Commit head = new Checkout().head(Path.of(""));
        if (head != null) {
            contexts.put(CommitContext.NAME, CommitContext.of(CommitContext.named(head, told())));
        }
        return contexts;
    }

    private Secrets secrets(Pipeline pipeline) {
        List<String> wanted =
                pipeline.secrets().stream().map(Pipeline.SecretName::name).toList();
        Secrets given = secrets(wanted);
        List<Secret> made = pipeline.secrets().stream()
                .filter(secret ->
                        secret.absence() == Pipeline.SecretName.Absence.GENERATED && !given.has(secret.name()))
                .map(secret -> Secret.of(secret.name(), random()))
                .toList();
        return given.with(Secrets.of(made));
    }

    /** The secrets that flags and files give, and of the environment and the keyring those that are wanted. */
    Secrets secrets(Collection<String> wanted) {
        SecretKeepers keepers = new SecretKeepers(environment);
        Map<String, String> known = new LinkedHashMap<>(environment);
        for (String name : flags.secrets) {
            String value = name.contains("=") || known.containsKey(name) ? null : keepers.asked(name);
            if (value != null) {
                known.put(name, value);
            }
        }
        Secrets given = new SecretSources(
                        known, flags.secrets, flags.secretFiles, Path.of("").toAbsolutePath())
                .load(wanted);
        return keepers.kept(given.missing(wanted)).with(given);
    }

    /** 128 bits, as 32 hexadecimal digits. */
    private static String random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
