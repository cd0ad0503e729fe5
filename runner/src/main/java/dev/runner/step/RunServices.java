package dev.runner.step;

import dev.runner.expression.Scope;
import dev.runner.pipeline.Pipeline.EmbeddedRegistry;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.Credentials;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.JobAccounts;
import dev.runner.registry.MemoryCredentials;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one run has besides its jobs: the embedded registry if the pipeline wants it, the logins of its steps, and a
 * private folder (mode 700) through which its scripts reach both, with a {@code runner} command in it, and a {@code docker}
 * that is ours where no engine is wanted or present. All of it ends with the run; only the registry's content stays.
 */
public final class RunServices implements AutoCloseable {
    private final Options options;
    private final MemoryCredentials logins = new MemoryCredentials();
    private final Map<String, List<Credentials.UserPassword>> held = new HashMap<>();
    private final DockerConfig usersConfig;
    private final Path folder;
    private final PrivateDockerConfig config;
    private final @Nullable RegistryServer server;
    private final @Nullable String registry;

    /**
     * What services are made for.
     *
     * @param launcher the command that started this program; scripts find it as {@code runner}
     * @param repository the folder that a checkout without {@code repository} takes, and relative ones start from
     * @param dirty whether a checkout of that folder takes its working tree as it is, whatever the step says
     * @param data the program's data folder, {@code $XDG_DATA_HOME/runner}; the registry's content lies in
     *     {@code registry} of it
     * @param registry null for no embedded registry
     */
    public record Options(
            List<String> launcher,
            Path repository,
            boolean dirty,
            Path data,
            @Nullable EmbeddedRegistry registry,
            RegistryConfiguration registries,
            Map<String, String> environment) {
        public Options {
            launcher = List.copyOf(launcher);
            repository = repository.toAbsolutePath().normalize();
            environment = Map.copyOf(environment);
        }
    }

    private RunServices(
            Options options, DockerConfig usersConfig, Path folder, PrivateDockerConfig config, Started started) {
        this.options = options;
        this.usersConfig = usersConfig;
        this.folder = folder;
        this.config = config;
        this.server = started.server();
        this.registry = started.address();
    }

    /** A registry of ours, or the address of one that serves there already. */
    private record Started(
            @Nullable RegistryServer server, @Nullable String address) {}

    /**
     * Starts what the run needs.
     *
     * @param scope what the password of the embedded registry may read
     * @throws IOException when the registry's address is taken by something else, or a folder cannot be written
     */
    public static RunServices start(Options options, Scope scope) throws IOException {
        Path folder = Files.createTempDirectory(
                "runner-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean complete = false;
        try {
            Path bin = Files.createDirectory(folder.resolve("bin"));
            writeLauncher(bin.resolve("runner"), options.launcher());
            if (DockerShim.isWanted(options.environment())) {
                writeLauncher(bin.resolve("docker"), append(options.launcher(), "docker"));
            }
            Path docker = Files.createDirectory(folder.resolve("docker"));
            DockerConfig users = DockerConfig.of(options.environment());
            PrivateDockerConfig config = PrivateDockerConfig.create(docker, users.file());
            for (JobAccounts.Account account : JobAccounts.of(options.environment())) {
                if (users.find(account.domain()) instanceof Credentials.Anonymous) {
                    config.add(account.domain(), account.credentials());
                }
            }
            link(docker, users.file().resolveSibling("contexts"));
            link(docker, users.file().resolveSibling("cli-plugins"));
            RunServices services = new RunServices(options, users, folder, config, startRegistry(options, scope));
            complete = true;
            return services;
        } finally {
            if (!complete) {
                delete(folder);
            }
        }
    }

    /** The user's current context, which the file names, and the plugins are looked for beside it. */
    private static void link(Path docker, Path users) throws IOException {
        if (Files.isDirectory(users)) {
            Files.createSymbolicLink(docker.resolve(users.getFileName()), users.toAbsolutePath());
        }
    }

    private static List<String> append(List<String> words, String last) {
        List<String> all = new ArrayList<>(words);
        all.add(last);
        return all;
    }

    private static void writeLauncher(Path file, List<String> launcher) throws IOException {
        StringBuilder script = new StringBuilder("#!/bin/sh\nexec");
        for (String word : launcher) {
            script.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(file, script.append(" \"$@\"\n"));
    }

    private static Started startRegistry(Options options, Scope scope) throws IOException {
        EmbeddedRegistry wanted = options.registry();
        if (wanted == null) {
            return new Started(null, null);
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(wanted.address()), wanted.port());
        try {
            RegistryServer server =
                    RegistryServer.start(options.data().resolve("registry"), address, serverOptions(wanted, scope));
            return new Started(server, text(server.address()));
        } catch (BindException e) {
            if (isRegistry(address)) {
                return new Started(null, text(address)); // 'runner registry serve', or another run of ours.
            }
            throw new IOException(
                    text(address) + " is taken by another program: end it, or choose a port with 'registry: {port: …}'",
                    e);
        }
    }

    private static RegistryServer.Options serverOptions(EmbeddedRegistry wanted, Scope scope) {
        EmbeddedRegistry.Account account = wanted.account();
        return account == null
                ? RegistryServer.Options.OPEN
                : RegistryServer.Options.of(
                        account.username(),
                        Secret.of("registry password", account.password().text(scope)));
    }

    /** Whether something answers there as a registry must; an HTTP/1.0 request by hand, so that no client is needed. */
    private static boolean isRegistry(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write("GET /v2/ HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes());
            String answer =
                    new String(socket.getInputStream().readNBytes(12), java.nio.charset.StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.") && (answer.endsWith("200") || answer.endsWith("401"));
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** {@code host:port} of the run's embedded registry; null when it has none. */
    public @Nullable String registry() {
        return registry;
    }

    /** Who the run is at registries: its own logins, those of its scripts, the user's Docker configuration, a GitLab job's. */
    public CredentialSource credentials() {
        Path scripts = folder.resolve("docker").resolve("config.json");
        return CredentialSource.firstOf(
                logins,
                DockerConfig.at(scripts, options.environment()),
                usersConfig,
                JobAccounts.source(options.environment()));
    }

    /** Keeps credentials for the rest of the run, or until they are taken back. */
    public synchronized void login(String domain, Credentials.UserPassword credentials) throws IOException {
        held.computeIfAbsent(domain, _ -> new ArrayList<>()).add(credentials);
        logins.put(domain, credentials);
        config.add(domain, credentials);
    }

    /** Takes credentials back. Those of other steps hold on: jobs run side by side, and share what a run has. */
    synchronized void logout(String domain, Credentials.UserPassword credentials) throws IOException {
        List<Credentials.UserPassword> rest = held.getOrDefault(domain, new ArrayList<>());
        if (!rest.remove(credentials)) {
            return;
        }
        if (rest.isEmpty()) {
            logins.remove(domain);
            config.remove(domain);
        } else {
            logins.put(domain, rest.getLast());
            config.add(domain, rest.getLast());
        }
    }

    /** The Docker configuration folder of the run's scripts, with the run's logins. */
    public Path dockerConfig() {
        return folder.resolve("docker");
    }

    /** The folder that a checkout without a repository takes. */
    public Path repository() {
        return options.repository();
    }

    /** Whether a checkout of that folder takes its working tree as it is. */
    public boolean dirty() {
        return options.dirty();
    }

    /**
     * The environment of a script: {@code runner} first in {@code PATH}, and in {@code RUNNER_…} and
     * {@code DOCKER_CONFIG} what leads to the run's registry, settings and logins. A {@code DOCKER_CONFIG} of the
     * pipeline's own stays.
     */
    public Map<String, String> environment(Map<String, String> base) {
        Map<String, String> all = new LinkedHashMap<>(base);
        all.merge("PATH", folder.resolve("bin").toString(), (have, first) -> first + ":" + have);
        all.putAll(RegistryEnvironment.write(options.registries()));
        if (registry != null) {
            all.put(RegistryEnvironment.REGISTRY, registry);
        }
        String machines = options.environment().getOrDefault("DOCKER_CONFIG", "");
        if (base.getOrDefault("DOCKER_CONFIG", "").equals(machines)) {
            all.put("DOCKER_CONFIG", folder.resolve("docker").toString());
            all.put(
                    DockerConfig.USERS,
                    usersConfig.file().toAbsolutePath().resolveSibling("").toString());
        }
        return all;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the run's private folder " + folder, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
