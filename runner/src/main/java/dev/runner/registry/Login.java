package dev.runner.registry;

import java.util.List;
import okhttp3.Request;
import okhttp3.Response;

/** Shows credentials to a registry, and to its token service where it has one. */
final class Login {
    private final Sender sender;
    private final Endpoint endpoint;
    private final Credentials check;

    Login(Sender sender, Endpoint endpoint, Credentials check) {
        this.sender = sender;
        this.endpoint = endpoint;
        this.check = check;
    }

    LoginResult run() {
        Challenge challenge;
        try (Response response = ping("")) {
            if (response.isSuccessful()) {
                return result(LoginResult.Method.NONE);
            }
            challenge = Tokens.choose(Challenge.parse(response.headers("WWW-Authenticate")));
            if (response.code() != 401 || challenge == null) {
                throw refused(response);
            }
        }
        boolean token = challenge.scheme().equals("bearer");
        try (Response response = ping(authorization(challenge))) {
            // A token without scopes may not open /v2/ everywhere; the token service has accepted us, which was asked.
            if (response.isSuccessful() || (token && response.code() == 403)) {
                return result(token ? LoginResult.Method.TOKEN : LoginResult.Method.BASIC);
            }
            throw refused(response);
        }
    }

    private String authorization(Challenge challenge) {
        return switch (check) {
            case Credentials.RegistryToken token -> "Bearer " + token.token().reveal();
            case Credentials.UserPassword user when challenge.scheme().equals("basic") -> Tokens.basic(user);
            case Credentials.UserPassword user -> bearer(challenge);
            case Credentials.IdentityToken token -> challenge.scheme().equals("bearer") ? bearer(challenge) : "";
            case Credentials.Anonymous anonymous -> challenge.scheme().equals("bearer") ? bearer(challenge) : "";
        };
    }

    private String bearer(Challenge challenge) {
        return "Bearer " + sender.tokens().freshToken(endpoint, challenge, check);
    }

    private Response ping(String authorization) {
        Request.Builder request = new Request.Builder().url(endpoint.root());
        return sender.sendAs(endpoint, request, authorization.isEmpty() ? null : authorization, "log in");
    }

    private RegistryException refused(Response response) {
        Ask ask = Ask.of("GET", endpoint.root(), "", List.of());
        return Failures.of(endpoint, ask, response, "log in", !(check instanceof Credentials.Anonymous));
    }

    private LoginResult result(LoginResult.Method method) {
        return new LoginResult(endpoint.domain(), endpoint.base().toString(), method);
    }
}
