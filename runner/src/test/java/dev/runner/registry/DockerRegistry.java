package dev.runner.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's {@code docker-registry}, started on a free port of 127.0.0.1, its files in a folder of the test. */
public final class DockerRegistry implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Open to everyone, in plain HTTP. */
    public static DockerRegistry start(Path folder) throws Exception {
        return start(folder, "", "");
    }

    /** With basic authentication by an htpasswd file; needs {@code htpasswd}. */
    public static DockerRegistry startWithUser(Path folder, String user, String password) throws Exception {
        return start(folder, htpasswd(folder, user, password), "");
    }

    /** With TLS by a certificate of {@link Certificates}. */
    public static DockerRegistry startWithTls(Path folder, Certificates certificates) throws Exception {
        String tls = """
                  tls:
                    certificate: %s
                    key: %s
                """.formatted(certificates.certificate(), certificates.key());
        return start(folder, "", tls);
    }

    private static DockerRegistry start(Path folder, String auth, String tls) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "docker-registry is not installed");
        Files.createDirectories(folder);
        // Another process may take the port between its choice and its use: then the next one is tried.
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Path config = folder.resolve("registry.yml");
            Files.writeString(config, """
                    version: 0.1
                    log: {level: error, accesslog: {disabled: true}}
                    storage:
                      filesystem: {rootdirectory: %s}
                      delete: {enabled: true}
                      maintenance: {uploadpurging: {enabled: false}}
                    http:
                      addr: 127.0.0.1:%d
                    %s%s""".formatted(folder.resolve("data"), port, tls, auth));
            Process process = new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("registry.log").toFile())
                    .start();
            if (listens(process, port)) {
                return new DockerRegistry(process, port);
            }
            process.destroyForcibly().waitFor();
            if (attempt == 3) {
                throw new IOException(
                        "docker-registry does not start: " + Files.readString(folder.resolve("registry.log")));
            }
        }
    }

    private static boolean listens(Process process, int port) throws InterruptedException {
        for (int i = 0; i < 600 && process.isAlive(); i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException notYet) {
                if (process.waitFor(25, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String htpasswd(Path folder, String user, String password) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/htpasswd")), "htpasswd is not installed");
        Files.createDirectories(folder);
        Path file = folder.resolve("htpasswd");
        Files.writeString(file, run(password, "htpasswd", "-niB", user));
        return """
                auth:
                  htpasswd: {realm: test, path: %s}
                """.formatted(file);
    }

    /** Runs a program to its end, which must be good, and gives what it prints. */
    static String run(String input, String... command) throws Exception {
        return run(input, List.of(command));
    }

    static String run(String input, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " ends with " + process.exitValue() + ": " + output);
        }
        return output;
    }

    /** Runs skopeo, or skips the test where it is absent. */
    public static String skopeo(String... arguments) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
        command.addAll(List.of(arguments));
        return run("", command);
    }

    /** {@code 127.0.0.1:port}. */
    public String domain() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** A certificate authority of the test, and a certificate for 127.0.0.1 and localhost. */
    public record Certificates(Path authority, Path certificate, Path key) {
        public static Certificates generate(Path folder) throws Exception {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
            Files.createDirectories(folder);
            Path ca = folder.resolve("ca.pem");
            Path caKey = folder.resolve("ca.key");
            Path key = folder.resolve("server.key");
            Path request = folder.resolve("server.csr");
            Path certificate = folder.resolve("server.pem");
            Path names = folder.resolve("names.txt");
            Files.writeString(names, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
            String curve = "ec_paramgen_curve:P-256";
            run(
                    "",
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    curve,
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=test authority",
                    "-keyout",
                    caKey.toString(),
                    "-out",
                    ca.toString());
            run(
                    "",
                    "openssl",
                    "req",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    curve,
                    "-nodes",
                    "-subj",
                    "/CN=127.0.0.1",
                    "-keyout",
                    key.toString(),
                    "-out",
                    request.toString());
            run(
                    "",
                    "openssl",
                    "x509",
                    "-req",
                    "-in",
                    request.toString(),
                    "-CA",
                    ca.toString(),
                    "-CAkey",
                    caKey.toString(),
                    "-CAcreateserial",
                    "-days",
                    "2",
                    "-extfile",
                    names.toString(),
                    "-out",
                    certificate.toString());
            return new Certificates(ca, certificate, key);
        }
    }
}
