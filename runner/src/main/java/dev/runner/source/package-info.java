/**
 * Positioned text: where a thing stands in a file, and what is wrong with it.
 *
 * <p>Doors: {@link dev.runner.source.Source} (a named text), {@link dev.runner.source.Span} (a range of it),
 * {@link dev.runner.source.Diagnostic} (a fault, its place and its remedy), {@link dev.runner.source.Diagnostics}
 * (collects all of them before anything stops) and {@link dev.runner.source.YamlReader} (text to a tree of
 * {@link dev.runner.source.YamlNode}s that know their place).
 *
 * <p>In: text. Out: positions, trees and rendered messages. Imports no other room.
 */
@NullMarked
package dev.runner.source;

import org.jspecify.annotations.NullMarked;
