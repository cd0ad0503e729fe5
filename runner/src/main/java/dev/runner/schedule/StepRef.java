package dev.runner.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Which step an event is about.
 *
 * @param index from 0, in the order of the job
 * @param id as written, or null
 * @param name what people see
 * @param kind such as {@code build}
 */
public record StepRef(JobRef job, int index, @Nullable String id, String name, String kind) {}
