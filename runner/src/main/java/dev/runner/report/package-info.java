/**
 * Shows a run to people and to programs. Only this room and {@code cli} print.
 *
 * <p>Door: {@link dev.runner.report.Reports} makes the listeners: {@code plain} and {@code live} for a console,
 * {@code json} (one event a line, fields as {@link dev.runner.report.JsonReport} documents them) and {@code junit} (a
 * file). {@link dev.runner.report.Terminal} says what the console can do.
 *
 * <p>In: {@link dev.runner.schedule.RunEvent}s. Out: text, every bit of it through the masker. Imports {@code schedule},
 * {@code plan}, {@code source} and, for the masker, {@code secret}.
 */
@NullMarked
package dev.runner.report;

import org.jspecify.annotations.NullMarked;
