/**
 * Docker's command line over our engine: its commands, flags, output, exit codes and error texts.
 *
 * <p>Door: {@link dev.runner.cli.docker.DockerCommandLine}. In: the words behind {@code docker}, and the
 * {@link dev.runner.cli.docker.Surroundings} that the program gives. Out: text as Docker writes it and an exit code.
 * It knows nothing of the program's other commands.
 */
@NullMarked
package dev.runner.cli.docker;

import org.jspecify.annotations.NullMarked;
