package dev.runner.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code runner logout}. */
final class LogoutCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    String domain = "docker.io";

    @Override
    public void declare(Flags flags) {
        flags.command("logout", "Forget a registry's credentials.");
        flags.positional("0", "0..1")
                .label("REGISTRY")
                .says("Docker Hub when left out.")
                .value(String.class, value -> domain = value);
    }

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
