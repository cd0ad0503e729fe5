package dev.runner.registry;

/**
 * What a registry said to credentials that it accepts.
 *
 * @param domain as it was asked for
 * @param endpoint the URL that answered
 */
public record LoginResult(String domain, String endpoint, Method method) {
    /** How the registry knows people. */
    public enum Method {
        /** It does not ask: anyone is let in. */
        NONE,
        BASIC,
        TOKEN
    }
}
