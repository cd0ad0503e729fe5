package dev.runner.step.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The token of a job: one of its own that an App issues, else the run's, which nobody can narrow, and which a job without
 * any permission does not get.
 *
 * @param value what {@code github.token} and {@code secrets.GITHUB_TOKEN} are; empty for none
 * @param issued null for the run's
 * @param fault why the App issued none, or null
 */
record JobToken(
        String value,
        GithubApp.@Nullable Token issued,
        @Nullable String fault) {
    /** The name under which every workflow finds it. */
    private static final String NAME = "GITHUB_TOKEN";

    static JobToken of(@Nullable GithubApp app, @Nullable Map<String, String> permissions, Scope known) {
        if (permissions != null && permissions.isEmpty()) {
            return new JobToken("", null, null);
        }
        if (app == null) {
            String secret = Scopes.field(known, "secrets", NAME);
            return new JobToken(secret.isEmpty() ? Scopes.field(known, "github", "token") : secret, null, null);
        }
        try {
            GithubApp.Token token = app.issue(
                    Scopes.field(known, "github", "api_url"), Scopes.field(known, "github", "repository"), permissions);
            return new JobToken(token == null ? "" : token.value().reveal(), token, null);
        } catch (IOException e) {
            return new JobToken("", null, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new JobToken("", null, "cancelled");
        }
    }

    /** The context {@code secrets} with this token. */
    Value secrets(Scope known) {
        Map<String, Value> secrets = Scopes.entries(known.context("secrets"));
        if (!Scopes.field(known, "secrets", NAME).equals(value)) {
            secrets.put(NAME, Value.of(value));
        }
        return new Value.Obj(secrets);
    }

    /** Tells people of it, and fails the job that should have had one; null when there is nothing to tell. */
    @Nullable
    ExtraStep step() {
        if (issued == null && fault == null) {
            return null;
        }
        return new ExtraStep("Get the job's token", "setup", ActionManifestReader.always(), context -> {
            if (issued == null) {
                return StepResult.failed(StepFailure.of(
                        StepFailure.Kind.FAILED,
                        "the GitHub App issued no token: " + fault,
                        "check that the App is installed in the repository, and its id and key"));
            }
            context.mask(value);
            Map<String, String> may = new TreeMap<>(issued.permissions());
            context.output()
                    .line(
                            Stream.INFO,
                            "GITHUB_TOKEN may: "
                                    + String.join(
                                            ", ",
                                            may.entrySet().stream()
                                                    .map(scope -> scope.getKey() + ": " + scope.getValue())
                                                    .toList()));
            List<String> lacking = issued.lacking();
            if (!lacking.isEmpty()) {
                context.output()
                        .line(
                                Stream.INFO,
                                "the GitHub App itself may not, and so neither may this job: "
                                        + String.join(", ", lacking));
            }
            return StepResult.success();
        });
    }
}
