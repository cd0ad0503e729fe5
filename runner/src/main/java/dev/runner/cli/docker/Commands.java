package dev.runner.cli.docker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which commands there are. Each is made when it is asked for: most calls need one. */
final class Commands {
    static final List<String> COMMON =
            List.of("run", "build", "pull", "push", "images", "login", "logout", "version", "info");
    static final List<String> GROUPS = List.of("builder", "buildx", "image", "system");
    static final List<String> PLAIN = List.of("install", "tag");

    private static final List<String> BUILDX =
            List.of("build", "create", "du", "inspect", "ls", "prune", "rm", "stop", "use", "version");
    private static final List<String> IMAGE = List.of("build", "ls", "pull", "push", "tag");

    private Commands() {}

    static boolean isGroup(String path) {
        return GROUPS.contains(path);
    }

    static List<String> inGroup(String group) {
        return switch (group) {
            case "buildx" -> BUILDX;
            case "image" -> IMAGE;
            case "builder" -> List.of("build", "prune");
            case "system" -> List.of("info");
            default -> List.of();
        };
    }

    static String groupSays(String group) {
        return switch (group) {
            case "builder" -> "Manage builds";
            case "buildx" -> "Extended build capabilities with BuildKit";
            case "buildx imagetools" -> "Commands to work on images in registry";
            case "image" -> "Manage images";
            case "system" -> "Manage Docker";
            default -> "";
        };
    }

    /** The command of a path, as {@code buildx build}; null when there is none. */
    static @Nullable Command find(String path) {
        return switch (path) {
            case "login" -> LoginCommands.login();
            case "logout" -> LoginCommands.logout();
            case "build", "image build", "builder build", "buildx build", "buildx b" -> BuildCommands.build(path);
            case "pull", "image pull" -> TransferCommands.pull(path);
            case "push", "image push" -> TransferCommands.push(path);
            case "tag", "image tag" -> ImageCommands.tag(path);
            case "images", "image ls", "image list" -> ImageCommands.list(path);
            case "run", "container run" -> RunCommands.run(path);
            case "install" -> InstallCommand.command();
            case "version" -> SystemCommands.version();
            case "info", "system info" -> SystemCommands.info(path);
            case "builder prune" -> BuilderCommands.prune(path);
            default -> path.startsWith("buildx ") ? buildx(path) : null;
        };
    }

    private static @Nullable Command buildx(String path) {
        return switch (path) {
            case "buildx create" -> BuilderCommands.create();
            case "buildx use" -> BuilderCommands.use();
            case "buildx ls" -> BuilderCommands.list();
            case "buildx inspect" -> BuilderCommands.inspect();
            case "buildx rm" -> BuilderCommands.remove();
            case "buildx stop" -> BuilderCommands.stop();
            case "buildx du" -> BuilderCommands.diskUsage();
            case "buildx prune" -> BuilderCommands.prune(path);
            case "buildx version" -> SystemCommands.buildxVersion();
            default -> null;
        };
    }
}
