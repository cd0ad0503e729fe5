package dev.runner.step.action.docker;

import dev.runner.build.BuildSecret;
import dev.runner.build.GitAddress;
import dev.runner.secret.Secret;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import java.util.ArrayList;
import java.util.List;

/** The three ways in which a step gives secrets to a build, and the token for the repository's own server. */
final class BuildSecrets {
    static final String GIT_TOKEN = "GIT_AUTH_TOKEN";

    private final ActionContext context;
    private final List<BuildSecret> secrets = new ArrayList<>();

    BuildSecrets(ActionContext context) {
        this.context = context;
    }

    /** A line that is no secret is left out with a warning, as the published action does. */
    List<BuildSecret> all() {
        for (String line : ListInput.lines(context.inputs().raw("secrets"))) {
            add("secrets", line, (id, value) -> value(id, value));
        }
        for (String line : ListInput.lines(context.inputs().raw("secret-files"))) {
            add(
                    "secret-files",
                    line,
                    (id, value) -> new BuildSecret.File(id, context.workspace().resolve(value)));
        }
        for (String line : ListInput.words(context.inputs().raw("secret-envs"))) {
            add(
                    "secret-envs",
                    line,
                    (id, value) -> value(id, context.environment().getOrDefault(value, "")));
        }
        String token = context.inputs().get("github-token");
        String files = context.inputs().get("context");
        boolean fetched = files.isEmpty() || files.startsWith("{{") || GitAddress.isGitArgument(files);
        if (fetched
                && !token.isEmpty()
                && secrets.stream().noneMatch(secret -> secret.id().startsWith(GIT_TOKEN))) {
            secrets.add(value(GIT_TOKEN, token));
        }
        return secrets;
    }

    /** Makes a secret of what stands before and behind the equals sign. */
    @FunctionalInterface
    private interface Maker {
        BuildSecret make(String id, String value);
    }

    private void add(String input, String line, Maker maker) {
        int equals = line.indexOf('=');
        if (equals <= 0 || equals == line.length() - 1) {
            // Without the line, which may be the half of a secret.
            context.warning("an entry of '" + input + "' is not a valid secret: write ID=VALUE");
            return;
        }
        secrets.add(maker.make(line.substring(0, equals), line.substring(equals + 1)));
    }

    private BuildSecret value(String id, String value) {
        if (!value.isEmpty()) {
            context.mask(value);
        }
        return new BuildSecret.Value(id, Secret.of(id, value));
    }
}
