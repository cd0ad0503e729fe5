/**
 * Go's text templates, as far as {@code --format} of Docker's commands uses them.
 *
 * <p>Door: {@link dev.runner.cli.gotemplate.GoTemplate}. In: a template and values made of {@link
 * dev.runner.cli.gotemplate.Struct}, maps, lists, texts, numbers and truth values. Out: text.
 */
@NullMarked
package dev.runner.cli.gotemplate;

import org.jspecify.annotations.NullMarked;
