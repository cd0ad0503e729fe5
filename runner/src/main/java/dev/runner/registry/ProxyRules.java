package dev.runner.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proxies from {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, in either case, by the rules of Go's
 * httpproxy, which Docker and containerd follow: loopback is never proxied; an entry of NO_PROXY is a domain with all
 * below it, {@code .domain} for only what is below, an address, a CIDR block, any of them with a port, or {@code *}.
 *
 * @see <a href="https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config">httpproxy.Config</a>
 */
final class ProxyRules extends ProxySelector {
    private final @Nullable URI https;
    private final @Nullable URI http;
    private final List<String> exceptions;

    private ProxyRules(@Nullable URI https, @Nullable URI http, List<String> exceptions) {
        this.https = https;
        this.http = http;
        this.exceptions = exceptions;
    }

    static ProxyRules of(Map<String, String> environment) {
        String none = variable(environment, "NO_PROXY");
        return new ProxyRules(
                proxy(variable(environment, "HTTPS_PROXY")),
                proxy(variable(environment, "HTTP_PROXY")),
                List.of(none.toLowerCase(Locale.ROOT).split("[,\\s]+")));
    }

    private static String variable(Map<String, String> environment, String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    private static @Nullable URI proxy(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            return uri.getHost() == null ? null : uri;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The user and password of the proxy that a request goes through, {@code user:password}; null when it needs none. */
    @Nullable
    String userInfo(SocketAddress address) {
        for (URI candidate : new URI[] {https, http}) {
            if (candidate != null
                    && candidate.getUserInfo() != null
                    && socket(candidate).equals(address)) {
                return candidate.getUserInfo();
            }
        }
        return null;
    }

    @Override
    public List<Proxy> select(URI target) {
        URI proxy = "https".equals(target.getScheme()) ? https : http;
        String host = target.getHost() == null ? "" : Hosts.bare(target.getHost());
        int port = target.getPort() >= 0 ? target.getPort() : "https".equals(target.getScheme()) ? 443 : 80;
        if (proxy == null || Hosts.isLoopback(host) || isException(host, port)) {
            return List.of(Proxy.NO_PROXY);
        }
        boolean socks = proxy.getScheme().startsWith("socks");
        return List.of(new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, socket(proxy)));
    }

    private static InetSocketAddress socket(URI proxy) {
        int standard =
                proxy.getScheme().startsWith("socks") ? 1080 : proxy.getScheme().equals("https") ? 443 : 80;
        return InetSocketAddress.createUnresolved(
                Hosts.bare(proxy.getHost()), proxy.getPort() < 0 ? standard : proxy.getPort());
    }

    private boolean isException(String host, int port) {
        return exceptions.stream().anyMatch(entry -> covers(entry, host.toLowerCase(Locale.ROOT), port));
    }

    private static boolean covers(String entry, String host, int port) {
        if (entry.isEmpty() || entry.equals("*")) {
            return !entry.isEmpty();
        }
        if (entry.contains("/")) {
            return inBlock(entry, host);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.indexOf(':') == colon) {
            if (!entry.substring(colon + 1).equals(String.valueOf(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        name = name.startsWith("*.") ? name.substring(1) : name;
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean inBlock(String block, String host) {
        if (!Hosts.isAddress(host)) {
            return false;
        }
        try {
            int slash = block.indexOf('/');
            byte[] network = InetAddress.getByName(block.substring(0, slash)).getAddress();
            byte[] address = InetAddress.getByName(host).getAddress();
            int bits = Integer.parseInt(block.substring(slash + 1));
            if (network.length != address.length || bits > network.length * 8) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((network[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException | NumberFormatException e) {
            return false;
        }
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The failure reaches the caller with the request itself.
    }
}
