package dev.runner.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How to reach registries.
 *
 * @param mirrors by domain, base URLs that pulls ask first, in order; a path is put before repository names
 * @param rewrites by domain, the base URL that everything of it goes to instead; names are kept
 * @param authorities by {@code host} or {@code host:port}, a PEM file of certificates to trust besides the system's
 * @param insecure {@code host} or {@code host:port} whose certificate is not checked and which may speak plain HTTP
 */
public record RegistryConfiguration(
        Map<String, List<URI>> mirrors,
        Map<String, URI> rewrites,
        Map<String, Path> authorities,
        Set<String> insecure) {
    /** Every registry at its own address, with certificates that the system trusts. */
    public static final RegistryConfiguration DEFAULT =
            new RegistryConfiguration(Map.of(), Map.of(), Map.of(), Set.of());

    public RegistryConfiguration {
        Map<String, List<URI>> copy = new LinkedHashMap<>();
        mirrors.forEach((domain, urls) -> {
            urls.forEach(RegistryConfiguration::checkBase);
            copy.put(domain, List.copyOf(urls));
        });
        mirrors = Map.copyOf(copy);
        rewrites.values().forEach(RegistryConfiguration::checkBase);
        rewrites = Map.copyOf(rewrites);
        authorities = Map.copyOf(authorities);
        insecure = Set.copyOf(insecure);
    }

    /**
     * Reads the values of the flags {@code --registry-mirror docker.io=http://127.0.0.1:5000},
     * {@code --registry-rewrite docker.io=http://…}, {@code --registry-ca host=file} and
     * {@code --registry-insecure host}.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static RegistryConfiguration parse(
            List<String> mirrors, List<String> rewrites, List<String> authorities, List<String> insecure) {
        RegistryConfiguration configuration = DEFAULT;
        for (String mirror : mirrors) {
            List<String> pair = pair("--registry-mirror", mirror, "docker.io=http://127.0.0.1:5000");
            configuration = configuration.withMirror(pair.getFirst(), url(pair.getLast()));
        }
        for (String rewrite : rewrites) {
            List<String> pair = pair("--registry-rewrite", rewrite, "docker.io=http://127.0.0.1:5000");
            configuration = configuration.withRewrite(pair.getFirst(), url(pair.getLast()));
        }
        for (String authority : authorities) {
            List<String> pair = pair("--registry-ca", authority, "registry.example:5000=ca.pem");
            configuration = configuration.withAuthority(pair.getFirst(), Path.of(pair.getLast()));
        }
        for (String host : insecure) {
            configuration = configuration.withInsecure(host);
        }
        return configuration;
    }

    /** Adds a mirror behind those the domain has. */
    public RegistryConfiguration withMirror(String domain, URI url) {
        Map<String, List<URI>> copy = new LinkedHashMap<>(mirrors);
        copy.merge(DockerConfig.normalize(domain), List.of(url), (have, more) -> {
            List<URI> all = new ArrayList<>(have);
            all.addAll(more);
            return all;
        });
        return new RegistryConfiguration(copy, rewrites, authorities, insecure);
    }

    public RegistryConfiguration withRewrite(String domain, URI url) {
        Map<String, URI> copy = new LinkedHashMap<>(rewrites);
        copy.put(DockerConfig.normalize(domain), url);
        return new RegistryConfiguration(mirrors, copy, authorities, insecure);
    }

    public RegistryConfiguration withAuthority(String host, Path pemFile) {
        Map<String, Path> copy = new LinkedHashMap<>(authorities);
        copy.put(host.toLowerCase(Locale.ROOT), pemFile);
        return new RegistryConfiguration(mirrors, rewrites, copy, insecure);
    }

    public RegistryConfiguration withInsecure(String host) {
        Set<String> copy = new LinkedHashSet<>(insecure);
        copy.add(host.toLowerCase(Locale.ROOT));
        return new RegistryConfiguration(mirrors, rewrites, authorities, copy);
    }

    /** Whether a mirror or a rewrite names a host, with the scheme that it speaks. */
    boolean names(String scheme, String host, int port) {
        return Stream.concat(mirrors.values().stream().flatMap(List::stream), rewrites.values().stream())
                .anyMatch(url -> url.getScheme().equals(scheme)
                        && Hosts.bare(url.getHost()).equalsIgnoreCase(host)
                        && (url.getPort() < 0 ? (scheme.equals("https") ? 443 : 80) : url.getPort()) == port);
    }

    private static List<String> pair(String flag, String value, String example) {
        int equals = value.indexOf('=');
        if (equals <= 0 || equals == value.length() - 1) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not a value of " + flag + "; write it like " + flag + " " + example);
        }
        return List.of(value.substring(0, equals), value.substring(equals + 1));
    }

    /** A base URL; one without a scheme is taken as https. */
    private static URI url(String text) {
        try {
            return new URI(text.contains("://") ? text : "https://" + text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a URL: " + e.getReason(), e);
        }
    }

    private static void checkBase(URI url) {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getQuery() != null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "'" + url.getScheme() + "://" + url.getHost() + "…' is not a registry's URL; write http://host:port"
                            + " or https://host, without user and query");
        }
    }
}
