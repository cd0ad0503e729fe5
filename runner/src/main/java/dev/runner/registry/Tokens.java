package dev.runner.registry;

import dev.runner.oci.JsonTree;
import dev.runner.registry.RegistryException.Kind;
import dev.runner.registry.RegistryException.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Who we are at each registry: learns its challenge from the first 401, then sends the fitting header with every
 * request, and changes credentials for bearer tokens, one a set of scopes, again when they run out.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token authentication</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">OAuth2 token authentication</a>
 */
final class Tokens {
    private static final String CLIENT = "runner";
    private static final Duration SHORTEST = Duration.ofSeconds(60);
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final CredentialSource credentials;
    private final Exchange exchange;
    private final InstantSource clock;
    private final Map<String, Challenge> challenges = new ConcurrentHashMap<>();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** A request to a token service, with the retries that any request has. */
    @FunctionalInterface
    interface Exchange {
        Response send(Endpoint registry, Request.Builder request, @Nullable String authorization);
    }

    /** A bearer token, when to stop using it, and who got it. */
    private record Token(String text, Instant until, Credentials owner) {}

    Tokens(CredentialSource credentials, Exchange exchange, InstantSource clock) {
        this.credentials = credentials;
        this.exchange = exchange;
        this.clock = clock;
    }

    /** The {@code Authorization} for a request; null while the registry has not asked, or where we are nobody. */
    @Nullable
    String authorization(Endpoint endpoint, List<String> scopes) {
        Challenge challenge = challenges.get(endpoint.host());
        if (challenge == null) {
            return null;
        }
        Credentials known = credentials(endpoint);
        if (known instanceof Credentials.RegistryToken token) {
            return "Bearer " + token.token().reveal();
        }
        if (challenge.scheme().equals("basic")) {
            return known instanceof Credentials.UserPassword user ? basic(user) : null;
        }
        return "Bearer " + token(endpoint, challenge, known, new TreeSet<>(scopes));
    }

    /**
     * Learns from a 401.
     *
     * @param sent what the refused request had as authorization
     * @return the authorization to try with; null when there is nothing better than what was sent
     */
    @Nullable
    String renew(Endpoint endpoint, List<Challenge> offered, List<String> scopes, @Nullable String sent) {
        Challenge challenge = choose(offered);
        if (challenge == null) {
            return null;
        }
        challenges.put(endpoint.host(), challenge);
        Credentials known = credentials(endpoint);
        if (challenge.scheme().equals("basic") || known instanceof Credentials.RegistryToken) {
            String header = authorization(endpoint, scopes);
            return header == null || header.equals(sent) ? null : header;
        }
        TreeSet<String> wanted = new TreeSet<>(scopes);
        for (String scope : challenge.parameter("scope").split(" ", -1)) {
            // The challenge asks for "pull" where we ask for "pull,push" already: then ours says it all.
            if (!scope.isEmpty() && wanted.stream().noneMatch(have -> covers(have, scope))) {
                wanted.add(scope);
            }
        }
        String refused = sent == null ? "" : sent.substring(sent.indexOf(' ') + 1);
        tokens.entrySet().removeIf(entry -> entry.getValue().text().equals(refused));
        String text = token(endpoint, challenge, known, wanted);
        // Later requests ask by their own scopes, and must find what the registry really wanted.
        Token fresh = tokens.get(key(endpoint, wanted));
        if (fresh != null) {
            tokens.put(key(endpoint, new TreeSet<>(scopes)), fresh);
        }
        return text.equals(refused) ? null : "Bearer " + text;
    }

    /** Changes given credentials for a token now, whatever is kept. */
    String freshToken(Endpoint endpoint, Challenge challenge, Credentials check) {
        return fetch(endpoint, challenge, check, new TreeSet<>()).text();
    }

    /** Whether we send anything at all to this place. */
    boolean known(Endpoint endpoint) {
        return !(credentials(endpoint) instanceof Credentials.Anonymous);
    }

    /** Of the ways a registry offers, the best that we know. */
    static @Nullable Challenge choose(List<Challenge> offered) {
        for (String scheme : List.of("bearer", "basic")) {
            for (Challenge challenge : offered) {
                if (challenge.scheme().equals(scheme)
                        && (scheme.equals("basic")
                                || !challenge.parameter("realm").isEmpty())) {
                    return challenge;
                }
            }
        }
        return null;
    }

    static String basic(Credentials.UserPassword user) {
        String pair = user.username() + ":" + user.password().reveal();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** A mirror has credentials of its own; what a domain is rewritten to gets those of the domain first. */
    private Credentials credentials(Endpoint endpoint) {
        if (endpoint.mirror()) {
            return credentials.find(endpoint.host());
        }
        Credentials found = credentials.find(endpoint.domain());
        boolean elsewhere = !DockerConfig.normalize(endpoint.host()).equals(DockerConfig.normalize(endpoint.domain()));
        return found instanceof Credentials.Anonymous && elsewhere ? credentials.find(endpoint.host()) : found;
    }

    private static boolean covers(String have, String wanted) {
        int colon = wanted.lastIndexOf(':');
        return have.equals(wanted)
                || (colon > 0
                        && have.startsWith(wanted.substring(0, colon + 1))
                        && List.of(have.substring(colon + 1).split(","))
                                .containsAll(List.of(wanted.substring(colon + 1).split(","))));
    }

    private static String key(Endpoint endpoint, TreeSet<String> scopes) {
        return endpoint.host() + " " + String.join(" ", scopes);
    }

    private String token(Endpoint endpoint, Challenge challenge, Credentials known, TreeSet<String> scopes) {
        String key = key(endpoint, scopes);
        ReentrantLock lock = locks.computeIfAbsent(key, k -> new ReentrantLock());
        lock.lock();
        try {
            Token have = tokens.get(key);
            if (have == null
                    || !clock.instant().isBefore(have.until())
                    || !have.owner().equals(known)) {
                have = fetch(endpoint, challenge, known, scopes);
                tokens.put(key, have);
            }
            return have.text();
        } finally {
            lock.unlock();
        }
    }

    private Token fetch(Endpoint endpoint, Challenge challenge, Credentials known, TreeSet<String> scopes) {
        HttpUrl realm = realm(endpoint, challenge);
        String service = challenge.parameter("service");
        String authorization = known instanceof Credentials.UserPassword user ? basic(user) : null;
        Request.Builder request = known instanceof Credentials.IdentityToken identity
                ? refresh(realm, service, scopes, identity)
                : new Request.Builder().url(query(realm, service, scopes, known));
        Ask ask = Ask.of("GET", realm, "", List.of());
        Response response = exchange.send(endpoint, request, authorization);
        if (response.code() != 200) {
            throw Failures.of(
                    endpoint,
                    ask,
                    response,
                    "get a token from " + realm.host(),
                    !(known instanceof Credentials.Anonymous));
        }
        try (response) {
            return read(response.body().bytes(), known);
        } catch (IOException | JacksonException e) {
            throw Failures.invalid(endpoint, "", "the token service " + realm.host() + " gives no token", e);
        }
    }

    private static HttpUrl query(HttpUrl realm, String service, TreeSet<String> scopes, Credentials known) {
        HttpUrl.Builder url = realm.newBuilder();
        if (!service.isEmpty()) {
            url.addQueryParameter("service", service);
        }
        scopes.forEach(scope -> url.addQueryParameter("scope", scope));
        if (known instanceof Credentials.UserPassword user) {
            url.addQueryParameter("account", user.username());
        }
        return url.build();
    }

    private static Request.Builder refresh(
            HttpUrl realm, String service, TreeSet<String> scopes, Credentials.IdentityToken identity) {
        FormBody form = new FormBody.Builder()
                .add("grant_type", "refresh_token")
                .add("service", service)
                .add("client_id", CLIENT)
                .add("scope", String.join(" ", scopes))
                .add("refresh_token", identity.token().reveal())
                .build();
        return new Request.Builder().url(realm).post(form);
    }

    private Token read(byte[] json, Credentials owner) throws IOException {
        JsonNode node = JsonTree.read(json);
        String text = node.path("token").asString("");
        text = text.isEmpty() ? node.path("access_token").asString("") : text;
        if (text.isEmpty()) {
            throw new IOException("neither 'token' nor 'access_token'");
        }
        long seconds = node.path("expires_in").asLong(0);
        Duration lasts = seconds <= 0 ? SHORTEST : Duration.ofSeconds(seconds);
        Duration margin = lasts.compareTo(MARGIN.multipliedBy(3)) > 0 ? MARGIN : lasts.dividedBy(3);
        return new Token(text, issued(node).plus(lasts).minus(margin), owner);
    }

    /** When the token was made; our own clock where the service's would make it dead on arrival or live too long. */
    private Instant issued(JsonNode node) {
        Instant now = clock.instant();
        try {
            Instant said = Instant.parse(node.path("issued_at").asString(""));
            return said.isAfter(now) || said.isBefore(now.minusSeconds(30)) ? now : said;
        } catch (DateTimeParseException e) {
            return now;
        }
    }

    private static HttpUrl realm(Endpoint endpoint, Challenge challenge) {
        HttpUrl realm = HttpUrl.parse(challenge.parameter("realm"));
        if (realm == null) {
            throw Failures.invalid(
                    endpoint,
                    "",
                    endpoint.host() + " names no usable token service: '" + challenge.parameter("realm") + "'",
                    null);
        }
        boolean sameHost = realm.host().equals(endpoint.base().host());
        if (!realm.isHttps() && endpoint.base().isHttps() && !sameHost && !Hosts.isLoopback(realm.host())) {
            throw new RegistryException(
                    Kind.TLS,
                    Where.of(endpoint.host()),
                    endpoint.host() + " sends us to a token service in plain HTTP, " + realm.host()
                            + "; we do not show credentials there",
                    null);
        }
        return realm;
    }
}
