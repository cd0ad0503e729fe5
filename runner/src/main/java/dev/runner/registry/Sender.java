package dev.runner.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests until they are answered: with credentials where the registry asks, again after a broken connection, a
 * 429 or a 5xx.
 */
final class Sender implements AutoCloseable {
    /** A new token may have run out, too, before the request is there: others use it at the same time. */
    private static final int RENEWALS = 2;

    private static final List<Integer> PASSING = List.of(408, 500, 502, 503, 504);

    private final Transport transport;
    private final Tokens tokens;
    private final TransferListener listener;
    private final Patience patience;
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    Sender(
            Transport transport,
            CredentialSource credentials,
            TransferListener listener,
            Patience patience,
            InstantSource clock) {
        this.transport = transport;
        this.listener = listener;
        this.patience = patience;
        this.tokens = new Tokens(credentials, this::sendToTokenService, clock);
    }

    /** One attempt; false for a way that gives up the answer. */
    @FunctionalInterface
    private interface Attempt {
        Response run() throws IOException;
    }

    /** A request's answer, whatever its status, after all retries. The caller closes it. */
    Response send(Endpoint endpoint, Ask ask, String what) {
        Response response =
                persist(endpoint, ask.repository(), what, ask.resend(), () -> withCredentials(endpoint, ask));
        if (response.isSuccessful()) {
            gate(endpoint).speedUp();
        }
        return response;
    }

    /** A request's answer if it has one of some statuses; a failure if not. */
    Response expect(Endpoint endpoint, Ask ask, String what, Integer... statuses) {
        Response response = send(endpoint, ask, what);
        if (List.of(statuses).contains(response.code())) {
            return response;
        }
        throw failure(endpoint, ask, response, what);
    }

    /** What an unexpected answer means; closes it. */
    RegistryException failure(Endpoint endpoint, Ask ask, Response response, String what) {
        return Failures.of(endpoint, ask, response, what, tokens.known(endpoint));
    }

    Tokens tokens() {
        return tokens;
    }

    Gate gate(Endpoint endpoint) {
        return gates.computeIfAbsent(endpoint.host(), host -> new Gate());
    }

    /** Waits before another attempt at something larger than a request. */
    void waitBeforeRetry(Endpoint endpoint, String why, String what, int attempt) {
        pause(endpoint, what, why, attempt, patience.waitAfter(attempt, null));
    }

    int attempts() {
        return patience.attempts();
    }

    /** A request with exactly this authorization, retried like any other; for token services and login checks. */
    Response sendAs(Endpoint endpoint, Request.Builder request, @Nullable String authorization, String what) {
        return persist(endpoint, "", what, true, () -> transport.call(request, authorization));
    }

    private Response sendToTokenService(Endpoint endpoint, Request.Builder request, @Nullable String authorization) {
        return sendAs(endpoint, request, authorization, "get a token");
    }

    private Response withCredentials(Endpoint endpoint, Ask ask) throws IOException {
        boolean home = Endpoint.authority(ask.url()).equals(endpoint.host());
        String sent = home ? tokens.authorization(endpoint, ask.scopes()) : null;
        Response response = transport.call(ask.toRequest(), sent);
        for (int renewals = 0; response.code() == 401 && home && renewals < RENEWALS; renewals++) {
            String better =
                    tokens.renew(endpoint, Challenge.parse(response.headers("WWW-Authenticate")), ask.scopes(), sent);
            if (better == null) {
                return response;
            }
            response.close();
            sent = better;
            response = transport.call(ask.toRequest(), sent);
        }
        return response;
    }

    private Response persist(Endpoint endpoint, String repository, String what, boolean resend, Attempt attempt) {
        int failures = 0;
        int limited = 0;
        while (true) {
            waitForGate(endpoint, what);
            Response response;
            try {
                response = attempt.run();
            } catch (IOException e) {
                if (isInterrupt(e) || transport.isClosed()) {
                    throw Failures.cancelled(endpoint, what, e);
                }
                if (!resend || isFinal(endpoint, e) || ++failures >= patience.attempts()) {
                    throw Failures.of(endpoint, repository, what, e);
                }
                pause(endpoint, what, String.valueOf(e.getMessage()), failures, patience.waitAfter(failures, null));
                continue;
            }
            Duration wait;
            if (response.code() == 429 && ++limited < patience.rateLimited()) {
                wait = patience.waitAfter(limited, response.header("Retry-After"));
                gate(endpoint).slowDown(wait);
                listener.retried(endpoint.host(), "429", limited, wait);
                response.close();
            } else if (resend && PASSING.contains(response.code()) && ++failures < patience.attempts()) {
                wait = patience.waitAfter(failures, response.header("Retry-After"));
                response.close();
                pause(endpoint, what, String.valueOf(response.code()), failures, wait);
            } else {
                return response;
            }
        }
    }

    private void waitForGate(Endpoint endpoint, String what) {
        Duration closed = gate(endpoint).closedFor();
        if (closed.isPositive()) {
            sleep(endpoint, what, closed);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw Failures.cancelled(endpoint, what, null);
        }
    }

    private void pause(Endpoint endpoint, String what, String why, int attempt, Duration wait) {
        listener.retried(endpoint.host(), why, attempt, wait);
        sleep(endpoint, what, wait);
    }

    private void sleep(Endpoint endpoint, String what, Duration wait) {
        try {
            patience.pause().sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(endpoint, what, e);
        }
    }

    private static boolean isInterrupt(IOException failure) {
        return Thread.currentThread().isInterrupted()
                || (failure instanceof InterruptedIOException
                        && !(failure instanceof SocketTimeoutException)
                        && "interrupted".equals(failure.getMessage()));
    }

    /** What stays as it is, however often one tries. */
    private static boolean isFinal(Endpoint endpoint, IOException failure) {
        return failure instanceof Failures.SourceFailure
                || Failures.isCertificate(failure)
                || failure instanceof SSLHandshakeException
                || failure instanceof UnknownHostException
                || (failure instanceof ConnectException
                        && Hosts.isLoopback(endpoint.base().host()))
                || "Canceled".equals(failure.getMessage());
    }

    @Override
    public void close() {
        transport.close();
    }
}
