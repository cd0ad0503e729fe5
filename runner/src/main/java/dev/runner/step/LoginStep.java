package dev.runner.step;

import dev.runner.pipeline.Step;
import dev.runner.registry.Credentials;
import dev.runner.registry.LoginResult;
import dev.runner.registry.RegistryClient;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.secret.Secret;
import java.io.IOException;

/** Shows credentials to a registry now, and keeps them for the run. */
final class LoginStep {
    private static final String HUB = "docker.io";

    private final RegistryClient client;
    private final RunServices services;

    LoginStep(RegistryClient client, RunServices services) {
        this.client = client;
        this.services = services;
    }

    StepResult execute(Step.Login step, StepContext context) {
        String registry = step.registry() == null
                ? ""
                : step.registry().text(context.scope()).strip();
        String domain = registry.isEmpty() ? HUB : domain(registry);
        String password = step.password().text(context.scope());
        context.mask(password);
        Credentials.UserPassword credentials = credentials(step.username().text(context.scope()), password);
        LoginResult result = client.checkLogin(domain, credentials);
        context.output()
                .line(
                        Stream.INFO,
                        result.method() == LoginResult.Method.NONE
                                ? domain + " asks for no login; the credentials are kept for this run"
                                : "logged in to " + domain + " as " + credentials.username());
        try {
            services.login(domain, credentials);
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(
                    StepFailure.Kind.FAILED, "cannot keep the login for scripts: " + e.getMessage(), null));
        }
        return StepResult.success();
    }

    private static Credentials.UserPassword credentials(String username, String password) {
        if (password.isEmpty()) {
            throw new BadStepException("the password is empty", "check that the secret is set for this run");
        }
        try {
            return new Credentials.UserPassword(username, Secret.of("password", password));
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    /** People write registries with a scheme or a path, as Docker allows. */
    private static String domain(String registry) {
        String bare = registry.replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String host = slash < 0 ? bare : bare.substring(0, slash);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? HUB : host;
    }
}
