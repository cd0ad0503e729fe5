/** The commands. The only room that wires. */
@NullMarked
package dev.runner.cli;

import org.jspecify.annotations.NullMarked;
