/**
 * What long-lived containers leave on a disk while they exist, so that every process of the user finds them: who they are,
 * how they are, what they have put out.
 *
 * <p>Doors: {@link dev.runner.build.embedded.containers.ContainerShelf} (all folders of containers, names and volumes),
 * {@link dev.runner.build.embedded.containers.ContainerFolder} (one of them),
 * {@link dev.runner.build.embedded.containers.ContainerLog} (what it put out),
 * {@link dev.runner.build.embedded.containers.HealthWatch} (asks whether it is well) and
 * {@link dev.runner.build.embedded.containers.ContainerFiles} (copies in and out). In a home folder:
 *
 * <pre>
 * containers/ID/about.json   what was started; readable by its owner only, as it holds the environment
 *              image.json   the image's config
 *              state.json   how it is; replaced as a whole
 *              log          lines with times
 *              upper, work  changes of the root file system
 * names/NAME                an id
 * volumes/NAME              a folder
 * supervisors/PID           when a process that looks after a container began
 * networks/NAME/            see dev.runner.host.network
 * </pre>
 */
@NullMarked
package dev.runner.build.embedded.containers;

import org.jspecify.annotations.NullMarked;
