package dev.runner.cli.docker;

import dev.runner.registry.RegistryConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a builder's settings say of registries: {@code [registry."HOST"]} of {@code buildkitd.toml}, with {@code mirrors},
 * {@code http}, {@code insecure} and {@code ca}.
 *
 * @see <a href="https://github.com/moby/buildkit/blob/master/docs/buildkitd.toml.md">buildkitd.toml</a>
 */
final class BuilderRegistries {
    private BuilderRegistries() {}

    /** @throws DockerFailure when a value cannot be obeyed */
    static RegistryConfiguration of(BuilderSettings settings) {
        Map<String, Object> hosts = Toml.table(Toml.parse(settings.config(), "buildkitd.toml"), "registry");
        RegistryConfiguration all = RegistryConfiguration.DEFAULT;
        try {
            for (String host : hosts.keySet()) {
                Map<String, Object> table = Toml.table(hosts, host);
                for (String mirror : texts(table.get("mirrors"))) {
                    all = all.withMirror(host, address(mirror, hosts));
                }
                if (isOn(table, "http") || isOn(table, "insecure")) {
                    all = all.withInsecure(host);
                }
                List<String> authorities = texts(table.get("ca"));
                if (authorities.size() > 1) {
                    throw new IllegalArgumentException(
                            "registry \"" + host + "\" has several files of certificates: put them into one");
                }
                for (String authority : authorities) {
                    all = all.withAuthority(host, Path.of(authority));
                }
                if (table.containsKey("keypair")) {
                    throw new IllegalArgumentException("registry \"" + host + "\" wants a client certificate (keypair),"
                            + " which only BuildKit itself shows: take it out, or build with --engine buildkit");
                }
            }
        } catch (IllegalArgumentException e) {
            throw DockerFailure.ofBuildx("invalid buildkitd.toml: " + e.getMessage());
        }
        return all;
    }

    /** A mirror, {@code host[/path]}, with the scheme that its own table says. */
    private static URI address(String mirror, Map<String, Object> hosts) {
        if (mirror.contains("://")) {
            return URI.create(mirror);
        }
        String host = mirror.contains("/") ? mirror.substring(0, mirror.indexOf('/')) : mirror;
        return URI.create((isOn(Toml.table(hosts, host), "http") ? "http://" : "https://") + mirror);
    }

    private static boolean isOn(Map<String, Object> table, String key) {
        return Boolean.TRUE.equals(table.get(key));
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(one -> texts.add(String.valueOf(one)));
        }
        return texts;
    }

    /** The same as flags of the program's commands. */
    static List<String> flags(RegistryConfiguration configuration) {
        List<String> flags = new ArrayList<>();
        configuration
                .mirrors()
                .forEach((domain, urls) -> urls.forEach(url -> flags.add("--registry-mirror=" + domain + "=" + url)));
        configuration.authorities().forEach((host, file) -> flags.add("--registry-ca=" + host + "=" + file));
        configuration.insecure().forEach(host -> flags.add("--registry-insecure=" + host));
        return flags;
    }
}
