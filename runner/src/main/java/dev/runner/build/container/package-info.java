/**
 * Containers that live beside what uses them: those of jobs, their services, and those of {@code docker run -d}.
 *
 * <p>Doors: {@link dev.runner.build.container.JobContainers} (starts, finds, ends them),
 * {@link dev.runner.build.container.ContainerSpec} (what to start; {@link dev.runner.build.container.MountWords} reads
 * mounts as {@code docker create} writes them) and {@link dev.runner.build.container.RunningContainer} (what to do
 * with one). In: an image's reference. Out: processes, their output, files. {@code build.embedded} makes them.
 */
@NullMarked
package dev.runner.build.container;

import org.jspecify.annotations.NullMarked;
