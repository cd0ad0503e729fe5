package dev.runner.cli.docker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which commands there are. Each is made when it is asked for: most calls need one. */
final class Commands {
    static final List<String> COMMON =
            List.of("run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "version", "info");
    static final List<String> GROUPS = List.of(
            "builder",
            "buildx",
            "buildx history",
            "buildx imagetools",
            "container",
            "context",
            "image",
            "manifest",
            "system",
            "volume");
    static final List<String> PLAIN = List.of(
            "cp", "create", "export", "history", "import", "inspect", "install", "kill", "load", "logs", "port", "rm",
            "rmi", "save", "start", "stop", "tag", "wait");

    private Commands() {}

    static boolean isGroup(String path) {
        return GROUPS.contains(path);
    }

    static List<String> inGroup(String group) {
        return switch (group) {
            case "buildx" ->
                List.of(
                        "bake",
                        "build",
                        "create",
                        "du",
                        "history",
                        "imagetools",
                        "inspect",
                        "ls",
                        "prune",
                        "rm",
                        "stop",
                        "use",
                        "version");
            case "buildx history" -> List.of("inspect", "ls", "rm");
            case "buildx imagetools" -> List.of("create", "inspect");
            case "container" ->
                List.of(
                        "cp", "create", "exec", "export", "inspect", "kill", "logs", "ls", "port", "prune", "rm", "run",
                        "start", "stop", "wait");
            case "context" -> List.of("inspect", "ls", "show", "use");
            case "image" ->
                List.of(
                        "build", "history", "import", "inspect", "load", "ls", "prune", "pull", "push", "rm", "save",
                        "tag");
            case "builder" -> List.of("build", "prune");
            case "manifest" -> List.of("annotate", "create", "inspect", "push", "rm");
            case "volume" -> List.of("create", "ls", "rm");
            case "system" -> List.of("df", "info", "prune");
            default -> List.of();
        };
    }

    static String groupSays(String group) {
        return switch (group) {
            case "builder" -> "Manage builds";
            case "buildx" -> "Extended build capabilities with BuildKit";
            case "buildx history" -> "Commands to work on build records";
            case "buildx imagetools" -> "Commands to work on images in registry";
            case "container" -> "Manage containers";
            case "context" -> "Manage contexts";
            case "image" -> "Manage images";
            case "manifest" -> "Manage Docker image manifests and manifest lists";
            case "volume" -> "Manage volumes";
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
            case "inspect" -> ImageInspect.any();
            case "install" -> InstallCommand.command();
            case "version" -> SystemCommands.version();
            case "info", "system info" -> SystemCommands.info(path);
            case "system df" -> DiskCommands.usage();
            case "system prune" -> DiskCommands.prune();
            case "builder prune" -> BuilderCommands.prune(path);
            case "context ls", "context list" -> ContextCommands.list(path);
            case "context show" -> ContextCommands.show();
            case "context use" -> ContextCommands.use();
            case "context inspect" -> ContextCommands.inspect();
            case "volume create" -> VolumeCommands.create();
            case "volume ls", "volume list" -> VolumeCommands.list(path);
            case "volume rm", "volume remove" -> VolumeCommands.remove(path);
            default -> {
                if (path.startsWith("buildx ")) {
                    yield buildx(path);
                }
                if (path.startsWith("manifest ")) {
                    yield ManifestCommands.find(path);
                }
                Command image = image(path);
                yield image == null ? container(path) : image;
            }
        };
    }

    private static @Nullable Command image(String path) {
        return switch (path) {
            case "tag", "image tag" -> ImageCommands.tag(path);
            case "images", "image ls", "image list" -> ImageCommands.list(path);
            case "image inspect" -> ImageInspect.images();
            case "rmi", "image rm", "image remove" -> ImageStoreCommands.remove(path);
            case "image prune" -> ImageStoreCommands.prune();
            case "save", "image save" -> ImageStoreCommands.save(path);
            case "load", "image load" -> ImageStoreCommands.load(path);
            case "import", "image import" -> ImageStoreCommands.bring(path);
            case "history", "image history" -> ImageHistory.command(path);
            default -> null;
        };
    }

    private static @Nullable Command container(String path) {
        return switch (path) {
            case "run", "container run" -> RunCommands.run(path);
            case "create", "container create" -> RunCommands.create(path);
            case "container inspect" -> ImageInspect.containers();
            case "container supervise" -> ContainerCommands.supervise();
            case "ps", "container ls", "container list", "container ps" -> ContainerList.command(path);
            case "exec", "container exec" -> ContainerCommands.exec(path);
            case "logs", "container logs" -> ContainerCommands.logs(path);
            case "start", "container start" -> ContainerCommands.start(path);
            case "stop", "container stop" -> ContainerCommands.stop(path);
            case "kill", "container kill" -> ContainerCommands.kill(path);
            case "wait", "container wait" -> ContainerCommands.waiting(path);
            case "rm", "container rm", "container remove" -> ContainerCommands.remove(path);
            case "cp", "container cp" -> ContainerCommands.copy(path);
            case "port", "container port" -> ContainerCommands.port(path);
            case "export", "container export" -> ContainerCommands.export(path);
            case "container prune" -> ContainerCommands.prune();
            default -> null;
        };
    }

    private static @Nullable Command buildx(String path) {
        return switch (path) {
            case "buildx bake", "buildx f" -> BakeCommand.command();
            case "buildx create" -> BuilderCommands.create();
            case "buildx use" -> BuilderCommands.use();
            case "buildx ls" -> BuilderCommands.list();
            case "buildx inspect" -> BuilderCommands.inspect();
            case "buildx rm" -> BuilderCommands.remove();
            case "buildx stop" -> BuilderCommands.stop();
            case "buildx du" -> BuilderCommands.diskUsage();
            case "buildx prune" -> BuilderCommands.prune(path);
            case "buildx version" -> SystemCommands.buildxVersion();
            case "buildx imagetools inspect" -> ImageTools.inspect();
            case "buildx imagetools create" -> ImageTools.create();
            case "buildx history ls" -> BuildHistory.list();
            case "buildx history inspect" -> BuildHistory.inspect();
            case "buildx history rm" -> BuildHistory.remove();
            default -> null;
        };
    }
}
