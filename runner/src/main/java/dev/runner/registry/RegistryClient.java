package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A client of registries: OCI distribution specification 1.1 and Docker's schema 2. One client is shared by a whole
 * run: it keeps connections, tokens and what it has learnt of each host. Safe for use by many threads; calls block,
 * which suits virtual threads, and an interrupt ends them.
 *
 * <p>Every method fails with a {@link RegistryException} that says what to do.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">distribution-spec</a>
 */
public final class RegistryClient implements AutoCloseable {
    private static final String ACCEPT = String.join(
            ", ", MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_MANIFEST);
    private static final long LARGEST_MANIFEST = 16 << 20;
    private static final String PAGE = "1000";

    private final RegistryConfiguration configuration;
    private final TransferListener listener;
    private final Sender sender;
    private final Map<String, CompletableFuture<Boolean>> pushes = new ConcurrentHashMap<>();

    RegistryClient(RegistryConfiguration configuration, TransferListener listener, Sender sender) {
        this.configuration = configuration;
        this.listener = listener;
        this.sender = sender;
    }

    /** A client with the proxies that the environment names. */
    public static RegistryClient of(
            RegistryConfiguration configuration, CredentialSource credentials, TransferListener listener) {
        Transport transport = new Transport(configuration, listener, System.getenv());
        Sender sender = new Sender(transport, credentials, listener, Patience.NORMAL, InstantSource.system());
        return new RegistryClient(configuration, listener, sender);
    }

    /** The descriptor of a manifest, without its content; null when the registry does not have it. */
    public @Nullable Descriptor head(Reference reference) {
        for (Iterator<Endpoint> places = pullFrom(reference); places.hasNext(); ) {
            Endpoint place = places.next();
            try {
                Descriptor found = headAt(place, reference);
                if (found != null || !places.hasNext()) {
                    return found;
                }
            } catch (RegistryException e) {
                throwUnlessMirror(place, e);
            }
        }
        return null;
    }

    /** A manifest or an index by tag or digest, verified against the digest that was asked for or announced. */
    public RemoteManifest manifest(Reference reference) {
        return pull(reference, place -> manifestAt(place, reference));
    }

    /**
     * Stores a manifest or an index under the reference's tag or digest; by the digest of the bytes when it has
     * neither. What it refers to must be there already. Keeps the list of referrers where the registry does not.
     */
    public Descriptor putManifest(Reference reference, String mediaType, byte[] bytes) {
        put(reference, mediaType, bytes, Map.of());
        return Descriptor.of(mediaType, bytes);
    }

    /**
     * Stores a manifest or an index under a tag if the tag still means what it did. The condition is RFC 9110's
     * {@code If-Match}, which few registries keep: true says that this one has not refused.
     *
     * @param before what the tag meant; null for nothing
     * @return false when the registry says that the tag means something else by now
     */
    public boolean replaceManifest(Reference tag, @Nullable Digest before, String mediaType, byte[] bytes) {
        Map<String, String> condition =
                before == null ? Map.of("If-None-Match", "*") : Map.of("If-Match", "\"" + before + "\"");
        return put(tag, mediaType, bytes, condition);
    }

    private boolean put(Reference reference, String mediaType, byte[] bytes, Map<String, String> condition) {
        Endpoint place = pushTo(reference);
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        String name = reference.digest() == null && reference.tag() != null
                ? reference.tag()
                : descriptor.digest().toString();
        if (reference.digest() != null && !reference.digest().equals(descriptor.digest())) {
            throw Failures.mismatch(
                    place, reference.path(), "the manifest is " + descriptor.digest() + ", not " + reference.digest());
        }
        Ask ask = Ask.of(
                        "PUT",
                        place.url(reference, "manifests/" + name),
                        reference.path(),
                        pushScopes(place, reference))
                .withHeader("Content-Type", mediaType)
                .withBody(RequestBody.create(bytes, MediaType.get(mediaType)));
        for (Map.Entry<String, String> header : condition.entrySet()) {
            ask = ask.withHeader(header.getKey(), header.getValue());
        }
        String subject;
        try (Response response = sender.expect(place, ask, "push " + reference, 200, 201, 202, 412)) {
            if (response.code() == 412 && condition.isEmpty()) {
                throw sender.failure(place, ask, response, "push " + reference);
            }
            if (response.code() == 412) {
                return false;
            }
            subject = response.header("OCI-Subject");
        }
        if (subject == null) {
            new ReferrerList(this, sender, place).add(reference, bytes, descriptor);
        }
        return true;
    }

    /** Whether a repository has a blob. */
    public boolean hasBlob(Reference repository, Digest digest) {
        return pusher(repository).has(digest);
    }

    /**
     * A blob's content. The stream goes on by a range request when the connection breaks, and fails with
     * {@link RegistryException.Kind#DIGEST_MISMATCH} at the end, or before, when the content is not what the
     * descriptor says: whoever reads must not trust the bytes before the end. It holds one of the host's places until
     * its end or its close.
     */
    public InputStream openBlob(Reference repository, Descriptor blob) {
        return pull(repository, place -> BlobStream.open(sender, listener, place, repository, blob));
    }

    /** A blob's whole content, verified; for configs and other small ones. */
    public byte[] blob(Reference repository, Descriptor blob) {
        if (blob.size() > LARGEST_MANIFEST) {
            throw Failures.invalid(
                    pushTo(repository),
                    repository.path(),
                    blob.digest() + " is too large to be read into memory",
                    null);
        }
        try (InputStream in = openBlob(repository, blob)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw Failures.of(pushTo(repository), repository.path(), "pull " + blob.digest(), e);
        }
    }

    /**
     * Puts a blob into a repository, by the cheapest way: nothing when it is there, a mount from another repository of
     * the same registry, else an upload. Two calls for the same blob and repository at the same time do it once.
     */
    public void pushBlob(Reference repository, Descriptor blob, BlobSource source, List<Reference> mountCandidates) {
        String key = repository.name() + "@" + blob.digest();
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> other = pushes.putIfAbsent(key, mine);
        if (other != null && waitFor(other, repository)) {
            listener.skipped(repository, blob.digest());
            return;
        }
        // Either nobody else is at it, or they failed, perhaps for a reason of their own, and now it is our turn.
        try {
            pusher(repository).push(blob, source, mountCandidates);
            mine.complete(true);
        } finally {
            mine.complete(false);
            pushes.remove(key, mine);
        }
    }

    /** Puts blobs into a repository in parallel; all are there when it returns, or the first failure is thrown. */
    public void pushBlobs(Reference repository, List<BlobPush> blobs) {
        try {
            Together.run(blobs.stream()
                    .<Runnable>map(
                            push -> () -> pushBlob(repository, push.blob(), push.source(), push.mountCandidates()))
                    .toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(pushTo(repository), "push to " + repository.name(), e);
        }
    }

    /** Takes a blob from another repository of the same registry; false when the registry does not. */
    public boolean mountBlob(Reference repository, Digest digest, Reference from) {
        if (!repository.domain().equals(from.domain())) {
            return false;
        }
        UploadSession.Mount mount = UploadSession.mount(sender, pushTo(repository), repository, digest, from);
        if (mount.session() != null) {
            mount.session().cancel();
        }
        if (mount.done()) {
            listener.mounted(repository, digest, from);
        }
        return mount.done();
    }

    /** An upload for content whose digest and size are not known yet. */
    public BlobUpload startUpload(Reference repository) {
        return new ChunkedUpload(sender, listener, pushTo(repository), repository);
    }

    /** A repository's tags, all pages; empty when the repository does not exist. */
    public List<String> tags(Reference repository) {
        Endpoint place = pushTo(repository);
        List<String> tags = new ArrayList<>();
        HttpUrl next = place.url(repository, "tags/list")
                .newBuilder()
                .addQueryParameter("n", PAGE)
                .build();
        while (next != null) {
            Ask ask = Ask.of("GET", next, repository.path(), pullScopes(place, repository));
            try (Response response = sender.expect(place, ask, "list the tags of " + repository.name(), 200, 404)) {
                if (response.code() == 404) {
                    return tags;
                }
                JsonTree.read(response.body().bytes()).path("tags").forEach(tag -> tags.add(tag.asString("")));
                next = Pages.next(response);
            } catch (IOException e) {
                throw Failures.of(place, repository.path(), "list the tags of " + repository.name(), e);
            } catch (JacksonException e) {
                throw Failures.invalid(place, repository.path(), place.host() + " answers no list of tags", e);
            }
        }
        return tags;
    }

    /**
     * The manifests that name the reference's digest as their subject; by the referrers API, or the fallback tag where
     * the registry lacks it.
     *
     * @param artifactType null for all
     */
    public List<Descriptor> referrers(Reference subject, @Nullable String artifactType) {
        Endpoint place = pushTo(subject);
        Digest digest = subject.digest();
        if (digest == null) {
            Descriptor found = headAt(place, subject);
            if (found == null) {
                return List.of();
            }
            digest = found.digest();
        }
        return new ReferrerList(this, sender, place).of(subject, digest, artifactType);
    }

    /** Deletes a tag, or a manifest by digest; nothing happens when it is absent. */
    public void delete(Reference reference) {
        delete(reference, "manifests/" + reference.manifestName(), "delete " + reference);
    }

    /** Deletes a blob of a repository; nothing happens when it is absent. */
    public void deleteBlob(Reference repository, Digest digest) {
        delete(repository, "blobs/" + digest, "delete " + repository.name() + "@" + digest);
    }

    /**
     * Shows credentials to a registry and, where it has one, its token service, now.
     *
     * @throws RegistryException of kind UNAUTHORIZED when they are refused
     */
    public LoginResult checkLogin(String domain, Credentials check) {
        Endpoint place = Endpoint.forPush(configuration, DockerConfig.normalize(domain));
        return new Login(sender, place, check).run();
    }

    /** Ends what is under way and closes the connections. */
    @Override
    public void close() {
        sender.close();
    }

    /** A manifest from one place, verified. */
    RemoteManifest manifestAt(Endpoint place, Reference reference) {
        String what = "pull " + reference;
        Ask ask = manifestAsk(place, "GET", reference);
        byte[] bytes;
        String type;
        String announced;
        try (Response response = sender.expect(place, ask, what, 200)) {
            bytes = response.body().byteStream().readNBytes((int) LARGEST_MANIFEST + 1);
            type = mediaType(response, bytes);
            announced = response.header("Docker-Content-Digest");
        } catch (IOException e) {
            throw Failures.of(place, reference.path(), what, e);
        }
        if (bytes.length > LARGEST_MANIFEST) {
            throw Failures.invalid(place, reference.path(), "the manifest of " + reference + " is too large", null);
        }
        Digest wanted = reference.digest() != null ? reference.digest() : digest(place, reference, announced);
        Digest found = wanted == null || wanted.algorithm().equals("sha256")
                ? Digest.of(bytes)
                : new Digest(
                        wanted.algorithm(),
                        HexFormat.of().formatHex(wanted.newHash().digest(bytes)));
        if (wanted != null && !wanted.equals(found)) {
            throw Failures.mismatch(
                    place,
                    reference.path(),
                    "the manifest of " + reference + " has the digest " + found + ", not " + wanted + "; "
                            + place.host() + " or something on the way to it is broken");
        }
        return new RemoteManifest(Descriptor.of(type, found, bytes.length), bytes);
    }

    private @Nullable Descriptor headAt(Endpoint place, Reference reference) {
        try (Response response =
                sender.expect(place, manifestAsk(place, "HEAD", reference), "look for " + reference, 200, 404)) {
            if (response.code() == 404) {
                return null;
            }
            Digest digest = reference.digest() != null
                    ? reference.digest()
                    : digest(place, reference, response.header("Docker-Content-Digest"));
            String type = response.header("Content-Type");
            long size = parseLength(response.header("Content-Length"));
            if (digest != null && type != null && size >= 0) {
                return Descriptor.of(bare(type), digest, size);
            }
        }
        // Old registries do not say it all in a head.
        return manifestAt(place, reference).descriptor();
    }

    private Ask manifestAsk(Endpoint place, String method, Reference reference) {
        HttpUrl url = place.url(reference, "manifests/" + reference.manifestName());
        return Ask.of(method, url, reference.path(), pullScopes(place, reference))
                .withHeader("Accept", ACCEPT);
    }

    private static @Nullable Digest digest(Endpoint place, Reference reference, @Nullable String header) {
        try {
            return header == null || header.isBlank() ? null : Digest.parse(header.strip());
        } catch (IllegalArgumentException e) {
            throw Failures.invalid(place, reference.path(), place.host() + " announces a bad digest", e);
        }
    }

    private static String mediaType(Response response, byte[] bytes) {
        String header = bare(response.header("Content-Type", ""));
        if (MediaTypes.isIndex(header) || MediaTypes.isManifest(header)) {
            return header;
        }
        // A proxy or a file server may call it JSON; the document names its type itself.
        try {
            String inside = JsonTree.read(bytes).path("mediaType").asString("");
            return inside.isEmpty() ? header : inside;
        } catch (JacksonException e) {
            return header;
        }
    }

    private static String bare(@Nullable String contentType) {
        String text = contentType == null ? "" : contentType;
        int semicolon = text.indexOf(';');
        return (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    }

    private static long parseLength(@Nullable String header) {
        try {
            return header == null ? -1 : Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void delete(Reference reference, String path, String what) {
        Endpoint place = pushTo(reference);
        Ask ask = Ask.of(
                "DELETE",
                place.url(reference, path),
                reference.path(),
                List.of(Ask.delete(place.repository(reference))));
        sender.expect(place, ask, what, 200, 202, 204, 404).close();
    }

    private boolean waitFor(CompletableFuture<Boolean> other, Reference repository) {
        try {
            return other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(pushTo(repository), "push to " + repository.name(), e);
        } catch (ExecutionException e) {
            return false;
        }
    }

    /** Asks the mirrors, then the origin; what a mirror fails with is kept beside what the origin fails with. */
    private <T> T pull(Reference reference, Function<Endpoint, T> ask) {
        List<RegistryException> before = new ArrayList<>();
        Iterator<Endpoint> places = pullFrom(reference);
        while (true) {
            Endpoint place = places.next();
            try {
                return ask.apply(place);
            } catch (RegistryException e) {
                before.forEach(e::addSuppressed);
                throwUnlessMirror(place, e);
                before.add(e);
            }
        }
    }

    private static void throwUnlessMirror(Endpoint place, RegistryException failure) {
        if (!place.mirror() || failure.kind() == RegistryException.Kind.CANCELLED) {
            throw failure;
        }
    }

    private BlobPusher pusher(Reference repository) {
        return new BlobPusher(sender, listener, pushTo(repository), repository);
    }

    private Iterator<Endpoint> pullFrom(Reference reference) {
        return Endpoint.forPull(configuration, reference.domain()).iterator();
    }

    private Endpoint pushTo(Reference reference) {
        return Endpoint.forPush(configuration, reference.domain());
    }

    private static List<String> pullScopes(Endpoint place, Reference reference) {
        return List.of(Ask.pull(place.repository(reference)));
    }

    private static List<String> pushScopes(Endpoint place, Reference reference) {
        return List.of(Ask.push(place.repository(reference)));
    }
}
