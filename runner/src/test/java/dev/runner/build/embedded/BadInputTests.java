package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildResult;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.build.context.ContextArchive;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimitException;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dockerfiles, contexts, archives and images of people who mean harm. Nothing outside is read, nothing is written there. */
class BadInputTests {
    private static final TarEntry.Attributes PLAIN = TarEntry.Attributes.of(0644, 0, 0, 0);

    @TempDir
    Path folder;

    private Path context;
    private Path outside;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        outside = Files.createDirectories(folder.resolve("outside"));
        Machine.write(outside.resolve("secret.txt"), "secret");
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).containsExactly(outside.resolve("secret.txt"));
        }
        assertThat(outside.resolve("secret.txt")).hasContent("secret");
    }

    /** Writes a tar. */
    @FunctionalInterface
    private interface Entries {
        void to(TarWriter tar) throws IOException;
    }

    private static byte[] tar(Entries entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        entries.to(tar);
        tar.finish();
        return bytes.toByteArray();
    }

    private static TarEntry.File file(String path, int size) {
        return TarEntry.File.of(path, PLAIN, size);
    }

    private void export(BuildResult result) throws Exception {
        machine.builder
                .images()
                .export(result.image().digest(), new Output.LocalFiles(folder.resolve("out")), event -> {});
    }

    @Test
    void links_and_dots_of_a_context_lead_nowhere_else() throws Exception {
        Files.createSymbolicLink(context.resolve("folder"), outside);
        Files.createSymbolicLink(context.resolve("up"), Path.of("../outside"));
        for (String source : List.of("folder/secret.txt", "up/secret.txt", "../outside/secret.txt", "folder/*.txt")) {
            try {
                BuildResult result = machine.build(context, "FROM scratch\nCOPY " + source + " /x/\nWORKDIR /y\n");
                assertThat(machine.layer(result, 0)).noneMatch(line -> line.contains("secret"));
            } catch (dev.runner.build.BuildFailedException e) {
                assertThat(e).hasMessageContaining("is not there");
            }
        }
    }

    @Test
    void a_dockerignore_that_is_a_link_and_patterns_that_climb_read_nothing_outside() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        Machine.write(context.resolve(".dockerignore"), "../outside\n!../outside/secret.txt\n");
        BuildResult result = machine.build(context, "FROM scratch\nCOPY . /\n");
        assertThat(machine.layer(result, 0)).contains("f644 0:0 a.txt").noneMatch(line -> line.contains("secret"));
    }

    @Test
    void an_archive_cannot_climb_out_by_dots_links_or_absolute_names() throws Exception {
        Map<String, byte[]> archives = Map.of(
                "dots", tar(tar -> tar.put(file("../../outside/new", 1), new byte[1])),
                "inner", tar(tar -> tar.put(file("a/../../../outside/new", 1), new byte[1])),
                "link",
                        tar(tar -> {
                            tar.put(new TarEntry.Symlink("l", PLAIN, outside.toString()));
                            tar.put(file("l/new", 1), new byte[1]);
                        }),
                "hard", tar(tar -> tar.put(new TarEntry.HardLink("h", PLAIN, outside + "/secret.txt"))),
                "absolute", tar(tar -> tar.put(file("/outside/new", 1), new byte[1])));
        for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
            Files.write(context.resolve("a.tar"), archive.getValue());
            try {
                export(machine.build(context, "FROM scratch\nADD a.tar /d/\n"));
            } catch (dev.runner.build.BuildFailedException e) {
                assertThat(e.failure().span()).as(archive.getKey()).isNotNull();
            }
            Path unpacked = Files.createDirectories(folder.resolve("unpacked-" + archive.getKey()));
            try {
                ContextArchive.unpack(new ByteArrayInputStream(archive.getValue()), unpacked, LayerLimits.DEFAULT);
            } catch (MalformedContentException e) {
                assertThat(e).hasMessageContaining("archive");
            }
        }
    }

    @Test
    void a_stage_whose_folders_are_links_is_written_below_its_root_only() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        Files.createDirectories(context.resolve("links"));
        Files.createSymbolicLink(context.resolve("links/d"), outside);
        BuildResult result = machine.build(context, "FROM scratch\nCOPY links /\nCOPY a.txt /d/\nWORKDIR /d/e\n");
        export(result);
        assertThat(folder.resolve("out" + outside).resolve("a.txt")).hasContent("a");
    }

    @Test
    void odd_names_are_names() throws Exception {
        for (String name : List.of("new\nline", "-rf", " space ", "wh.x", "quote\"'", "ünï", "a\\b", "$HOME")) {
            Machine.write(context.resolve("d").resolve(name), name);
        }
        BuildResult result = machine.build(context, "FROM scratch\nCOPY d /d\n");
        assertThat(machine.layer(result, 0)).contains("f644 0:0 d/new\nline", "f644 0:0 d/$HOME", "f644 0:0 d/-rf");
        export(result);
        assertThat(folder.resolve("out/d/new\nline")).hasContent("new\nline");
    }

    @Test
    void an_archive_that_unpacks_to_too_much_is_stopped() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (LayerWriter layer = LayerWriter.open(packed, Compression.GZIP)) {
            layer.tar()
                    .put(
                            file("zeros", 64 << 20),
                            new java.io.SequenceInputStream(
                                    new ByteArrayInputStream(new byte[32 << 20]),
                                    new ByteArrayInputStream(new byte[32 << 20])));
            layer.finish();
        }
        Path into = Files.createDirectories(folder.resolve("bomb"));
        assertThat(packed.size()).isLessThan(1 << 20);
        assertThatThrownBy(() -> ContextArchive.unpack(
                        new ByteArrayInputStream(packed.toByteArray()),
                        into,
                        new LayerLimits(100, 1 << 20, 4096, 1 << 20)))
                .isInstanceOf(LayerLimitException.class);
        byte[] many = tar(tar -> {
            for (int i = 0; i < 200; i++) {
                tar.put(file("f" + i, 0));
            }
        });
        assertThatThrownBy(() -> ContextArchive.unpack(
                        new ByteArrayInputStream(many), into, new LayerLimits(100, 1 << 20, 4096, 1 << 20)))
                .isInstanceOf(LayerLimitException.class);
    }

    @Test
    void what_ADD_unpacks_has_the_limit_that_the_user_set_and_the_error_says_where() throws Exception {
        Files.write(context.resolve("a.tar"), tar(tar -> tar.put(file("zeros", 1 << 20), new byte[1 << 20])));
        LayerLimits small = LayerLimits.DEFAULT.withUnpackedBytes(1 << 19);
        try (Machine limited = Machine.at(folder.resolve("limited"), small)) {
            assertThatThrownBy(() -> limited.build(context, "FROM scratch AS big\nADD a.tar /\n"))
                    .isInstanceOfSatisfying(dev.runner.build.BuildFailedException.class, e -> {
                        assertThat(e).hasMessageContaining("524288 bytes").hasMessageContaining("--max-layer-size");
                        assertThat(e.failure().span()).isNotNull();
                        assertThat(e.failure().platform()).isNotNull();
                    });
        }
        assertThat(machine.layer(machine.build(context, "FROM scratch\nADD a.tar /\n"), 0))
                .containsExactly("f644 0:0 zeros");
    }

    @Test
    void an_ignore_file_that_links_outside_is_none() throws Exception {
        Files.createSymbolicLink(context.resolve(".dockerignore"), outside.resolve("secret.txt"));
        Machine.write(context.resolve("secret"), "not ignored");
        assertThat(machine.layer(machine.build(context, "FROM scratch\nCOPY . /\n"), 0))
                .contains("f644 0:0 secret");
    }

    @Test
    void triggers_of_triggers_and_contexts_of_themselves_come_to_an_end() throws Exception {
        assertThatThrownBy(() -> machine.build(context, "FROM scratch\nONBUILD ONBUILD ENV A=1\n"))
                .isInstanceOf(dev.runner.source.InvalidSourceException.class);
        assertThatThrownBy(() -> machine.build(context, "FROM scratch\nONBUILD FROM scratch\n"))
                .isInstanceOf(dev.runner.source.InvalidSourceException.class);
        BuildResult base = machine.build(
                context,
                "FROM scratch\nENV A=1\nWORKDIR /d\n",
                request -> request.output(new Output.Store(List.of(Reference.parse("self")))));
        BuildResult again = machine.build(
                context,
                "FROM self\nENV B=1\n",
                request -> request.namedContext("self", new NamedContext.Image(Reference.parse("self"))));
        assertThat(machine.image(again).config().diffIds())
                .isEqualTo(machine.image(base).config().diffIds());
    }

    @Test
    void an_image_of_a_hundred_thousand_layers_is_refused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Descriptor layer;
        Digest diffId;
        try (LayerWriter writer = LayerWriter.open(bytes, Compression.GZIP)) {
            var made = writer.finish();
            layer = made.blob();
            diffId = made.diffId();
        }
        ImageConfig scratch = ImageConfig.scratch(Platform.host());
        byte[] config = new ImageConfig(
                        null,
                        null,
                        scratch.platform(),
                        scratch.config(),
                        Collections.nCopies(100_000, diffId),
                        List.of(),
                        Map.of())
                .toJson();
        byte[] manifest = Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, config),
                        Collections.nCopies(100_000, layer))
                .toJson();
        Path place = folder.resolve("layout");
        OciLayout layout = OciLayout.create(place);
        layout.put(layer, new ByteArrayInputStream(bytes.toByteArray()));
        layout.put(Descriptor.of(MediaTypes.OCI_CONFIG, config), new ByteArrayInputStream(config));
        Descriptor root = Descriptor.of(MediaTypes.OCI_MANIFEST, manifest);
        layout.put(root, new ByteArrayInputStream(manifest));
        layout.putIndex(Index.of(MediaTypes.OCI_INDEX, List.of(root)));
        assertThatThrownBy(() -> machine.build(
                        context,
                        "FROM big\nWORKDIR /x\n",
                        request -> request.namedContext("big", new NamedContext.OciLayout(place, null))))
                .hasMessageContaining("100000 layers");
    }

    @Test
    void a_dockerfile_of_a_hundred_thousand_layers_is_refused_at_its_place() {
        Machine machineHere = machine;
        String text = "FROM scratch\n" + "WORKDIR /a\n".repeat(100_000);
        assertThatThrownBy(() -> machineHere.build(context, text)).hasMessageContaining("more than");
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(1 << 20);
    }
}
