package dev.runner.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request: connections, TLS, proxies, redirects, and plain HTTP where it is allowed.
 *
 * <p>Plain HTTP is allowed for loopback and for hosts configured as insecure. Which scheme such a host speaks is found
 * out with the first request to it, which carries no credentials because no challenge is known yet, and is remembered;
 * so the common case costs nothing. Loopback is asked in plain HTTP first: what listens there rarely has a
 * certificate, and a TLS server answers plain HTTP at once with a 400 or a close. Insecure hosts are asked in TLS
 * first, without a look at the certificate. Loopback with a configured authority speaks TLS only.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 8;

    private final RegistryConfiguration configuration;
    private final TransferListener listener;
    private final OkHttpClient plain;
    private final Map<String, OkHttpClient> secure = new ConcurrentHashMap<>();
    private final Map<String, String> schemes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Transport(RegistryConfiguration configuration, TransferListener listener, Map<String, String> environment) {
        this.configuration = configuration;
        this.listener = listener;
        ProxyRules proxies = ProxyRules.of(environment);
        // Without TLS it reads none of the system's certificates, which takes longer than a whole warm build.
        this.plain = new OkHttpClient.Builder()
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(Duration.ofSeconds(15))
                .readTimeout(Duration.ofSeconds(90))
                .writeTimeout(Duration.ofSeconds(90))
                .proxySelector(proxies)
                .proxyAuthenticator((route, response) -> {
                    String user = route == null
                            ? null
                            : proxies.userInfo(route.proxy().address());
                    return user == null || response.request().header("Proxy-Authorization") != null
                            ? null
                            : response.request()
                                    .newBuilder()
                                    .header(
                                            "Proxy-Authorization",
                                            "Basic "
                                                    + Base64.getEncoder()
                                                            .encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                                    .build();
                })
                .build();
    }

    /**
     * Sends a request and follows redirects. {@code Authorization} goes to the host of the first URL only: a signed URL
     * of a content network must not see it.
     */
    Response call(Request.Builder builder, @Nullable String authorization) throws IOException {
        Request first = builder.header("User-Agent", "runner").build();
        String home = Endpoint.authority(first.url());
        Request request = first;
        for (int redirects = 0; ; redirects++) {
            boolean trusted = Endpoint.authority(request.url()).equals(home)
                    && (request.url().isHttps() || !first.url().isHttps());
            Response response = atRightScheme(
                    trusted && authorization != null
                            ? request.newBuilder()
                                    .header("Authorization", authorization)
                                    .build()
                            : request);
            listener.answered(
                    request.method(),
                    Endpoint.authority(response.request().url()),
                    request.url().encodedPath(),
                    response.code());
            Request next = redirects < MOST_REDIRECTS ? redirected(response, request) : null;
            if (next == null) {
                return response;
            }
            response.close();
            request = next;
        }
    }

    private @Nullable Request redirected(Response response, Request request) throws IOException {
        boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
        boolean follows = switch (response.code()) {
            case 301, 302, 303 -> reading;
            case 307, 308 -> true;
            default -> false;
        };
        String location = response.header("Location");
        HttpUrl url = follows && location != null ? response.request().url().resolve(location) : null;
        if (url == null) {
            return null;
        }
        if (response.request().url().isHttps() && !url.isHttps() && !mayBePlain(url)) {
            throw new SSLException("it redirects to plain HTTP at " + Endpoint.authority(url));
        }
        return request.newBuilder().url(url).build();
    }

    /** Sends to a host whose scheme may have to be found out first. */
    private Response atRightScheme(Request request) throws IOException {
        HttpUrl url = request.url();
        String authority = Endpoint.authority(url);
        String host = url.host() + ":" + (hasPort(url) ? url.port() : "");
        if (!mayBePlain(url) || isExplicit(url)) {
            return send(request);
        }
        String known = schemes.get(host);
        if (known != null) {
            return send(withScheme(request, known));
        }
        String guess = Hosts.isLoopback(url.host()) && !isInsecure(authority) ? "http" : "https";
        String other = guess.equals("http") ? "https" : "http";
        try {
            Response response = send(withScheme(request, guess));
            if (!isPlainToTls(response)) {
                schemes.put(host, guess);
                return response;
            }
            response.close();
        } catch (IOException e) {
            // What fails because nobody wants it any more says nothing of the scheme, and TLS takes long to begin with.
            if (closed || !isWrongScheme(e, guess)) {
                throw e;
            }
            return tryOther(request, other, host, e);
        }
        return tryOther(request, other, host, new IOException("it answers plain HTTP with 400"));
    }

    private Response tryOther(Request request, String scheme, String host, IOException first) throws IOException {
        try {
            Response response = send(withScheme(request, scheme));
            schemes.put(host, scheme);
            return response;
        } catch (IOException e) {
            // A certificate that is not trusted says more than how the wrong guess failed.
            IOException telling = Failures.isCertificate(e) ? e : first;
            if (telling != e) {
                telling.addSuppressed(e);
            }
            throw telling;
        }
    }

    private Response send(Request request) throws IOException {
        return clientFor(request.url()).newCall(request).execute();
    }

    private static Request withScheme(Request request, String scheme) {
        HttpUrl url = request.url().newBuilder().scheme(scheme).build();
        return request.newBuilder().url(url).build();
    }

    private static boolean hasPort(HttpUrl url) {
        return url.port() != HttpUrl.defaultPort(url.scheme());
    }

    /** Go's servers, nginx and Apache answer plain HTTP at a TLS port with this. */
    private static boolean isPlainToTls(Response response) throws IOException {
        if (response.code() != 400 || response.request().isHttps()) {
            return false;
        }
        String body = response.peekBody(2048).string().toLowerCase(Locale.ROOT);
        return body.contains("https") || body.contains("ssl");
    }

    /** Whether a failure is how the other scheme's server would fail; a refused connection to a port is no such. */
    private static boolean isWrongScheme(IOException failure, String guess) {
        return guess.equals("https")
                ? failure instanceof SSLException && !Failures.isCertificate(failure)
                        || failure instanceof ConnectException
                : !(failure instanceof ConnectException)
                        && !(failure instanceof SocketTimeoutException)
                        && !(failure instanceof UnknownHostException)
                        && !(failure instanceof Failures.SourceFailure);
    }

    private boolean isInsecure(String authority) {
        return configuration.insecure().contains(authority)
                || configuration.insecure().contains(Hosts.withoutPort(authority));
    }

    private boolean mayBePlain(HttpUrl url) {
        String authority = Endpoint.authority(url);
        return isInsecure(authority)
                || Hosts.isLoopback(url.host()) && !configuration.authorities().containsKey(authority);
    }

    /** Whether a mirror or a rewrite names this host with a scheme, which then holds. */
    private boolean isExplicit(HttpUrl url) {
        return configuration.names(url.scheme(), url.host(), url.port());
    }

    private OkHttpClient clientFor(HttpUrl url) throws IOException {
        if (!url.isHttps()) {
            return plain;
        }
        String authority = Endpoint.authority(url);
        Path file = configuration.authorities().get(authority);
        file = file == null ? configuration.authorities().get(url.host()) : file;
        boolean blind = isInsecure(authority);
        String key = blind || file != null ? authority : "";
        OkHttpClient have = secure.get(key);
        if (have == null) {
            have = blind ? blind() : file != null ? trusting(file) : withTls().build();
            OkHttpClient first = secure.putIfAbsent(key, have);
            have = first == null ? have : first;
        }
        return have;
    }

    /** A client that differs in trust only: connections and threads are shared. */
    private OkHttpClient.Builder withTls() {
        return plain.newBuilder().connectionSpecs(List.of(ConnectionSpec.MODERN_TLS));
    }

    private OkHttpClient trusting(Path file) throws IOException {
        try {
            X509TrustManager own = trustManager(keyStore(file));
            X509TrustManager system = trustManager(null);
            return with(new EitherTrust(own, system)).build();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the certificates of " + file + ": " + e.getMessage(), e);
        }
    }

    private OkHttpClient blind() throws IOException {
        try {
            return with(new BlindTrust())
                    .hostnameVerifier((host, session) -> true)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private OkHttpClient.Builder with(X509TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, new SecureRandom());
        return withTls().sslSocketFactory(context.getSocketFactory(), trust);
    }

    private static KeyStore keyStore(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
        }
        if (number == 0) {
            throw new CertificateException("no certificate in it");
        }
        return store;
    }

    private static X509TrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java platform has no X.509 trust manager");
    }

    /** Trusts what one of two trusts. */
    private record EitherTrust(X509TrustManager first, X509TrustManager second) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("we are no server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            try {
                first.checkServerTrusted(chain, type);
            } catch (CertificateException e) {
                second.checkServerTrusted(chain, type);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return first.getAcceptedIssuers();
        }
    }

    /** Trusts anyone: for hosts that the user called insecure, and for no other. */
    private static final class BlindTrust implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Whether nobody waits for answers any more. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        plain.dispatcher().cancelAll();
        plain.connectionPool().evictAll();
    }
}
