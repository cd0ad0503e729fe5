package dev.runner.build;

import java.nio.file.Path;

/**
 * What {@code RUN --mount=type=ssh} gives to a step.
 *
 * @param id {@code default} when the Dockerfile names none
 * @param socket an SSH agent's socket
 */
public record SshAgent(String id, Path socket) {}
