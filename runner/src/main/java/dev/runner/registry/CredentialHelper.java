package dev.runner.registry;

import dev.runner.oci.JsonTree;
import dev.runner.registry.RegistryException.Kind;
import dev.runner.registry.RegistryException.Where;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A {@code docker-credential-*} program: the server or the credentials go in by its standard input, never by its
 * arguments.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">docker-credential-helpers</a>
 */
final class CredentialHelper {
    /** The user name by which helpers mark identity tokens. */
    static final String TOKEN_USER = "<token>";

    private static final long PATIENCE_SECONDS = 60;

    private final String name;
    private final Map<String, String> environment;

    CredentialHelper(String name, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
    }

    /** The credentials for a server as config files write it; anonymous when the helper has none or is not there. */
    Credentials get(String server) {
        Path program = program();
        if (program == null) {
            return Credentials.anonymous();
        }
        Answer answer = run(program, "get", server, server);
        if (answer.status() != 0) {
            if (answer.output().contains("credentials not found")) {
                return Credentials.anonymous();
            }
            throw failed(server, answer.output(), null);
        }
        try {
            JsonNode node = JsonTree.read(answer.output());
            String user = node.path("Username").asString("");
            Secret secret =
                    Secret.of("password of " + server, node.path("Secret").asString(""));
            return user.equals(TOKEN_USER)
                    ? new Credentials.IdentityToken(secret)
                    : new Credentials.UserPassword(user, secret);
        } catch (JacksonException | IllegalArgumentException e) {
            // The cause would quote what the helper said, secrets among it.
            throw failed(server, "it answers what is no credentials", null);
        }
    }

    void store(String server, String user, String secret) {
        String input = JsonTree.text(JsonNodeFactory.instance
                .objectNode()
                .put("ServerURL", server)
                .put("Username", user)
                .put("Secret", secret));
        require("store", server, input);
    }

    void erase(String server) {
        require("erase", server, server);
    }

    private void require(String action, String server, String input) {
        Path program = program();
        if (program == null) {
            throw failed(server, "it is not in PATH; install it, or take it out of Docker's config.json", null);
        }
        Answer answer = run(program, action, input, server);
        if (answer.status() != 0) {
            throw failed(server, answer.output(), null);
        }
    }

    private record Answer(int status, String output) {}

    private Answer run(Path program, String action, String input, String server) {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(program.toString(), action));
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            Process process = builder.start();
            try {
                try (OutputStream in = process.getOutputStream()) {
                    in.write(input.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // It need not read its input to answer.
                }
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw failed(server, "it does not end", null);
                }
                return new Answer(process.exitValue(), output.strip());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw failed(server, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Kind.CANCELLED, Where.of(server), "cancelled: ask for credentials", e);
        }
    }

    private @Nullable Path program() {
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, "docker-credential-" + name);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private RegistryException failed(String server, String why, @Nullable Throwable cause) {
        return new RegistryException(
                Kind.CREDENTIALS,
                Where.of(server),
                "docker-credential-" + name + " fails for " + server + ": " + why,
                cause);
    }
}
