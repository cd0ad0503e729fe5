package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Images.PlatformImage;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.secret.Masker;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A machine of a test: a state folder of its own, a client that counts, and a listener that remembers. */
final class Machine implements AutoCloseable {
    final List<BuildEvent> events = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final Masker masker = new Masker();
    final EmbeddedBuilder builder;
    private final RegistryClient registry;

    private Machine(Path state, EmbeddedBuilder.Settings settings) throws IOException {
        TransferListener counting = new TransferListener() {
            @Override
            public void answered(String method, String host, String path, int status) {
                requests.add(method + " " + path + " " + status);
            }
        };
        registry = RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), counting);
        builder = EmbeddedBuilder.open(state, registry, masker, settings);
    }

    static Machine at(Path state) throws IOException {
        return new Machine(state, EmbeddedBuilder.Settings.DEFAULT);
    }

    /** One that unpacks no more than this of each layer and archive. */
    static Machine at(Path state, LayerLimits limits) throws IOException {
        return new Machine(state, new EmbeddedBuilder.Settings(0, null, null, limits));
    }

    /** One that uses a certain kind of sandbox. */
    static Machine at(Path state, String sandbox) throws IOException {
        return new Machine(state, new EmbeddedBuilder.Settings(0, sandbox, null, LayerLimits.DEFAULT));
    }

    BuildListener listener() {
        return events::add;
    }

    BuildResult build(Path context, String dockerfile) throws Exception {
        return build(context, dockerfile, request -> {});
    }

    BuildResult build(Path context, String dockerfile, Consumer<BuildRequest.Builder> more) throws Exception {
        BuildRequest.Builder request =
                BuildRequest.builder(new BuildContext.Directory(context), Source.of("Dockerfile", dockerfile));
        more.accept(request);
        events.clear();
        requests.clear();
        return builder.engine().build(request.build(), listener());
    }

    PlatformImage image(BuildResult result) {
        return builder.images().platforms(result.image().digest()).getFirst();
    }

    Manifest manifest(Digest digest) throws IOException {
        return Manifest.parse(builder.store().blobs().read(digest));
    }

    /** The entries of a layer of an image's first platform, as {@code d755 0:0 path}. */
    List<String> layer(BuildResult result, int number) throws IOException {
        return entries(result, number).stream().map(Machine::show).toList();
    }

    List<TarEntry> entries(BuildResult result, int number) throws IOException {
        Manifest manifest = manifest(image(result).manifest().digest());
        List<TarEntry> entries = new ArrayList<>();
        try (TarReader tar = new TarReader(
                Compression.decompress(builder.store()
                        .blobs()
                        .open(manifest.layers().get(number).digest())),
                LayerLimits.DEFAULT)) {
            for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    static String show(TarEntry entry) {
        TarEntry.Attributes attributes = entry.attributes();
        String kind = switch (entry) {
            case TarEntry.File file -> "f";
            case TarEntry.Directory folder -> "d";
            case TarEntry.Symlink link -> "l";
            case TarEntry.HardLink link -> "h";
            case TarEntry.Device device -> device.block() ? "b" : "c";
            case TarEntry.Fifo fifo -> "p";
        };
        String target = switch (entry) {
            case TarEntry.Symlink link -> " -> " + link.target();
            case TarEntry.HardLink link -> " = " + link.target();
            case TarEntry.File file -> "";
            case TarEntry.Directory folder -> "";
            case TarEntry.Device device -> "";
            case TarEntry.Fifo fifo -> "";
        };
        return kind + Integer.toOctalString(attributes.mode()) + " " + attributes.uid() + ":" + attributes.gid() + " "
                + entry.path() + target;
    }

    List<String> output() {
        return events.stream()
                .filter(BuildEvent.VertexOutput.class::isInstance)
                .map(event -> ((BuildEvent.VertexOutput) event).line())
                .toList();
    }

    long ran() {
        return events.stream()
                .filter(event -> event instanceof BuildEvent.VertexFinished finished && finished.miss() != null)
                .count();
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }

    static List<Platform> platforms(String... texts) {
        return java.util.Arrays.stream(texts).map(Platform::parse).toList();
    }

    @Override
    public void close() throws IOException {
        try (registry;
                builder) {
            return;
        }
    }
}
