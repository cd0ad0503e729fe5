package dev.runner.build.embedded.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The S3 server {@code s3rver} from npm, on a free port of 127.0.0.1, installed once, under {@code target}. It knows whose
 * key it is and checks digests of content; signatures are checked with Amazon's examples, in {@link AwsSignatureTests}.
 */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "caches";
    public static final String KEY = "S3RVER";
    public static final String SECRET = "S3RVER";
    private static final String PACKAGE = "s3rver@3.7.1";

    private final Process process;
    private final int port;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static S3Server start(Path folder) throws Exception {
        Path program = install();
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        "node",
                        program.toString(),
                        "--directory",
                        Files.createDirectories(folder).toString(),
                        "--address",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--no-vhost-buckets",
                        "--configure-bucket",
                        BUCKET)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.contains("listening")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("s3rver does not start: " + Files.readString(folder.resolve("errors")));
        }
        Thread.ofVirtual().start(() -> output.lines().forEach(more -> {}));
        return new S3Server(process, port);
    }

    private static synchronized Path install() throws Exception {
        Path folder = Path.of("target", "s3rver").toAbsolutePath();
        Path program = folder.resolve("node_modules/s3rver/bin/s3rver.js");
        if (!Files.exists(program)) {
            Files.createDirectories(folder);
            try {
                Process npm = new ProcessBuilder(List.of(
                                "npm", "install", "--no-audit", "--no-fund", "--prefix", folder.toString(), PACKAGE))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("install.log").toFile())
                        .start();
                npm.waitFor(3, TimeUnit.MINUTES);
            } catch (IOException e) {
                Assumptions.abort("npm is not installed: " + e.getMessage());
            }
        }
        Assumptions.assumeTrue(Files.exists(program), "npm cannot bring " + PACKAGE);
        return program;
    }

    /** Attributes of a cache here. */
    public String attributes() {
        return "bucket=" + BUCKET + ",region=us-east-1,use_path_style=true,endpoint_url=http://127.0.0.1:" + port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
