package dev.runner.cli;

import dev.runner.host.process.Executables;
import dev.runner.registry.Credentials;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.LoginResult;
import dev.runner.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Registries: how they are reached, whether they answer, and whose credentials they take. */
final class NetworkHealth {
    private static final int PATIENCE_SECONDS = 15;
    private static final String DOCKER_HUB = "docker.io";

    private final HealthReport report;
    private final Toolbox toolbox;
    private final Map<String, String> environment;

    NetworkHealth(HealthReport report, Toolbox toolbox, Map<String, String> environment) {
        this.report = report;
        this.toolbox = toolbox;
        this.environment = environment;
    }

    /** @param asked registries to reach; when there are none, Docker Hub and those with logins */
    void check(List<String> asked, boolean offline) throws InterruptedException {
        report.part("registries");
        Path config = toolbox.locations().configFile();
        try {
            toolbox.registryConfiguration();
            report.ok("config", Files.exists(config) ? config.toString() : config + " is absent: defaults");
        } catch (RuntimeException e) {
            report.broken("config", String.valueOf(e.getMessage()), "edit " + config);
            return;
        }
        proxies();
        Set<String> domains = new LinkedHashSet<>(asked.isEmpty() ? List.of(DOCKER_HUB) : asked);
        Set<String> logins = logins();
        if (asked.isEmpty()) {
            domains.addAll(logins);
        }
        if (!offline) {
            reach(domains);
        }
    }

    private void proxies() {
        for (String name : List.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")) {
            String value = environment.getOrDefault(
                    name, environment.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), ""));
            if (!value.isEmpty()) {
                report.ok(name, value.replaceFirst("//[^/@]*@", "//***@"));
            }
        }
    }

    /** The registries that the Docker configuration has logins for; and whether its helpers are there. */
    private Set<String> logins() {
        Path file = DockerConfig.of(environment).file();
        if (!Files.exists(file)) {
            report.ok("logins", file + " is absent: anonymous");
            return Set.of();
        }
        JsonNode config;
        try {
            config = JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException | JacksonException e) {
            report.say(false, "logins", file + " cannot be read", "write it anew with runner login");
            return Set.of();
        }
        Set<String> domains = new TreeSet<>();
        config.path("auths").propertyNames().forEach(name -> domains.add(domain(name)));
        config.path("credHelpers").propertyNames().forEach(name -> domains.add(domain(name)));
        report.ok("logins", file + (domains.isEmpty() ? ": none" : ": " + String.join(", ", domains)));
        Set<String> helpers = new TreeSet<>();
        config.path("credHelpers").forEach(helper -> helpers.add(helper.asString("")));
        helpers.add(config.path("credsStore").asString(""));
        helpers.remove("");
        for (String helper : helpers) {
            String program = "docker-credential-" + helper;
            Path found = Executables.find(program);
            report.say(
                    found != null,
                    "helper",
                    found == null ? program + " is not in PATH" : found.toString(),
                    "install " + program + ", or take it out of " + file);
        }
        return domains;
    }

    private static String domain(String server) {
        String plain = server.replaceFirst("^https?://", "").replaceFirst("/.*", "");
        return plain.equals("index.docker.io") || plain.equals("registry-1.docker.io") ? DOCKER_HUB : plain;
    }

    /** Asks all at once: one that does not answer takes a while. */
    private void reach(Set<String> domains) throws InterruptedException {
        Map<String, FutureTask<LoginResult>> answers = new LinkedHashMap<>();
        DockerConfig logins = toolbox.dockerConfig();
        for (String domain : domains) {
            FutureTask<LoginResult> task =
                    new FutureTask<>(() -> toolbox.registryClient().checkLogin(domain, logins.find(domain)));
            answers.put(domain, task);
            Thread.ofVirtual().start(task);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Map.Entry<String, FutureTask<LoginResult>> answer : answers.entrySet()) {
            String domain = answer.getKey();
            try {
                LoginResult result = answer.getValue().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                boolean anonymous = logins.find(domain) instanceof Credentials.Anonymous;
                report.ok(domain, "answers at " + result.endpoint() + (anonymous ? "" : "; the login is valid"));
            } catch (TimeoutException e) {
                answer.getValue().cancel(true);
                report.say(false, domain, "no answer within " + PATIENCE_SECONDS + " s", unreachable(domain));
            } catch (ExecutionException e) {
                failed(domain, e.getCause() == null ? e : e.getCause());
            }
        }
    }

    private void failed(String domain, Throwable cause) {
        boolean refused =
                cause instanceof RegistryException failure && (failure.status() == 401 || failure.status() == 403);
        report.say(
                false,
                domain,
                String.valueOf(cause.getMessage()),
                refused ? "runner login " + domain : unreachable(domain));
    }

    private static String unreachable(String domain) {
        return "HTTPS_PROXY=http://proxy:port, or --registry-mirror " + domain + "=https://mirror (or in config.yml)";
    }
}
