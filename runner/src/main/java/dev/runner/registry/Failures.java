package dev.runner.registry;

import dev.runner.oci.JsonTree;
import dev.runner.registry.RegistryException.Kind;
import dev.runner.registry.RegistryException.Where;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Turns answers and broken connections into failures that say what to do. */
final class Failures {
    private static final long LONGEST_BODY = 64 << 10;

    private Failures() {}

    /** The first error of a registry's answer. */
    private record Said(String code, String message) {}

    /**
     * What an answer means; closes it.
     *
     * @param what people wanted, such as {@code pull acme/hello:latest}
     * @param known whether credentials were sent
     */
    static RegistryException of(Endpoint endpoint, Ask ask, Response response, String what, boolean known) {
        Said said = said(response);
        int status = response.code();
        String host = endpoint.host();
        Where where = new Where(host, ask.repository(), status, said.code());
        String detail = said.message().isEmpty()
                ? " (" + status + (said.code().isEmpty() ? "" : " " + said.code()) + ")"
                : " (" + status + ": " + said.message() + ")";
        String login = "runner login " + endpoint.domain();
        String message = switch (status) {
            case 401 ->
                known
                        ? host + " refuses the credentials to " + what + detail + "; check them, then: " + login
                        : host + " wants credentials to " + what + detail + "; log in first: " + login;
            case 403 ->
                host + " does not let you " + what + detail + "; ask its owner for the right"
                        + (known ? "" : ", or log in: " + login);
            case 404 -> "cannot " + what + ": " + host + " does not have it" + detail;
            case 405 -> host + " does not let anyone " + what + detail;
            case 429 -> host + " still gets too many requests to " + what + detail + "; try again later";
            default ->
                status >= 500
                        ? host + " cannot " + what + " now" + detail + "; try again later"
                        : host + " refuses to " + what + detail;
        };
        return new RegistryException(kind(status, said.code()), where, message, null);
    }

    private static Kind kind(int status, String code) {
        return switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.DENIED;
            case 404 -> Kind.NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            default ->
                status >= 500 || status == 408
                        ? Kind.UNAVAILABLE
                        : code.equals("DIGEST_INVALID") ? Kind.DIGEST_MISMATCH : Kind.INVALID;
        };
    }

    private static Said said(Response response) {
        try (ResponseBody body = response.body()) {
            byte[] bytes = response.peekBody(LONGEST_BODY).bytes();
            JsonNode errors = JsonTree.read(bytes).path("errors");
            JsonNode first = errors.isArray() ? errors.path(0) : errors;
            return new Said(
                    first.path("code").asString(""), first.path("message").asString(""));
        } catch (IOException | JacksonException e) {
            return new Said("", "");
        }
    }

    /** What a broken connection means. */
    static RegistryException of(Endpoint endpoint, String repository, String what, IOException cause) {
        Where where = new Where(endpoint.host(), repository, 0, "");
        String host = endpoint.host();
        if (cause instanceof SourceFailure) {
            return new RegistryException(
                    Kind.SOURCE, where, "cannot read what to send to " + host + ": " + reason(cause), cause.getCause());
        }
        if (isCertificate(cause)) {
            return new RegistryException(
                    Kind.TLS,
                    where,
                    "the certificate of " + host + " is not trusted: " + reason(cause) + "; give its authority with"
                            + " --registry-ca " + host + "=FILE, or allow it with --registry-insecure " + host,
                    cause);
        }
        if (cause instanceof SSLException) {
            return new RegistryException(
                    Kind.TLS,
                    where,
                    host + " does not speak TLS as we do: " + reason(cause)
                            + "; if it is a plain HTTP registry, allow it" + " with --registry-insecure " + host,
                    cause);
        }
        String how = switch (cause) {
            case UnknownHostException e -> "there is no such host";
            case ConnectException e -> reason(e);
            case SocketTimeoutException e -> "it does not answer in time";
            default -> reason(cause);
        };
        return new RegistryException(
                Kind.NETWORK,
                where,
                "cannot " + what + " at " + host + ": " + how + "; check the name and the network",
                cause);
    }

    static RegistryException cancelled(Endpoint endpoint, String what, @Nullable Throwable cause) {
        return new RegistryException(
                Kind.CANCELLED, Where.of(endpoint.host()), "cancelled: " + what + " at " + endpoint.host(), cause);
    }

    static RegistryException mismatch(Endpoint endpoint, String repository, String message) {
        return new RegistryException(
                Kind.DIGEST_MISMATCH, new Where(endpoint.host(), repository, 0, ""), message, null);
    }

    static RegistryException invalid(Endpoint endpoint, String repository, String message, @Nullable Throwable cause) {
        return new RegistryException(Kind.INVALID, new Where(endpoint.host(), repository, 0, ""), message, cause);
    }

    /** Whether a certificate is to blame, which no retry mends. */
    static boolean isCertificate(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof CertificateException || e instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /** The caller's content could not be read: nothing the network did. */
    static final class SourceFailure extends IOException {
        private static final long serialVersionUID = 1L;

        SourceFailure(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
