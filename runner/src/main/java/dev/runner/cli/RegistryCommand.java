package dev.runner.cli;

import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code runner registry}. */
final class RegistryCommand implements Flags.Declaring, Callable<Integer> {
    @Nullable
    CommandSpec spec;

    @Override
    public void declare(Flags flags) {
        flags.command("registry", "The embedded registry.");
        spec = flags.spec();
    }

    @Override
    public Integer call() {
        CommandSpec known = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(known.commandLine(), "say what to do: runner registry serve");
    }

    /** {@code runner registry serve}: until Ctrl-C. */
    static final class Serve implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;

        String address = "127.0.0.1:5000";

        @Nullable
        Path folder;

        boolean readOnly;

        @Nullable
        String username;

        @Override
        public void declare(Flags flags) {
            flags.command("serve", "Serve the embedded registry until Ctrl-C; its content stays in a folder.");
            flags.option("--address")
                    .label("HOST:PORT")
                    .says("Where to listen (default: 127.0.0.1:5000); port 0 takes a free one.")
                    .value(String.class, value -> address = value);
            flags.option("--folder")
                    .label("DIR")
                    .says("Where the content lies.")
                    .value(Path.class, value -> folder = value);
            flags.option("--read-only").says("Refuse pushes and deletes.").on(value -> readOnly = value);
            flags.option("--username")
                    .label("NAME")
                    .says("Ask for this account; its password is read from RUNNER_REGISTRY_PASSWORD.")
                    .value(String.class, value -> username = value);
        }

        Serve(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Path content = folder != null ? folder : parent.locations().registry();
            try (RegistryServer server = RegistryServer.start(content, listenAddress(), options())) {
                InetSocketAddress actual = server.address();
                parent.out()
                        .println("serving " + content + " on " + actual.getHostString() + ":" + actual.getPort()
                                + " (Ctrl-C ends it)");
                parent.out().flush();
                new java.util.concurrent.CountDownLatch(1).await();
                return ExitCode.PASSED;
            } catch (BindException e) {
                throw new UsageException(address + " is taken (" + e.getMessage() + "); choose another with --address");
            }
        }

        private InetSocketAddress listenAddress() {
            int colon = address.lastIndexOf(':');
            try {
                return new InetSocketAddress(
                        address.substring(0, Math.max(0, colon)), Integer.parseInt(address.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--address takes HOST:PORT, not '" + address + "'");
            }
        }

        private RegistryServer.Options options() {
            if (username == null) {
                return RegistryServer.Options.OPEN.withReadOnly(readOnly);
            }
            String password = parent.environment().get("RUNNER_REGISTRY_PASSWORD");
            if (password == null || password.isEmpty()) {
                throw new UsageException("--username needs the password in the variable RUNNER_REGISTRY_PASSWORD");
            }
            return new RegistryServer.Options(Map.of(username, Secret.of("registry password", password)), readOnly);
        }
    }
}
