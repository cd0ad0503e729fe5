package dev.runner.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What {@code RUN --mount=type=ssh} gives to a step.
 *
 * @param id {@code default} when the Dockerfile names none
 * @param socket an SSH agent's socket
 */
public record SshAgent(String id, Path socket) {
    /**
     * Reads {@code default}, which is the agent of {@code SSH_AUTH_SOCK}, or {@code ID=SOCKET}.
     *
     * @param base what a relative path is relative to
     * @throws IllegalArgumentException with a message for people
     */
    public static SshAgent parse(String text, Path base, Map<String, String> environment) {
        int equals = text.indexOf('=');
        String id = equals < 0 ? text : text.substring(0, equals);
        String socket = equals < 0 ? environment.getOrDefault("SSH_AUTH_SOCK", "") : text.substring(equals + 1);
        if (socket.isEmpty()) {
            throw new IllegalArgumentException(
                    "no SSH agent for '" + text + "': start one, add the key with ssh-add, and"
                            + " see that SSH_AUTH_SOCK names its socket, or write " + id + "=SOCKET");
        }
        Path path = base.resolve(socket);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("no SSH agent for '" + text + "': there is no socket " + path);
        }
        if (Files.isRegularFile(path)) {
            throw new IllegalArgumentException("no SSH agent for '" + text + "': " + path
                    + " is a file; give the key to an agent with ssh-add, and name the agent's socket");
        }
        return new SshAgent(id, path);
    }
}
