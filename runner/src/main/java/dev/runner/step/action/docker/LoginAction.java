package dev.runner.step.action.docker;

import dev.runner.registry.LoginResult;
import dev.runner.registry.amazon.AwsCredentials;
import dev.runner.registry.amazon.EcrLogin;
import dev.runner.secret.Secret;
import dev.runner.source.YamlNode;
import dev.runner.step.RegistryLogin;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to registries until the job ends. For Amazon's ECR, user name and password, or else the environment, are an access
 * key, which is changed for a password first.
 *
 * @see <a href="https://github.com/docker/login-action#readme">docker/login-action</a>
 */
public final class LoginAction extends ContractedAction {
    private static final List<String> OTHERS = List.of("registry", "username", "password", "scope", "ecr");

    public LoginAction() {
        super(Contract.named("docker/login-action", 1, 4)
                .inputs("registry", "username", "password", "ecr")
                .input("logout", "true")
                .from(3)
                .inputs("scope", "registry-auth")
                .build());
    }

    /** One registry. */
    private record Auth(String registry, String username, String password, String scope, String ecr) {}

    @Override
    public void main(ActionContext context) throws IOException {
        List<Auth> auths = auths(context.inputs());
        // First all of them: what a later registry refuses shows none of the others.
        auths.forEach(auth -> mask(auth.password(), context));
        int kept = 0;
        for (Auth auth : auths) {
            for (Auth one : isEcr(auth) ? ofAmazon(auth, context) : List.of(auth)) {
                RegistryLogin login = login(one);
                context.info("Logging into " + login.domain() + "...");
                LoginResult result =
                        login.login(context.tools().registry(), context.tools().services());
                context.saveState("login" + ++kept, one.registry() + "\n" + one.username() + "\n" + one.password());
                context.info(
                        result.method() == LoginResult.Method.NONE
                                ? login.domain() + " asks for no login; the credentials are kept for this job"
                                : "Login Succeeded!");
            }
            if (!auth.scope().isEmpty()) {
                context.info("the credentials hold for all of the registry, not for " + auth.scope() + " alone");
            }
        }
    }

    private static void mask(String password, ActionContext context) {
        if (!password.isEmpty()) {
            context.mask(password);
        }
    }

    @Override
    public String postCondition() {
        return "always()";
    }

    @Override
    public void post(ActionContext context) throws IOException {
        if (!context.inputs().isTrue("logout")) {
            return;
        }
        for (int kept = 1; !context.state("login" + kept).isEmpty(); kept++) {
            String[] parts = context.state("login" + kept).split("\n", 3);
            RegistryLogin login = RegistryLogin.of(parts[0], parts[1], parts[2]);
            context.info("Logging out of " + login.domain() + "...");
            login.logout(context.tools().services());
        }
    }

    private static RegistryLogin login(Auth auth) {
        if (auth.username().isEmpty() && auth.password().isEmpty()) {
            throw ActionFailedException.badInput(
                    "Username and password required", "check that the secrets are set for this run");
        }
        if (auth.username().isEmpty() || auth.password().isEmpty()) {
            throw ActionFailedException.badInput(
                    auth.username().isEmpty() ? "Username required" : "Password required",
                    "check that the secret is set for this run");
        }
        try {
            return RegistryLogin.of(auth.registry(), auth.username(), auth.password());
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
    }

    private static boolean isEcr(Auth auth) {
        boolean ecr = switch (auth.ecr()) {
            case "true" -> true;
            case "false" -> false;
            default -> EcrLogin.isEcr(auth.registry());
        };
        // A password that the AWS command line gave for this user is one like any other.
        return ecr && !auth.username().equals("AWS");
    }

    /** The access key changed for passwords. */
    private static List<Auth> ofAmazon(Auth auth, ActionContext context) throws IOException {
        AwsCredentials.Keys given = auth.username().isEmpty() || auth.password().isEmpty()
                ? null
                : new AwsCredentials.Keys(auth.username(), auth.password(), null);
        Map<String, Secret> environment = new LinkedHashMap<>();
        context.environment().forEach((name, value) -> {
            if (name.startsWith("AWS_") || name.equals("HOME")) {
                environment.put(name, Secret.of(name, value));
            }
        });
        context.info("Retrieving registries data through Amazon's service...");
        List<Auth> auths = new ArrayList<>();
        try {
            for (EcrLogin.Password one :
                    new EcrLogin(new AwsCredentials(given, environment)).passwords(auth.registry())) {
                mask(one.password().reveal(), context);
                auths.add(
                        new Auth(one.registry(), one.username(), one.password().reveal(), auth.scope(), "false"));
            }
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            throw ActionFailedException.failed(
                    "no password of Amazon's ECR for " + auth.registry() + ": "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    "give an access key as 'username' and 'password', or put one into the environment");
        }
        return auths;
    }

    private static List<Auth> auths(ActionInputs inputs) {
        String several = inputs.raw("registry-auth");
        if (several.isBlank()) {
            return List.of(new Auth(
                    inputs.get("registry"),
                    inputs.get("username"),
                    inputs.get("password"),
                    inputs.get("scope"),
                    inputs.get("ecr")));
        }
        if (OTHERS.stream().anyMatch(inputs::isGiven)) {
            throw ActionFailedException.badInput("Cannot use registry-auth with other inputs", null);
        }
        List<Auth> auths = new ArrayList<>();
        for (YamlNode item :
                YamlInput.items("registry-auth", several, "write '- registry: …', 'username: …', 'password: …'")) {
            auths.add(auth(item));
        }
        return auths;
    }

    private static Auth auth(@Nullable YamlNode item) {
        YamlNode.Mapping fields = YamlInput.map(item, "each entry of 'registry-auth' has a registry");
        return new Auth(
                YamlInput.text(fields, "registry"),
                YamlInput.text(fields, "username"),
                YamlInput.text(fields, "password"),
                YamlInput.text(fields, "scope"),
                YamlInput.text(fields, "ecr"));
    }
}
