package dev.runner.cli.docker;

import dev.runner.registry.Credentials;
import dev.runner.registry.RegistryException;
import dev.runner.secret.Secret;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code docker login} and {@code logout}. */
final class LoginCommands {
    private static final String HUB = "docker.io";
    private static final String HUB_SERVER = "https://index.docker.io/v1/";

    private LoginCommands() {}

    static Command login() {
        return Command.of(
                        "login",
                        "[OPTIONS] [SERVER]",
                        "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
                        LoginCommands::login)
                .words(0, 1)
                .value('p', "password", "string", "Password or Personal Access Token (PAT)")
                .flag("password-stdin", "Take the Password or Personal Access Token (PAT) from stdin")
                .value('u', "username", "string", "Username");
    }

    static Command logout() {
        return Command.of(
                        "logout",
                        "[SERVER]",
                        "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
                        LoginCommands::logout)
                .words(0, 1);
    }

    private static String domain(Call call) {
        if (call.words().isEmpty()) {
            return HUB;
        }
        String server = call.word(0).replaceFirst("^https?://", "").replaceFirst("/.*", "");
        return server.equals("index.docker.io") || server.equals("registry-1.docker.io") ? HUB : server;
    }

    private static int login(Call call) throws IOException {
        String domain = domain(call);
        Credentials credentials = credentials(call, domain);
        if (isOfJob(credentials, call)) {
            Credentials account = account(call, domain);
            if (account instanceof Credentials.Anonymous && !isOpen(call, domain, credentials)) {
                call.tell("WARNING! The token of a job that runs here opens " + domain
                        + " as the account that is kept for it, and none is. The job goes on without;\n"
                        + "log in before the run: runner login " + domain);
                return 0;
            }
            credentials = account instanceof Credentials.Anonymous ? credentials : account;
        }
        try {
            call.around().registry().checkLogin(domain, credentials);
        } catch (RegistryException e) {
            throw refused(call, e);
        }
        boolean known = call.text("username") == null && call.text("password") == null && !call.on("password-stdin");
        if (known && credentials.equals(call.around().dockerConfig().find(domain))) {
            call.say("Login Succeeded");
            return 0;
        }
        boolean inHelper = call.around().dockerConfig().store(domain, credentials);
        if (!inHelper) {
            call.tell("\nWARNING! Your credentials are stored unencrypted in '"
                    + call.around().dockerConfig().file()
                    + "'.\nConfigure a credential helper to remove this warning. See"
                    + "\nhttps://docs.docker.com/go/credential-store/\n");
        }
        call.say("Login Succeeded");
        return 0;
    }

    /** Whether they are the token that stands for GitLab's in a job that runs on this machine. */
    private static boolean isOfJob(Credentials credentials, Call call) {
        String token = call.around().environment().getOrDefault("CI_JOB_TOKEN", "");
        return token.startsWith("local-")
                && credentials instanceof Credentials.UserPassword user
                && user.password().reveal().equals(token);
    }

    /** What is kept for a registry: by the run, else by the user. */
    private static Credentials account(Call call, String domain) {
        Credentials ofRun = call.around().dockerConfig().find(domain);
        boolean known = !(ofRun instanceof Credentials.Anonymous) && !isOfJob(ofRun, call);
        return known ? ofRun : call.around().dockerConfig().ofUser().find(domain);
    }

    /** Whether the registry takes anything. */
    private static boolean isOpen(Call call, String domain, Credentials credentials) {
        try {
            call.around().registry().checkLogin(domain, credentials);
            return true;
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.UNAUTHORIZED) {
                return false;
            }
            throw refused(call, e);
        }
    }

    private static DockerFailure refused(Call call, RegistryException e) {
        String server = call.words().isEmpty() ? "registry-1.docker.io" : domain(call);
        return e.kind() == RegistryException.Kind.UNAUTHORIZED
                ? DockerFailure.ofDaemon(
                        "Get \"https://" + server + "/v2/\": unauthorized: incorrect username or password")
                : DockerFailure.ofDaemon(String.valueOf(e.getMessage()));
    }

    private static Credentials credentials(Call call, String domain) throws IOException {
        String user = call.text("username");
        String password = call.text("password");
        if (password != null) {
            call.tell("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            if (call.on("password-stdin")) {
                throw DockerFailure.of("--password and --password-stdin are mutually exclusive");
            }
        }
        if (call.on("password-stdin")) {
            if (user == null || user.isEmpty()) {
                throw DockerFailure.of("Must provide --username with --password-stdin");
            }
            String text = new String(call.around().in().readAllBytes(), StandardCharsets.UTF_8);
            password = text.replaceFirst("\r?\n$", "");
        }
        if (user == null && password == null) {
            Credentials known = call.around().dockerConfig().find(domain);
            if (!(known instanceof Credentials.Anonymous)) {
                call.tell("Authenticating with existing credentials...");
                return known;
            }
        }
        return asked(call, user, password);
    }

    private static Credentials asked(Call call, @Nullable String user, @Nullable String password) {
        Console console = System.console();
        if ((user == null || password == null) && (console == null || !console.isTerminal())) {
            throw DockerFailure.of("Error: Cannot perform an interactive login from a non TTY device");
        }
        String name = user != null ? user : console == null ? "" : console.readLine("Username: ");
        String secret = password;
        if (secret == null) {
            char[] typed = console == null ? null : console.readPassword("Password: ");
            secret = typed == null ? "" : new String(typed);
        }
        if (name.isBlank()) {
            throw DockerFailure.of("Error: Non-null Username Required");
        }
        if (secret.isEmpty()) {
            throw DockerFailure.of("Error: Password Required");
        }
        return new Credentials.UserPassword(name, Secret.of("password", secret));
    }

    private static int logout(Call call) throws IOException {
        String shown = call.words().isEmpty() ? HUB_SERVER : call.word(0);
        boolean known = call.around().dockerConfig().erase(domain(call));
        call.say(known ? "Removing login credentials for " + shown : "Not logged in to " + shown);
        return 0;
    }
}
