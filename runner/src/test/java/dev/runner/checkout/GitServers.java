package dev.runner.checkout;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.Assumptions;

/** Real git servers on the loopback: {@code git http-backend} behind basic authentication, and SSH. */
public final class GitServers {
    public static final String USER = "ci";
    public static final String PASSWORD = "geheim-4711";

    private GitServers() {}

    /** Serves the repositories of a folder; without a password when {@code open}. */
    public static HttpServer http(Path root, boolean open) throws IOException {
        Path backend = Path.of("/usr/lib/git-core/git-http-backend");
        Assumptions.assumeTrue(Files.isExecutable(backend), "git http-backend is not installed");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var context = server.createContext("/", exchange -> serve(exchange, backend, root));
        if (!open) {
            context.setAuthenticator(new BasicAuthenticator("git") {
                @Override
                public boolean checkCredentials(String user, String password) {
                    return PASSWORD.equals(password) && (USER.equals(user) || "x-access-token".equals(user));
                }
            });
        }
        server.start();
        return server;
    }

    /** One request as CGI. */
    private static void serve(HttpExchange exchange, Path backend, Path root) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(backend.toString());
        var environment = builder.environment();
        environment.clear();
        environment.put("GIT_PROJECT_ROOT", root.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_COUNT", "1");
        environment.put("GIT_CONFIG_KEY_0", "safe.directory");
        environment.put("GIT_CONFIG_VALUE_0", "*");
        environment.put("REQUEST_METHOD", exchange.getRequestMethod());
        environment.put("PATH_INFO", exchange.getRequestURI().getPath());
        String query = exchange.getRequestURI().getRawQuery();
        environment.put("QUERY_STRING", query == null ? "" : query);
        put(exchange, "Content-Type", "CONTENT_TYPE", environment);
        put(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", environment);
        put(exchange, "Git-Protocol", "GIT_PROTOCOL", environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var in = process.getOutputStream()) {
            exchange.getRequestBody().transferTo(in);
        }
        int status = 200;
        try (InputStream out = process.getInputStream()) {
            for (String line = line(out); !line.isEmpty(); line = line(out)) {
                String[] header = line.split(": ", 2);
                if (header[0].equals("Status")) {
                    status = Integer.parseInt(header[1].split(" ")[0]);
                } else {
                    exchange.getResponseHeaders().add(header[0], header[1]);
                }
            }
            exchange.sendResponseHeaders(status, 0);
            out.transferTo(exchange.getResponseBody());
        }
        exchange.close();
    }

    private static void put(HttpExchange exchange, String header, String name, java.util.Map<String, String> to) {
        String value = exchange.getRequestHeaders().getFirst(header);
        if (value != null) {
            to.put(name, value);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    /** Lets one key in and runs what it asks for, which is git-upload-pack. */
    static SshServer ssh(Path folder, String authorizedKey) throws Exception {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        SimpleGeneratorHostKeyProvider host = new SimpleGeneratorHostKeyProvider(folder.resolve("hostkey"));
        host.setAlgorithm("EC");
        host.setKeySize(256);
        server.setKeyPairProvider(host);
        PublicKey known =
                AuthorizedKeyEntry.parseAuthorizedKeyEntry(authorizedKey).resolvePublicKey(null, null);
        server.setPublickeyAuthenticator(
                (user, key, session) -> org.apache.sshd.common.config.keys.KeyUtils.compareKeys(known, key));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
        return server;
    }

    /** The server's line for {@code known_hosts}. */
    static String knownHosts(SshServer server) throws Exception {
        var key = server.getKeyPairProvider().loadKeys(null).iterator().next();
        return "[127.0.0.1]:" + server.getPort() + " "
                + org.apache.sshd.common.config.keys.PublicKeyEntry.toString(key.getPublic());
    }

    static void keygen(Path file, String type) throws Exception {
        Process process = new ProcessBuilder(
                        List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", file.toString()))
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
