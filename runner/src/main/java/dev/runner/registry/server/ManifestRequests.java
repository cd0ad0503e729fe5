package dev.runner.registry.server;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Requests for manifests and for who refers to them. */
final class ManifestRequests {
    private static final int LARGEST = 4 << 20;

    private final Store store;

    ManifestRequests(Store store) {
        this.store = store;
    }

    void manifest(Conversation talk, String repository, String reference) throws IOException {
        switch (talk.method()) {
            case "GET", "HEAD" -> get(talk, repository, reference);
            case "PUT" -> put(talk, repository, reference);
            case "DELETE" -> delete(talk, repository, reference);
            default -> throw Problem.unsupported("a manifest knows GET, HEAD, PUT and DELETE");
        }
    }

    private void get(Conversation talk, String repository, String reference) throws IOException {
        Digest digest = resolve(repository, reference);
        String type = digest == null ? null : store.manifestType(repository, digest);
        if (digest == null || type == null) {
            throw store.exists(repository) ? Problem.manifestUnknown(reference) : Problem.nameUnknown(repository);
        }
        talk.set("Docker-Content-Digest", digest.toString());
        talk.set("ETag", "\"" + digest + "\"");
        talk.answer(200, type, store.manifest(digest));
    }

    private @Nullable Digest resolve(String repository, String reference) throws IOException {
        if (reference.contains(":")) {
            return Paths.digest(reference);
        }
        checkTag(reference);
        return store.tag(repository, reference);
    }

    private static void checkTag(String tag) {
        if (!Reference.isTag(tag)) {
            throw new Problem(400, "TAG_INVALID", "'" + tag + "' is not a tag");
        }
    }

    private void put(Conversation talk, String repository, String reference) throws IOException {
        byte[] json = talk.body().readNBytes(LARGEST + 1);
        if (json.length > LARGEST) {
            throw new Problem(413, "SIZE_INVALID", "a manifest has at most " + LARGEST + " bytes");
        }
        String type = mediaType(talk.header("Content-Type"), json);
        Document document = read(type, json);
        checkReferences(repository, document);
        Digest digest = Digest.of(json);
        if (reference.contains(":")) {
            Digest wanted = Paths.digest(reference);
            byte[] raw = wanted.newHash().digest(json);
            if (!wanted.hex().equals(HexFormat.of().formatHex(raw))) {
                throw Problem.digestInvalid("the manifest has the digest " + digest + ", not " + wanted);
            }
            digest = wanted;
        } else {
            checkTag(reference);
        }
        store.addManifest(repository, digest, type, json);
        if (document.subject() != null) {
            store.addReferrer(repository, document.subject(), digest);
            talk.set("OCI-Subject", document.subject().toString());
        }
        if (!reference.contains(":") && !setTag(talk, repository, reference, digest)) {
            throw new Problem(412, "MANIFEST_INVALID", "the tag " + reference + " means something else by now");
        }
        talk.set("Location", "/v2/" + repository + "/manifests/" + digest);
        talk.set("Docker-Content-Digest", digest.toString());
        talk.answer(201);
    }

    /** Moves a tag, on the condition of RFC 9110's If-Match or If-None-Match where the client sets one. */
    private boolean setTag(Conversation talk, String repository, String tag, Digest digest) throws IOException {
        String match = talk.header("If-Match");
        boolean first = "*".equals(talk.header("If-None-Match"));
        if (match == null && !first) {
            store.setTag(repository, tag, digest);
            return true;
        }
        return store.exchangeTag(
                repository,
                tag,
                before -> match == null ? before == null : before != null && match.equals("\"" + before + "\""),
                digest);
    }

    private void delete(Conversation talk, String repository, String reference) throws IOException {
        if (!reference.contains(":")) {
            checkTag(reference);
            if (!store.removeTag(repository, reference)) {
                throw Problem.manifestUnknown(reference);
            }
            talk.answer(202);
            return;
        }
        Digest digest = Paths.digest(reference);
        String type = store.manifestType(repository, digest);
        if (type == null) {
            throw Problem.manifestUnknown(reference);
        }
        Digest subject = read(type, store.manifest(digest)).subject();
        if (subject != null) {
            store.removeReferrer(repository, subject, digest);
        }
        store.removeManifest(repository, digest);
        talk.answer(202);
    }

    /** Who names a manifest as their subject; the manifest itself need not be there. */
    void referrers(Conversation talk, String repository, Digest subject) throws IOException {
        if (!talk.method().equals("GET") && !talk.isHead()) {
            throw Problem.unsupported("referrers can be listed");
        }
        String wanted = talk.parameter("artifactType");
        List<Descriptor> list = new ArrayList<>();
        for (Digest digest : store.referrers(repository, subject)) {
            String type = store.manifestType(repository, digest);
            if (type != null) {
                Descriptor entry = entry(type, digest);
                if (entry != null && (wanted == null || wanted.equals(entry.artifactType()))) {
                    list.add(entry);
                }
            }
        }
        if (wanted != null) {
            talk.set("OCI-Filters-Applied", "artifactType");
        }
        talk.answer(
                200, MediaTypes.OCI_INDEX, Index.of(MediaTypes.OCI_INDEX, list).toJson());
    }

    private @Nullable Descriptor entry(String type, Digest digest) throws IOException {
        try {
            byte[] json = store.manifest(digest);
            Document document = read(type, json);
            return new Descriptor(type, digest, json.length, null, document.annotations(), document.artifactType());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** What a registry must know of a manifest or an index. */
    private record Document(
            List<Descriptor> blobs,
            List<Descriptor> manifests,
            @Nullable Digest subject,
            @Nullable String artifactType,
            Map<String, String> annotations) {}

    private static Document read(String type, byte[] json) {
        try {
            if (MediaTypes.isIndex(type)) {
                Index index = Index.parse(json);
                return new Document(
                        List.of(),
                        index.manifests(),
                        digest(index.subject()),
                        index.artifactType(),
                        index.annotations());
            }
            Manifest manifest = Manifest.parse(json);
            List<Descriptor> blobs = new ArrayList<>(manifest.layers());
            blobs.addFirst(manifest.config());
            String artifactType =
                    manifest.artifactType() == null ? manifest.config().mediaType() : manifest.artifactType();
            return new Document(blobs, List.of(), digest(manifest.subject()), artifactType, manifest.annotations());
        } catch (MalformedContentException e) {
            throw Problem.manifestInvalid(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Digest digest(@Nullable Descriptor descriptor) {
        return descriptor == null ? null : descriptor.digest();
    }

    private void checkReferences(String repository, Document document) throws IOException {
        for (Descriptor blob : document.blobs()) {
            if (!isElsewhere(blob.mediaType()) && !store.hasBlob(repository, blob.digest())) {
                throw new Problem(400, "MANIFEST_BLOB_UNKNOWN", "push the blob " + blob.digest() + " first");
            }
        }
        for (Descriptor manifest : document.manifests()) {
            if (store.manifestType(repository, manifest.digest()) == null
                    && !store.hasBlob(repository, manifest.digest())) {
                throw new Problem(400, "MANIFEST_BLOB_UNKNOWN", "push the manifest " + manifest.digest() + " first");
            }
        }
    }

    /** Layers that their owners do not allow to be passed on lie at their owners'. */
    private static boolean isElsewhere(String mediaType) {
        return mediaType.contains(".nondistributable.") || mediaType.contains(".foreign.");
    }

    private static String mediaType(@Nullable String header, byte[] json) {
        String inside;
        try {
            inside = JsonTree.read(json).path("mediaType").asString("");
        } catch (JacksonException e) {
            throw Problem.manifestInvalid("the manifest is not JSON");
        }
        String declared = header == null ? "" : header.replaceFirst(";.*", "").strip();
        String type = declared.isEmpty() || declared.equals("application/json") ? inside : declared;
        if (!inside.isEmpty() && !inside.equals(type)) {
            throw Problem.manifestInvalid("the manifest is " + inside + " and is sent as " + type);
        }
        if (!MediaTypes.isIndex(type) && !MediaTypes.isManifest(type)) {
            throw Problem.manifestInvalid("'" + type + "' is not a type of manifest that is kept here");
        }
        return type;
    }
}
