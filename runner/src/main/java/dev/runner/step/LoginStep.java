package dev.runner.step;

import dev.runner.pipeline.Step;
import dev.runner.registry.LoginResult;
import dev.runner.registry.RegistryClient;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;

/** Shows credentials to a registry now, and keeps them for the run. */
final class LoginStep {
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
        String password = step.password().text(context.scope());
        context.mask(password);
        String username = step.username().text(context.scope());
        RegistryLogin login = login(registry, username, password);
        try {
            LoginResult result = login.login(client, services);
            context.output()
                    .line(
                            Stream.INFO,
                            result.method() == LoginResult.Method.NONE
                                    ? login.domain() + " asks for no login; the credentials are kept for this run"
                                    : "logged in to " + login.domain() + " as " + username);
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(
                    StepFailure.Kind.FAILED, "cannot keep the login for scripts: " + e.getMessage(), null));
        }
        return StepResult.success();
    }

    private static RegistryLogin login(String registry, String username, String password) {
        if (password.isEmpty()) {
            throw new BadStepException("the password is empty", "check that the secret is set for this run");
        }
        try {
            return RegistryLogin.of(registry, username, password);
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }
}
