package dev.runner.build.bake;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run adds to the files.
 *
 * @param variables given on the command line; they win over the environment
 * @param environment the process's
 * @param builtIn such as {@code BAKE_CMD_CONTEXT} and {@code BAKE_LOCAL_PLATFORM}
 */
public record BakeInputs(Map<String, String> variables, Map<String, String> environment, Map<String, String> builtIn) {
    public BakeInputs {
        variables = Map.copyOf(variables);
        environment = Map.copyOf(environment);
        builtIn = Map.copyOf(builtIn);
    }

    /** The value a variable has from outside, or null. {@code BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP} closes the environment. */
    @Nullable
    String lookup(String name) {
        String given = variables.get(name);
        if (given != null) {
            return given;
        }
        String closed = environment.getOrDefault("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP", "");
        return closed.equals("1") || closed.equalsIgnoreCase("true") ? null : environment.get(name);
    }
}
