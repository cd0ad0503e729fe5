package dev.runner.registry.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Says who may come in. */
final class Doorkeeper {
    private final RegistryServer.Options options;

    Doorkeeper(RegistryServer.Options options) {
        this.options = options;
    }

    /**
     * Lets a request pass.
     *
     * @throws Problem with 401, and the challenge in the answer's head, when it may not
     */
    void check(Conversation talk, @Nullable Paths path) {
        String authorization = talk.header("Authorization");
        RegistryServer.TokenCheck tokens = options.tokens();
        if (tokens != null) {
            String scope = scope(talk, path);
            boolean bearer = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7);
            if (!bearer || authorization == null || !tokens.accepts(authorization.substring(7), scope)) {
                String wanted = scope.isEmpty() ? "" : ",scope=\"" + scope + "\"";
                String error = bearer ? ",error=\"invalid_token\"" : "";
                talk.set(
                        "WWW-Authenticate",
                        "Bearer realm=\"" + tokens.realm() + "\",service=\"runner\"" + wanted + error);
                throw new Problem(401, "UNAUTHORIZED", "a token is needed");
            }
        } else if (!options.users().isEmpty() && !isUser(authorization)) {
            talk.set("WWW-Authenticate", "Basic realm=\"runner\", charset=\"UTF-8\"");
            throw new Problem(
                    401, "UNAUTHORIZED", authorization == null ? "log in first" : "wrong user name or password");
        }
    }

    private static String scope(Conversation talk, @Nullable Paths path) {
        if (path == null || path.repository().isEmpty()) {
            return "";
        }
        boolean reads = talk.method().equals("GET") || talk.isHead();
        String actions = reads ? "pull" : talk.method().equals("DELETE") ? "delete" : "pull,push";
        return "repository:" + path.repository() + ":" + actions;
    }

    private boolean isUser(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        byte[] sent;
        try {
            sent = Base64.getDecoder().decode(authorization.substring(6).strip());
        } catch (IllegalArgumentException e) {
            return false;
        }
        // Looks at all users whoever it is, so that the time it takes tells nothing.
        boolean known = false;
        for (var user : options.users().entrySet()) {
            String pair = user.getKey() + ":" + user.getValue().reveal();
            known |= MessageDigest.isEqual(pair.getBytes(StandardCharsets.UTF_8), sent);
        }
        return known;
    }
}
