package dev.runner.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code runner logout}. */
@Command(name = "logout", description = "Forget a registry's credentials.")
final class LogoutCommand implements Callable<Integer> {
    private final RunnerCommand parent;

    @Parameters(
            paramLabel = "REGISTRY",
            arity = "0..1",
            defaultValue = "docker.io",
            description = "Docker Hub when left out.")
    String domain = "docker.io";

    LogoutCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException {
        try (Toolbox toolbox = parent.toolbox(new RegistryOptions())) {
            boolean known = toolbox.dockerConfig().erase(domain);
            parent.out()
                    .println(known ? "Removed the credentials of " + domain + "." : "Not logged in to " + domain + ".");
            parent.out().flush();
        }
        return ExitCode.PASSED;
    }
}
