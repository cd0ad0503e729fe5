package dev.runner.build.embedded;

import dev.runner.build.LocalImages.Loaded;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.Decompressor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An archive that somebody saved images into. Its files go to the blob store as they come; what they are is known at the
 * end, by {@code index.json} (an OCI layout, and what Docker has written since version 25) or by {@code manifest.json}
 * alone (older ones, whose layers are plain tars).
 */
final class LoadedArchive {
    private static final String MANIFESTS = "manifest.json";
    private static final String INDEX = "index.json";

    private final Store store;
    private final Map<String, Descriptor> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    LoadedArchive(Store store) {
        this.store = store;
    }

    List<Loaded> read(InputStream archive) throws IOException {
        TarArchiveInputStream tar =
                new TarArchiveInputStream(Decompressor.open(new BufferedInputStream(archive, 1 << 16)));
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String name = plain(entry.getName());
            if (entry.isSymbolicLink() || entry.isLink()) {
                links.put(name, entry.isLink() ? plain(entry.getLinkName()) : beside(name, entry.getLinkName()));
            } else if (entry.isFile()) {
                files.put(name, keep(tar));
            }
        }
        if (files.containsKey(INDEX)) {
            return ofIndex();
        }
        if (files.containsKey(MANIFESTS)) {
            return ofManifests();
        }
        throw new MalformedContentException("the archive has neither index.json nor manifest.json", null);
    }

    private Descriptor keep(InputStream content) throws IOException {
        try (BlobWriter writer = store.blobs().writer()) {
            content.transferTo(writer);
            long size = writer.size();
            return Descriptor.of("application/octet-stream", writer.commit(null), size);
        }
    }

    private static String plain(String name) {
        return name.replaceFirst("^(\\./)+", "");
    }

    /** Where a relative link of an old archive leads: {@code ../ID/layer.tar}. */
    private static String beside(String name, String target) {
        int slash = name.lastIndexOf('/');
        String base = slash < 0 ? "" : name.substring(0, slash);
        String rest = target;
        while (rest.startsWith("../")) {
            rest = rest.substring(3);
            base = base.contains("/") ? base.substring(0, base.lastIndexOf('/')) : "";
        }
        return base.isEmpty() ? rest : base + "/" + rest;
    }

    private Descriptor file(String name) {
        Descriptor found = files.get(links.getOrDefault(name, name));
        if (found == null) {
            throw new MalformedContentException("the archive lacks " + name, null);
        }
        return found;
    }

    private byte[] bytes(String name) throws IOException {
        return store.blobs().read(file(name).digest());
    }

    private List<Loaded> ofIndex() throws IOException {
        Map<Digest, List<Reference>> names = new LinkedHashMap<>();
        Map<Digest, Descriptor> roots = new LinkedHashMap<>();
        for (Descriptor entry : Index.parse(bytes(INDEX)).manifests()) {
            if (!store.blobs().has(entry.digest())) {
                throw new MalformedContentException("the archive lacks " + entry.digest(), null);
            }
            roots.put(entry.digest(), Descriptor.of(entry.mediaType(), entry.digest(), entry.size()));
            List<Reference> given = names.computeIfAbsent(entry.digest(), _ -> new ArrayList<>());
            Reference name = BaseImages.tryParse(entry.annotations().getOrDefault(OciLayout.IMAGE_NAME, ""));
            if (name != null) {
                given.add(name);
            }
        }
        if (files.containsKey(MANIFESTS)) {
            namesByConfig(roots, names);
        }
        return roots.values().stream()
                .map(root -> new Loaded(
                        root,
                        names.getOrDefault(root.digest(), List.of()).stream()
                                .distinct()
                                .toList()))
                .toList();
    }

    /** The names that {@code manifest.json} has for an image, which it knows by its config. */
    private void namesByConfig(Map<Digest, Descriptor> roots, Map<Digest, List<Reference>> names) throws IOException {
        for (Descriptor root : roots.values()) {
            if (!MediaTypes.isManifest(root.mediaType())) {
                continue;
            }
            Digest config =
                    Manifest.parse(store.blobs().read(root.digest())).config().digest();
            for (JsonNode entry : manifests()) {
                if (file(entry.path("Config").asString("")).digest().equals(config)) {
                    names.computeIfAbsent(root.digest(), _ -> new ArrayList<>()).addAll(tags(entry));
                }
            }
        }
    }

    private List<Loaded> ofManifests() throws IOException {
        List<Loaded> images = new ArrayList<>();
        for (JsonNode entry : manifests()) {
            Descriptor config = file(entry.path("Config").asString("")).withMediaType(MediaTypes.DOCKER_CONFIG);
            List<Descriptor> layers = new ArrayList<>();
            for (JsonNode layer : entry.path("Layers")) {
                Descriptor file = file(layer.asString(""));
                layers.add(file.withMediaType(type(file)));
            }
            byte[] manifest =
                    Manifest.of(MediaTypes.DOCKER_MANIFEST, config, layers).toJson();
            store.blobs().put(manifest);
            images.add(new Loaded(Descriptor.of(MediaTypes.DOCKER_MANIFEST, manifest), tags(entry)));
        }
        return images;
    }

    private String type(Descriptor layer) throws IOException {
        try (InputStream in = store.blobs().open(layer.digest())) {
            byte[] head = in.readNBytes(2);
            boolean gzip = head.length == 2 && head[0] == 0x1F && head[1] == (byte) 0x8B;
            return gzip ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.DOCKER_LAYER;
        }
    }

    private JsonNode manifests() throws IOException {
        try {
            return JsonMapper.shared().readTree(bytes(MANIFESTS));
        } catch (JacksonException e) {
            throw new MalformedContentException("the archive's manifest.json is no JSON", e);
        }
    }

    private static List<Reference> tags(JsonNode entry) {
        List<Reference> names = new ArrayList<>();
        for (JsonNode tag : entry.path("RepoTags")) {
            Reference name = BaseImages.tryParse(tag.asString(""));
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }
}
