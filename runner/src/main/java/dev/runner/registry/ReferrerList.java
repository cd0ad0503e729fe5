package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Who refers to a manifest: by the registry's API, or by an index under the tag {@code sha256-…} that clients keep
 * where the registry does not.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">
 *     distribution-spec, Listing referrers</a>
 */
final class ReferrerList {
    private final RegistryClient client;
    private final Sender sender;
    private final Endpoint endpoint;

    ReferrerList(RegistryClient client, Sender sender, Endpoint endpoint) {
        this.client = client;
        this.sender = sender;
        this.endpoint = endpoint;
    }

    List<Descriptor> of(Reference repository, Digest subject, @Nullable String artifactType) {
        HttpUrl.Builder url = endpoint.url(repository, "referrers/" + subject).newBuilder();
        if (artifactType != null) {
            url.addQueryParameter("artifactType", artifactType);
        }
        List<Descriptor> all = new ArrayList<>();
        HttpUrl next = url.build();
        while (next != null) {
            List<String> scopes = List.of(Ask.pull(endpoint.repository(repository)));
            Ask ask = Ask.of("GET", next, repository.path(), scopes).withHeader("Accept", MediaTypes.OCI_INDEX);
            try (Response response =
                    sender.expect(endpoint, ask, "list referrers of " + repository.name(), 200, 400, 404, 405)) {
                if (response.code() != 200) {
                    return filter(fallback(repository, subject), artifactType);
                }
                all.addAll(Index.parse(response.body().bytes()).manifests());
                next = Pages.next(response);
            } catch (IOException e) {
                throw Failures.of(endpoint, repository.path(), "list referrers", e);
            } catch (MalformedContentException e) {
                throw Failures.invalid(
                        endpoint, repository.path(), endpoint.host() + " answers no list of referrers", e);
            }
        }
        return filter(all, artifactType);
    }

    /** Notes a manifest that names a subject, where the registry did not. */
    void add(Reference repository, byte[] json, Descriptor stored) {
        // Most have none, and then there is nothing to parse.
        if (!new String(json, StandardCharsets.UTF_8).contains("\"subject\"")) {
            return;
        }
        Descriptor subject = MediaTypes.isIndex(stored.mediaType())
                ? Index.parse(json).subject()
                : Manifest.parse(json).subject();
        if (subject == null) {
            return;
        }
        List<Descriptor> list = new ArrayList<>(fallback(repository, subject.digest()));
        if (list.stream().noneMatch(have -> have.digest().equals(stored.digest()))) {
            list.add(described(json, stored));
            byte[] index = Index.of(MediaTypes.OCI_INDEX, list).toJson();
            client.putManifest(tag(repository, subject.digest()), MediaTypes.OCI_INDEX, index);
        }
    }

    /** A manifest's entry in a list of referrers. */
    private static Descriptor described(byte[] json, Descriptor stored) {
        String type;
        Map<String, String> annotations;
        if (MediaTypes.isIndex(stored.mediaType())) {
            Index index = Index.parse(json);
            type = index.artifactType();
            annotations = index.annotations();
        } else {
            Manifest manifest = Manifest.parse(json);
            type = manifest.artifactType() != null
                    ? manifest.artifactType()
                    : manifest.config().mediaType();
            annotations = manifest.annotations();
        }
        return new Descriptor(stored.mediaType(), stored.digest(), stored.size(), null, annotations, type);
    }

    private List<Descriptor> fallback(Reference repository, Digest subject) {
        try {
            RemoteManifest found = client.manifestAt(endpoint, tag(repository, subject));
            return found.isIndex() ? found.index().manifests() : List.of();
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static Reference tag(Reference repository, Digest subject) {
        return repository.withTag(subject.algorithm() + "-" + subject.hex());
    }

    private static List<Descriptor> filter(List<Descriptor> list, @Nullable String artifactType) {
        return list.stream()
                .filter(entry -> artifactType == null || artifactType.equals(entry.artifactType()))
                .toList();
    }
}
