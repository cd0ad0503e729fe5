/**
 * How the published actions read lists out of one text.
 *
 * <p>Doors: {@link dev.runner.step.action.input.Csv} (comma separated values, as the library csv-parse reads them) and
 * {@link dev.runner.step.action.input.ListInput} (the lists of Docker's actions); and what every action
 * is made of: {@link dev.runner.step.action.input.Contract}, {@link dev.runner.step.action.input.Payload}. In: an input's text. Out: its entries.
 */
@NullMarked
package dev.runner.step.action.input;

import org.jspecify.annotations.NullMarked;
