package dev.runner.schedule;

/**
 * Which job run an event is about.
 *
 * @param key unique in the run
 * @param id the job's id in the file
 * @param name what people see
 */
public record JobRef(String key, String id, String name) {}
