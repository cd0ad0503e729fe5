/**
 * The commands: what a person types, and the only room that wires the others together.
 *
 * <p>Door: {@link dev.runner.cli.Main}. In: arguments, the environment, the user's configuration file. Out: text on the
 * terminal and an exit code (see {@link dev.runner.cli.ExitCode}). May import every room.
 */
@NullMarked
package dev.runner.cli;

import org.jspecify.annotations.NullMarked;
