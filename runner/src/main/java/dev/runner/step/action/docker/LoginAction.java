package dev.runner.step.action.docker;

import dev.runner.registry.LoginResult;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import dev.runner.step.RegistryLogin;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to registries until the job ends. Amazon's ECR wants a call to its own service to change keys for a password; that
 * is not done here, and the message says what to write instead.
 *
 * @see <a href="https://github.com/docker/login-action#readme">docker/login-action</a>
 */
public final class LoginAction extends ContractedAction {
    private static final Pattern ECR = Pattern.compile(
            "(\\d{12}\\.dkr[.-]ecr(-fips)?\\.[a-z0-9-]+\\.(amazonaws\\.com(\\.cn)?|on\\.(aws|amazonwebservices\\.com\\.cn))"
                    + "|public\\.ecr\\.aws|ecr-public\\.aws\\.com)(/.*)?");
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
            checkEcr(auth);
            RegistryLogin login = login(auth);
            context.info("Logging into " + login.domain() + "...");
            LoginResult result =
                    login.login(context.tools().registry(), context.tools().services());
            context.saveState("registries", String.valueOf(++kept));
            context.info(
                    result.method() == LoginResult.Method.NONE
                            ? login.domain() + " asks for no login; the credentials are kept for this job"
                            : "Login Succeeded!");
            if (!auth.scope().isEmpty()) {
                context.info(
                        "the credentials hold for all of " + login.domain() + ", not for " + auth.scope() + " alone");
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
        String state = context.state("registries");
        if (state.isEmpty() || !context.inputs().isTrue("logout")) {
            return;
        }
        List<Auth> auths = auths(context.inputs());
        for (Auth auth : auths.subList(0, Integer.parseInt(state))) {
            RegistryLogin login = login(auth);
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

    private static void checkEcr(Auth auth) {
        boolean ecr = switch (auth.ecr()) {
            case "true" -> true;
            case "false" -> false;
            default -> ECR.matcher(auth.registry()).matches();
        };
        // A password that the AWS command line gave for this user is one like any other.
        if (ecr && !auth.username().equals("AWS")) {
            throw ActionFailedException.failed(
                    "a login at Amazon's ECR changes access keys for a password at Amazon, and that is not done here",
                    "fetch the password in a step before ('aws ecr get-login-password'), and give 'username: AWS' and"
                            + " that password; or --no-builtin docker/login-action");
        }
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
        YamlNode root;
        try {
            root = YamlReader.read(Source.of("registry-auth", several), YamlReader.Limits.DEFAULT);
        } catch (InvalidSourceException e) {
            root = null; // Its message shows the line, which may hold a password.
        }
        if (!(root instanceof YamlNode.Sequence list)) {
            throw ActionFailedException.badInput(
                    "'registry-auth' is no list in YAML", "write '- registry: …', 'username: …', 'password: …'");
        }
        List<Auth> auths = new ArrayList<>();
        for (YamlNode item : list.items()) {
            auths.add(auth(item));
        }
        return auths;
    }

    private static Auth auth(@Nullable YamlNode item) {
        if (!(item instanceof YamlNode.Mapping fields)) {
            throw ActionFailedException.badInput("each entry of 'registry-auth' has a registry", null);
        }
        return new Auth(
                field(fields, "registry"),
                field(fields, "username"),
                field(fields, "password"),
                field(fields, "scope"),
                field(fields, "ecr"));
    }

    private static String field(YamlNode.Mapping fields, String name) {
        return fields.entries().stream()
                .filter(entry -> entry.key() instanceof YamlNode.Scalar key
                        && key.value().equals(name))
                .map(entry -> entry.value() instanceof YamlNode.Scalar scalar ? scalar.value() : "")
                .findFirst()
                .orElse("");
    }
}
