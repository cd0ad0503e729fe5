package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images and clients for tests. */
final class Images {
    private Images() {}

    /** A client that does not wait and sees no proxy. */
    static RegistryClient client(
            RegistryConfiguration configuration, CredentialSource credentials, TransferListener to) {
        Patience patience = new Patience(5, 12, Patience.NORMAL.first(), Patience.NORMAL.longest(), duration -> {});
        Transport transport = new Transport(configuration, to, Map.of());
        return new RegistryClient(
                configuration, to, new Sender(transport, credentials, to, patience, InstantSource.system()));
    }

    static RegistryClient client(TransferListener to) {
        return client(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), to);
    }

    /** Bytes that do not compress, the same for the same seed. */
    static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] layer(int size, long seed) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                TarArchiveEntry entry = new TarArchiveEntry("noise");
                entry.setSize(size);
                tar.putArchiveEntry(entry);
                tar.write(noise(size, seed));
                tar.closeArchiveEntry();
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Descriptor blob(byte[] content) {
        return Descriptor.of("application/octet-stream", content);
    }

    /** Pushes an image of one platform with a layer of its own. */
    static Descriptor pushImage(RegistryClient client, Reference to, Platform platform, byte[] layer) {
        Descriptor layerDescriptor = Descriptor.of(MediaTypes.OCI_LAYER, layer);
        ImageConfig scratch = ImageConfig.scratch(platform);
        byte[] config = new ImageConfig(
                        "2026-01-01T00:00:00Z",
                        null,
                        platform,
                        scratch.config(),
                        List.of(Digest.of(layer)),
                        List.of(new ImageConfig.History(null, "test", null, null, false)),
                        Map.of())
                .toJson();
        Descriptor configDescriptor = Descriptor.of(MediaTypes.OCI_CONFIG, config);
        client.pushBlobs(
                to,
                List.of(
                        BlobPush.of(layerDescriptor, BlobSource.of(layer)),
                        BlobPush.of(configDescriptor, BlobSource.of(config))));
        byte[] manifest = Manifest.of(MediaTypes.OCI_MANIFEST, configDescriptor, List.of(layerDescriptor))
                .toJson();
        return client.putManifest(to, MediaTypes.OCI_MANIFEST, manifest).withPlatform(platform);
    }

    /** Pushes an index of two platforms under the reference's tag. */
    static Descriptor pushIndex(RegistryClient client, Reference to) {
        List<Descriptor> manifests = new ArrayList<>();
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            manifests.add(
                    pushImage(client, to.withTag(null), Platform.parse(platform), layer(100_000, platform.hashCode())));
        }
        return client.putManifest(
                to,
                MediaTypes.OCI_INDEX,
                Index.of(MediaTypes.OCI_INDEX, manifests).toJson());
    }
}
