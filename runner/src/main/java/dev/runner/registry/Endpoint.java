package dev.runner.registry;

import dev.runner.oci.Reference;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import okhttp3.HttpUrl;

/**
 * A place that answers for a domain: the registry itself, what it is rewritten to, or a mirror.
 *
 * @param domain as references have it
 * @param base scheme, host and port; where the scheme is {@link Transport}'s to find out, its first guess
 * @param prefix put before repository names; empty or ending in a slash
 */
record Endpoint(String domain, HttpUrl base, String prefix, boolean mirror) {
    /** The API of a reference's repository. */
    HttpUrl url(Reference reference, String what) {
        return base.newBuilder()
                .addPathSegments("v2/" + repository(reference) + "/" + what)
                .build();
    }

    /** {@code /v2/}, which only says whether one may come in. */
    HttpUrl root() {
        return base.newBuilder().addPathSegments("v2/").build();
    }

    /** A repository's name at this place. */
    String repository(Reference reference) {
        return prefix + reference.path();
    }

    /** {@code host} or {@code host:port}, as messages show it and configurations name it. */
    String host() {
        return authority(base);
    }

    static String authority(HttpUrl url) {
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
    }

    /** Where pulls look, in order: the mirrors, then the origin. */
    static List<Endpoint> forPull(RegistryConfiguration configuration, String domain) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (URI mirror : configuration.mirrors().getOrDefault(DockerConfig.normalize(domain), List.of())) {
            endpoints.add(of(domain, mirror, true));
        }
        endpoints.add(forPush(configuration, domain));
        return endpoints;
    }

    /** Where all else goes. */
    static Endpoint forPush(RegistryConfiguration configuration, String domain) {
        URI rewrite = configuration.rewrites().get(DockerConfig.normalize(domain));
        if (rewrite != null) {
            return of(domain, rewrite, false);
        }
        String authority = domain.equals("docker.io") ? "registry-1.docker.io" : domain.toLowerCase(Locale.ROOT);
        boolean plain = Hosts.isLoopback(Hosts.withoutPort(authority))
                && !configuration.authorities().containsKey(authority);
        return of(domain, URI.create((plain ? "http://" : "https://") + authority), false);
    }

    private static Endpoint of(String domain, URI url, boolean mirror) {
        HttpUrl whole = HttpUrl.get(url.toString());
        String path = String.join("/", whole.pathSegments()).replaceAll("/+$", "");
        // Some write the API's own prefix, as containerd's hosts.toml wants it.
        String prefix = path.equals("v2") ? "" : path.startsWith("v2/") ? path.substring(3) : path;
        HttpUrl base =
                whole.newBuilder().encodedPath("/").query(null).fragment(null).build();
        return new Endpoint(domain, base, prefix.isEmpty() ? "" : prefix + "/", mirror);
    }
}
