/**
 * The published actions that everybody uses, in Java: no Node, no network, no fetching.
 *
 * <p>Door: {@link dev.runner.step.action.StandardActions}, all of them by name. One package a family: {@code docker},
 * {@code storage} (caches and artifacts), {@code setup} (tools of the machine), {@code source} (checkout and scripts). Each
 * has the inputs, outputs, defaults and log lines of the published action, as far as somebody may rely on them; where it
 * does something else because there is no GitHub here, its class says so.
 */
@NullMarked
package dev.runner.step.action;

import org.jspecify.annotations.NullMarked;
