/**
 * Answers a build that was done before, without a build: a finished build leaves a memo of all it looked at and of what came
 * of it; as long as everything looks the same, the same image only needs its new names.
 *
 * <p>This is for the most frequent build of all, where nothing changed but the tag, and it is measured in milliseconds: what
 * is here loads few classes, links no native call and parses no JSON.
 *
 * <p>Door: {@link dev.runner.build.embedded.recall.Recall}. In: memos in the state folder. Out: names in registries and in
 * the store; or nothing at all, and then the build runs.
 */
@NullMarked
package dev.runner.build.embedded.recall;

import org.jspecify.annotations.NullMarked;
