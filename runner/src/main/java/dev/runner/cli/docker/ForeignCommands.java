package dev.runner.cli.docker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands of Docker's that this program does not answer, and what does. */
final class ForeignCommands {
    private ForeignCommands() {}

    /** The engine that a command needs; null when Docker has no such command either. */
    static @Nullable String engineFor(List<String> path) {
        return switch (path.getFirst()) {
            case "swarm", "node", "service", "stack", "config", "secret" -> "Docker Engine in swarm mode";
            case "compose" -> "Docker Compose and Docker Engine";
            case "scout", "init", "debug", "desktop", "model", "mcp", "offload", "ai" -> "Docker Desktop";
            case "trust" -> "Docker Content Trust (a Notary server and Docker Engine)";
            case "plugin", "checkpoint" -> "Docker Engine";
            case "search" -> "Docker Hub and Docker Engine";
            case "attach",
                    "commit",
                    "diff",
                    "events",
                    "pause",
                    "rename",
                    "restart",
                    "stats",
                    "top",
                    "unpause",
                    "update" -> "Docker Engine";
            case "context" ->
                path.size() == 2
                                && List.of("create", "export", "import", "rm", "update")
                                        .contains(path.get(1))
                        ? "Docker Engine, or several"
                        : null;
            case "network", "volume" -> "Docker Engine";
            case "buildx" -> buildx(path);
            case "container", "system" -> path.size() == 2 && isEngines(path.get(1)) ? "Docker Engine" : null;
            default -> null;
        };
    }

    /** What does the same without an engine; empty when nothing does. */
    static String instead(List<String> path) {
        return switch (path.getFirst()) {
            case "network" ->
                "\n\nContainers reach each other without one, too: by ports that 'docker run -p' opens on this machine, with"
                        + " '--network container:NAME', or, as a job's services, by their names.";
            case "compose" -> "\n\nWhat 'docker compose build' does, 'docker buildx bake' does with the same file.";
            default -> "";
        };
    }

    private static boolean isEngines(String command) {
        return List.of(
                        "attach",
                        "commit",
                        "diff",
                        "events",
                        "pause",
                        "port",
                        "prune",
                        "rename",
                        "restart",
                        "stats",
                        "top",
                        "unpause",
                        "update",
                        "dial-stdio")
                .contains(command);
    }

    private static @Nullable String buildx(List<String> path) {
        return path.size() > 1
                        && List.of("dial-stdio", "debug", "dap", "policy").contains(path.get(1))
                ? "BuildKit: a builder of the real Buildx"
                : null;
    }
}
