package dev.runner.build.embedded;

import dev.runner.build.Annotation;
import dev.runner.build.Annotation.Level;
import dev.runner.build.BuildRequest.ImageOptions;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.ImageConfig.Execution;
import dev.runner.oci.ImageConfig.History;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the documents of an image: configs, manifests, the index.
 *
 * <p>Times come from the layers, so that an image made from a cache is the same to the last byte as the one that filled it.
 */
final class ImageAssembler {
    private final BlobStore blobs;
    private final ImageOptions options;
    private final @Nullable Long epoch;

    ImageAssembler(BlobStore blobs, ImageOptions options, @Nullable Long epoch) {
        this.blobs = blobs;
        this.options = options;
        this.epoch = epoch;
    }

    /** What an image says of the keys of its layers. */
    @FunctionalInterface
    interface InlineCache {
        InlineCache NONE = layers -> Map.of();

        /** Members of its config for these layers, bottom first. */
        Map<String, String> members(List<Descriptor> layers) throws IOException;
    }

    /** One platform's documents. */
    record Assembled(Platform platform, Descriptor manifest, Digest config) {}

    /**
     * Writes a platform's config and manifest.
     *
     * @param layers all, bottom first
     * @param cache gives other members of the config, as raw JSON by name
     */
    Assembled platform(ImageInProgress image, Platform platform, List<LayerRecord> layers, InlineCache cache)
            throws IOException {
        ImageConfig draft = image.finished();
        List<History> history = history(draft.history(), layers);
        String created = history.stream()
                .map(History::created)
                .filter(time -> time != null)
                .reduce((first, second) -> second)
                .orElse(null);
        List<Descriptor> descriptors =
                layers.stream().map(layer -> typed(layer.blob())).toList();
        ImageConfig config = new ImageConfig(
                created,
                draft.author(),
                platform,
                labelled(draft.config()),
                layers.stream().map(LayerRecord::diffId).toList(),
                history,
                cache.members(descriptors));
        byte[] configJson = config.toJson();
        blobs.put(configJson);
        Descriptor configDescriptor =
                Descriptor.of(docker() ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG, configJson);
        String type = docker() ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
        byte[] manifest = new Manifest(
                        type, configDescriptor, descriptors, annotations(Level.MANIFEST, platform), null, null)
                .toJson();
        blobs.put(manifest);
        Descriptor descriptor = Descriptor.of(type, manifest)
                .withPlatform(platform)
                .withAnnotations(annotations(Level.MANIFEST_DESCRIPTOR, platform));
        return new Assembled(platform, descriptor, configDescriptor.digest());
    }

    /** Writes the index; for one platform without attestations there is none, and its manifest is the image. */
    /** @param always whether one image has an index, too */
    Descriptor index(List<Assembled> platforms, List<Descriptor> attestations, boolean always) throws IOException {
        if (platforms.size() == 1 && attestations.isEmpty() && !always) {
            return platforms.getFirst().manifest();
        }
        List<Descriptor> entries =
                new ArrayList<>(platforms.stream().map(Assembled::manifest).toList());
        entries.addAll(attestations);
        String type = docker() ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX;
        byte[] index = new Index(type, entries, annotations(Level.INDEX, null), null, null).toJson();
        blobs.put(index);
        return Descriptor.of(type, index).withAnnotations(annotations(Level.INDEX_DESCRIPTOR, null));
    }

    private Map<String, String> annotations(Level level, @Nullable Platform platform) {
        return Annotation.at(options.annotations(), level, platform);
    }

    private Execution labelled(Execution config) {
        if (options.labels().isEmpty()) {
            return config;
        }
        Map<String, String> labels = new LinkedHashMap<>(config.labels());
        labels.putAll(options.labels());
        return new Execution(
                config.user(),
                config.env(),
                config.entrypoint(),
                config.command(),
                config.workingDirectory(),
                config.exposedPorts(),
                config.volumes(),
                labels,
                config.stopSignal(),
                config.healthcheck(),
                config.shell(),
                config.onBuild(),
                config.argsEscaped());
    }

    /** Annotations and attestations are the OCI's own ideas: they make the documents its, as with BuildKit. */
    private boolean docker() {
        return options.packaging().docker()
                && options.annotations().isEmpty()
                && options.attestations().isEmpty();
    }

    /** Layers of Docker's types under the OCI's, or the other way, as the manifest wants. */
    private Descriptor typed(Descriptor layer) {
        if (docker()) {
            return layer.withMediaType(MediaTypes.dockerLayer(layer.mediaType()));
        }
        return layer.withMediaType(MediaTypes.ociLayer(layer.mediaType()));
    }

    /**
     * History with times: an entry with a layer has that layer's, an empty one that of the layer before it, or of the
     * first new layer where no new one stands before it.
     */
    private List<History> history(List<History> draft, List<LayerRecord> layers) {
        List<History> timed = new ArrayList<>();
        int layer = 0;
        for (History entry : draft) {
            String created = entry.created();
            if (created == null && epoch != null) {
                created = Instant.ofEpochSecond(epoch).toString();
            } else if (created == null && !entry.emptyLayer()) {
                created = layers.get(layer).created();
            }
            layer += entry.emptyLayer() ? 0 : 1;
            timed.add(at(entry, created));
        }
        String created = startingTime(timed);
        boolean fresh = false;
        for (int i = 0; i < timed.size(); i++) {
            String time = timed.get(i).created();
            if (time == null) {
                fresh = true;
                timed.set(i, at(timed.get(i), created));
            } else if (fresh) {
                created = time;
            }
        }
        return timed;
    }

    private static @Nullable String startingTime(List<History> timed) {
        String created = null;
        boolean untimed = false;
        for (History entry : timed) {
            if (entry.created() == null) {
                untimed = true;
            } else {
                created = entry.created();
                if (untimed) {
                    break;
                }
            }
        }
        return created;
    }

    private static History at(History entry, @Nullable String created) {
        return new History(created, entry.createdBy(), entry.author(), entry.comment(), entry.emptyLayer());
    }
}
