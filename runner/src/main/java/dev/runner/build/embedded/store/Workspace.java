package dev.runner.build.embedded.store;

import java.nio.file.Path;

/**
 * Where a RUN step writes.
 *
 * @param upper empty folder, root's, mode 0755
 * @param work empty folder on the same file system
 */
public record Workspace(String name, Path upper, Path work) {}
