package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoTemplate;
import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/** {@code docker version}, {@code info} and {@code buildx version}. */
final class SystemCommands {
    /** The version whose commands, flags and texts these are. */
    static final String VERSION = "28.5.2";

    static final String BUILD = "runner";
    static final String BUILDKIT = "runner";
    private static final String API = "1.51";
    private static final String BUILDX = "v0.29.1";

    private SystemCommands() {}

    static Command version() {
        return Command.of("version", "[OPTIONS]", "Show the Docker version information", SystemCommands::version)
                .words(0)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template");
    }

    static Command buildxVersion() {
        return Command.of("buildx version", "", "Show buildx version information", call -> {
                    call.say("github.com/docker/buildx " + BUILDX + " " + BUILD);
                    return 0;
                })
                .words(0)
                .value("builder", "string", "")
                .flag('D', "debug", "Enable debug logging");
    }

    static Command info(String path) {
        return Command.of(path, "[OPTIONS]", "Display system-wide information", SystemCommands::info)
                .words(0)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template");
    }

    private static int version(Call call) {
        Platform host = Platform.host();
        String format = call.text("format", "");
        if (!format.isEmpty()) {
            print(call, format, versions(host));
            return 0;
        }
        String system = host.os() + "/" + host.architecture();
        PrintWriter out = call.around().out();
        out.println("Client: runner, Docker's command line without an engine");
        out.printf(" %-18s %s%n", "Version:", VERSION);
        out.printf(" %-18s %s%n", "API version:", API);
        out.printf(" %-18s %s%n", "Git commit:", BUILD);
        out.printf(" %-18s %s%n", "OS/Arch:", system);
        out.printf(" %-18s %s%n", "Context:", "default");
        out.println();
        out.println("Server: runner's embedded engine");
        out.println(" Engine:");
        out.printf("  %-17s %s%n", "Version:", VERSION);
        out.printf("  %-17s %s (minimum version 1.24)%n", "API version:", API);
        out.printf("  %-17s %s%n", "Git commit:", BUILD);
        out.printf("  %-17s %s%n", "OS/Arch:", system);
        out.printf("  %-17s %s%n", "Experimental:", "false");
        return 0;
    }

    private static Struct versions(Platform host) {
        Struct client = Struct.of("system.clientVersion")
                .with("Platform", Map.of("Name", "runner"))
                .with("Version", VERSION)
                .with("ApiVersion", API)
                .with("APIVersion", API)
                .with("DefaultAPIVersion", API)
                .with("GitCommit", BUILD)
                .with("GoVersion", "")
                .with("Os", host.os())
                .with("Arch", host.architecture())
                .with("BuildTime", "")
                .with("Context", "default");
        Struct server = Struct.of("types.Version")
                .with("Platform", Map.of("Name", "runner's embedded engine"))
                .with("Components", List.of())
                .with("Version", VERSION)
                .with("ApiVersion", API)
                .with("APIVersion", API)
                .with("MinAPIVersion", "1.24")
                .with("GitCommit", BUILD)
                .with("GoVersion", "")
                .with("Os", host.os())
                .with("Arch", host.architecture())
                .with("KernelVersion", System.getProperty("os.version"))
                .with("Experimental", false)
                .with("BuildTime", "");
        return Struct.of("system.versionInfo").with("Client", client).with("Server", server);
    }

    /** Prints a value by {@code --format}. */
    static void print(Call call, String format, Object value) {
        if (format.equals("json")) {
            call.say(GoText.json(value, ""));
            return;
        }
        GoTemplate template = Listing.template(format);
        call.say(Listing.apply(template, value));
    }

    private static int info(Call call) throws IOException {
        String format = call.text("format", "");
        List<ImageList.Row> images = ImageList.rows(call.around().localImages());
        if (!format.isEmpty()) {
            print(call, format, facts(call, images.size()));
            return 0;
        }
        Platform host = Platform.host();
        PrintWriter out = call.around().out();
        out.println("Client: runner, Docker's command line without an engine");
        out.println(" Version:    " + VERSION);
        out.println(" Context:    default");
        out.println(" Debug Mode: false");
        out.println(" Plugins:");
        out.println("  buildx: Docker Buildx (runner)");
        out.println("    Version:  " + BUILDX);
        out.println();
        out.println("Server:");
        int all = ContainerImages.count(call, false);
        int running = ContainerImages.count(call, true);
        out.println(" Containers: " + all);
        out.println("  Running: " + running);
        out.println("  Paused: 0");
        out.println("  Stopped: " + (all - running));
        out.println(" Images: " + images.size());
        out.println(" Server Version: " + VERSION);
        out.println(" Storage Driver: overlay2");
        out.println(" Default Runtime: " + BUILD);
        out.println(" Kernel Version: " + System.getProperty("os.version"));
        out.println(" OSType: linux");
        out.println(" Architecture: " + machine(host));
        out.println(" CPUs: " + Runtime.getRuntime().availableProcessors());
        out.println(" Name: " + hostName());
        out.println(" Docker Root Dir: " + root(call));
        out.println(" Experimental: false");
        return 0;
    }

    private static String root(Call call) {
        return call.around().storeFolder().toString();
    }

    private static Struct facts(Call call, int images) {
        Platform host = Platform.host();
        return Struct.of("system.dockerInfo")
                .with("ID", "runner")
                .with("Containers", (long) ContainerImages.count(call, false))
                .with("ContainersRunning", (long) ContainerImages.count(call, true))
                .with("ContainersPaused", 0L)
                .with(
                        "ContainersStopped",
                        (long) ContainerImages.count(call, false) - ContainerImages.count(call, true))
                .with("Images", (long) images)
                .with("Driver", "overlay2")
                .with("DriverStatus", List.of(List.of("Backing Filesystem", "local store")))
                .with("KernelVersion", System.getProperty("os.version"))
                .with("OperatingSystem", System.getProperty("os.name"))
                .with("OSType", host.os())
                .with("Architecture", machine(host))
                .with("NCPU", (long) Runtime.getRuntime().availableProcessors())
                .with("IndexServerAddress", "https://index.docker.io/v1/")
                .with("DockerRootDir", root(call))
                .with("Name", hostName())
                .with("Labels", List.of())
                .with("ExperimentalBuild", false)
                .with("ServerVersion", VERSION)
                .with("DefaultRuntime", BUILD)
                .with("SecurityOptions", List.of())
                .with("Swarm", Map.of("LocalNodeState", "inactive"))
                .with("Warnings", null)
                .with("ClientInfo", Map.of("Version", VERSION, "Context", "default", "Debug", false));
    }

    private static String machine(Platform host) {
        return switch (host.architecture()) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> host.architecture();
        };
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
