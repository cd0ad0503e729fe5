package dev.runner.frontend.github;

import java.util.Map;

/**
 * What a service would know of a run besides its event.
 *
 * @param server the server's URL, such as {@code https://github.com}
 * @param id unique, 1 or more
 * @param number how often this workflow has run, from 1
 * @param attempt from 1
 * @param token what the context's {@code token} holds; empty for none
 * @param variables the context {@code vars}
 * @param path the workflow's file below the repository's root
 */
public record RunFacts(
        String server, long id, int number, int attempt, String token, Map<String, String> variables, String path) {
    public static final String GITHUB = "https://github.com";

    public RunFacts {
        variables = Map.copyOf(variables);
    }
}
