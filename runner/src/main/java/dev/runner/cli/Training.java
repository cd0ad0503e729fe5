package dev.runner.cli;

import dev.runner.host.posix.ProcessImage;
import dev.runner.registry.server.RegistryServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code runner/bin/train} starts when the program is built: goes once through what most runs go through, so that
 * the JVM records which classes to link. In the current folder, with state folders that the script sets; needs no root and
 * no network. {@code Training build} goes through builds alone: the JVM links all classes that it has recorded before it
 * starts, and those of pipelines are a fifth of what an unchanged build takes.
 */
final class Training {
    private static final String PLATFORMS = "linux/amd64,linux/arm64,linux/arm/v7";

    private final PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream());
    private final Path context = Path.of("files");
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        new Training().train(List.of(arguments).equals(List.of("build")));
        System.exit(0);
    }

    private void train(boolean buildsOnly) throws IOException {
        Interruption.ofSignals(Thread.currentThread()).close();
        ProcessImage.ready();
        UserNamespace.enter(List.of("build"), System.getenv());
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (RegistryServer server = RegistryServer.start(Path.of("registry"), any, RegistryServer.Options.OPEN)) {
            String registry = "127.0.0.1:" + server.address().getPort() + "/training/";
            makeBase(registry + "base");
            makeContext(registry + "base");
            String name = registry + "files";
            for (int round = 0; round < 3; round++) {
                // A machine that knows nothing, then one where nothing or one file has changed.
                environment.put(
                        "XDG_CACHE_HOME",
                        Path.of("machine-" + round).toAbsolutePath().toString());
                build(name, "one-" + round);
                build(name, "two-" + round);
                build(name, "three-" + round);
                Files.writeString(context.resolve("file-0.txt"), "changed in round " + round);
                build(name, "four-" + round);
            }
            if (buildsOnly) {
                run("docker", "build", "-q", "-t", "training:latest", context.toString());
                return;
            }
            run("inspect", name + ":two-0");
            run("run", "--network", "none", name + ":two-0");
        }
        run("--version");
        run("--help");
        run("exec", "pipeline.yml");
    }

    private void build(String name, String tag) {
        run(
                "build",
                "--progress",
                "plain",
                "--platform",
                PLATFORMS,
                "-t",
                name + ":" + tag,
                "--push",
                "--build-arg",
                "GREETING=hello",
                "--cache-from",
                name + ":one-0",
                "--cache-to",
                "type=inline",
                context.toString());
    }

    private void makeBase(String name) throws IOException {
        Path base = Files.createDirectories(Path.of("base"));
        Files.writeString(base.resolve("file"), "of the base\n");
        Files.writeString(base.resolve("Dockerfile"), "FROM scratch\nCOPY file /etc/file\nENV BASE=yes\n");
        run("build", "--platform", PLATFORMS, "-t", name, "--push", base.toString());
    }

    /** Enough files that the methods on their way are seen to be hot. */
    private void makeContext(String base) throws IOException {
        Files.createDirectories(context.resolve("folder"));
        for (int number = 0; number < 1500; number++) {
            Files.writeString(context.resolve("folder/file-" + number + ".txt"), "file " + number + "\n");
        }
        Files.writeString(context.resolve(".dockerignore"), "*.log\n");
        Files.writeString(context.resolve("Dockerfile"), dockerfile(base));
    }

    /** With a RUN step where there is a program that runs by itself, which ldconfig is on most Linux systems. */
    private String dockerfile(String base) throws IOException {
        Path program = Path.of("/sbin/ldconfig.real");
        program = Files.isReadable(program) ? program : Path.of("/sbin/ldconfig");
        String step = "";
        if (Files.isReadable(program) && "root".equals(System.getProperty("user.name"))) {
            Files.copy(program, context.resolve("program"));
            step = "RUN [\"/app/program\", \"--version\"]\n";
        }
        return "FROM --platform=$BUILDPLATFORM " + base
                + " AS base\nWORKDIR /app\nARG GREETING\nENV GREETING=$GREETING\nCOPY . .\n" + step
                + "FROM " + base + "\nCOPY --from=base /app /app\nWORKDIR /app\nCOPY . .\n" + step
                + "CMD [\"/app/program\", \"--version\"]\n";
    }

    private void run(String... arguments) {
        int code = Main.run(List.of(arguments), environment, new ByteArrayInputStream(new byte[0]), nowhere, nowhere);
        if (code != 0) {
            nowhere.println(code); // An untrained command only starts slower.
        }
    }
}
