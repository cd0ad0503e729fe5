package dev.runner.step;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether scripts find our own {@code docker} first in their {@code PATH}: where no engine is wanted or none is there. The
 * variable {@code RUNNER_DOCKER} decides: {@code runner} and {@code engine} are for certain, otherwise ours stands back
 * for a {@code docker} on the machine whose engine answers on this machine.
 */
final class DockerShim {
    private static final String CHOICE = "RUNNER_DOCKER";
    private static final String SOCKET = "unix:///var/run/docker.sock";

    private DockerShim() {}

    static boolean isWanted(Map<String, String> environment) {
        return switch (environment.getOrDefault(CHOICE, "auto")) {
            case "runner" -> true;
            case "engine" -> false;
            default -> !hasProgram(environment.getOrDefault("PATH", "")) || !answers(environment);
        };
    }

    private static boolean hasProgram(String path) {
        for (String folder : path.split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "docker"))) {
                return true;
            }
        }
        return false;
    }

    /** An engine that is elsewhere, by TCP or SSH, was set up on purpose. */
    private static boolean answers(Map<String, String> environment) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        String address = host.isEmpty() ? SOCKET : host;
        if (!address.startsWith("unix://")) {
            return true;
        }
        Path socket = Path.of(address.substring("unix://".length()));
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }
}
