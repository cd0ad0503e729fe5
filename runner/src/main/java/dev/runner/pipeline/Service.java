package dev.runner.pipeline;

import java.util.List;

/**
 * A container that runs beside a job's steps, on the job's network.
 *
 * @param name unique in the job, and a host name by which the steps reach it
 * @param aliases more host names
 */
public record Service(String name, List<String> aliases, Container container) {
    public Service {
        aliases = List.copyOf(aliases);
    }
}
