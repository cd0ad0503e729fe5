package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private final RegistryConfiguration configuration;
    private final CredentialSource credentials;
    private final TransferListener listener;

    private RegistryClient(
            RegistryConfiguration configuration, CredentialSource credentials, TransferListener listener) {
        this.configuration = configuration;
        this.credentials = credentials;
        this.listener = listener;
    }

    public static RegistryClient of(
            RegistryConfiguration configuration, CredentialSource credentials, TransferListener listener) {
        return new RegistryClient(configuration, credentials, listener);
    }

    /** The descriptor of a manifest, without its content; null when the registry does not have it. */
    public @Nullable Descriptor head(Reference reference) {
        throw new UnsupportedOperationException(configuration + " " + credentials + listener);
    }

    /** A manifest or an index by tag or digest, verified against the digest that was asked for or announced. */
    public RemoteManifest manifest(Reference reference) {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores a manifest or an index under the reference's tag or digest; by the digest of the bytes when it has
     * neither. What it refers to must be there already. Keeps the list of referrers where the registry does not.
     */
    public Descriptor putManifest(Reference reference, String mediaType, byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** Whether a repository has a blob. */
    public boolean hasBlob(Reference repository, Digest digest) {
        throw new UnsupportedOperationException();
    }

    /**
     * A blob's content. The stream goes on by a range request when the connection breaks, and fails with
     * {@link RegistryException.Kind#DIGEST_MISMATCH} at the end, or before, when the content is not what the
     * descriptor says: whoever reads must not trust the bytes before the end. It holds one of the host's places until
     * its end or its close.
     */
    public InputStream openBlob(Reference repository, Descriptor blob) {
        throw new UnsupportedOperationException();
    }

    /** A blob's whole content, verified; for configs and other small ones. */
    public byte[] blob(Reference repository, Descriptor blob) {
        throw new UnsupportedOperationException();
    }

    /**
     * Puts a blob into a repository, by the cheapest way: nothing when it is there, a mount from another repository of
     * the same registry, else an upload. Two calls for the same blob and repository at the same time do it once.
     */
    public void pushBlob(Reference repository, Descriptor blob, BlobSource source, List<Reference> mountCandidates) {
        throw new UnsupportedOperationException();
    }

    /** Puts blobs into a repository in parallel; all are there when it returns, or the first failure is thrown. */
    public void pushBlobs(Reference repository, List<BlobPush> blobs) {
        throw new UnsupportedOperationException();
    }

    /** Takes a blob from another repository of the same registry; false when the registry does not. */
    public boolean mountBlob(Reference repository, Digest digest, Reference from) {
        throw new UnsupportedOperationException();
    }

    /** An upload for content whose digest and size are not known yet. */
    public BlobUpload startUpload(Reference repository) {
        throw new UnsupportedOperationException();
    }

    /** A repository's tags, all pages; empty when the repository does not exist. */
    public List<String> tags(Reference repository) {
        throw new UnsupportedOperationException();
    }

    /**
     * The manifests that name the reference's digest as their subject; by the referrers API, or the fallback tag where
     * the registry lacks it.
     *
     * @param artifactType null for all
     */
    public List<Descriptor> referrers(Reference subject, @Nullable String artifactType) {
        throw new UnsupportedOperationException();
    }

    /** Deletes a tag, or a manifest by digest; nothing happens when it is absent. */
    public void delete(Reference reference) {
        throw new UnsupportedOperationException();
    }

    /** Deletes a blob of a repository; nothing happens when it is absent. */
    public void deleteBlob(Reference repository, Digest digest) {
        throw new UnsupportedOperationException();
    }

    /**
     * Shows credentials to a registry and, where it has one, its token service, now.
     *
     * @throws RegistryException of kind UNAUTHORIZED when they are refused
     */
    public LoginResult checkLogin(String domain, Credentials check) {
        throw new UnsupportedOperationException();
    }

    /** Ends what is under way and closes the connections. */
    @Override
    public void close() {}
}
