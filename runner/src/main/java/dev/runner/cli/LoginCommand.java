package dev.runner.cli;

import dev.runner.registry.Credentials;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.LoginResult;
import dev.runner.secret.Secret;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code runner login}: checks credentials now, and keeps them where Docker keeps them. */
final class LoginCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    RegistryOptions registry = new RegistryOptions();

    @Nullable
    String username;

    boolean passwordStdin;
    String domain = "docker.io";

    @Override
    public void declare(Flags flags) {
        flags.command(
                "login",
                "Check credentials against a registry and keep them in Docker's config.json or its credential helper.",
                "The password is asked for, or read with --password-stdin; it is never an argument.");
        registry.declare(flags);
        flags.option("-u", "--username")
                .label("NAME")
                .says("The account's name.")
                .value(String.class, value -> username = value);
        flags.option("--password-stdin")
                .says("Read the password or token from standard input.")
                .on(value -> passwordStdin = value);
        flags.positional("0", "0..1")
                .label("REGISTRY")
                .says("Such as ghcr.io or localhost:5000; Docker Hub when left out.")
                .value(String.class, value -> domain = value);
    }

    LoginCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException {
        Credentials credentials = new Credentials.UserPassword(askUsername(), Secret.of("password", askPassword()));
        try (Toolbox toolbox = parent.toolbox(registry)) {
            LoginResult result = toolbox.registryClient().checkLogin(domain, credentials);
            DockerConfig config = toolbox.dockerConfig();
            boolean inHelper = config.store(domain, credentials);
            parent.out()
                    .println("Logged in to " + result.domain() + "; kept "
                            + (inHelper
                                    ? "by the credential helper that " + config.file() + " names."
                                    : "in " + config.file() + ", readable by you alone but not encrypted."));
            parent.out().flush();
        }
        return ExitCode.PASSED;
    }

    private String askUsername() {
        if (username != null) {
            return username;
        }
        Console console = System.console();
        if (console == null || passwordStdin) {
            throw new UsageException("name the account with --username");
        }
        return console.readLine("Username: ");
    }

    private String askPassword() throws IOException {
        if (passwordStdin) {
            String text = new String(parent.in().readAllBytes(), StandardCharsets.UTF_8);
            return text.endsWith("\n") ? text.substring(0, text.length() - 1).replaceAll("\r$", "") : text;
        }
        Console console = System.console();
        char[] password = console == null ? null : console.readPassword("Password: ");
        if (password == null) {
            throw new UsageException("no terminal to ask for the password on: use --password-stdin");
        }
        return new String(password);
    }
}
