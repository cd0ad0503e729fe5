package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every document of an image is what the OCI image specification says. */
class ImageDocumentTests {
    /** Each instruction that leaves something in a config. */
    private static final String EVERYTHING = """
            FROM scratch AS base
            ONBUILD LABEL late=1
            FROM scratch
            MAINTAINER Ada <ada@example.org>
            LABEL a=b "c d"="" org.example.text="line one \\
            and two"
            ENV PATH=/bin EMPTY= WITH="a=b"
            ARG VERSION=1
            WORKDIR /work
            COPY small.txt ./
            ADD --chmod=600 small.txt /again/
            EXPOSE 80 443/udp 9000-9002/sctp
            VOLUME /data ["/more"]
            USER 7:8
            SHELL ["/bin/sh", "-eu", "-c"]
            ENTRYPOINT exec /work/small.txt
            CMD ["--flag", "ä\\n"]
            HEALTHCHECK --interval=5s --timeout=1m --start-period=1ms --start-interval=2s --retries=3 CMD /bin/true
            STOPSIGNAL SIGRTMIN+3
            ONBUILD COPY . /
            """;

    @TempDir
    Path folder;

    private Program program;
    private Path context;
    private Path out;

    @BeforeEach
    void start() throws IOException {
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
        out = folder.resolve("out");
        Files.writeString(context.resolve("Dockerfile"), EVERYTHING);
        Files.writeString(context.resolve("small.txt"), "small");
    }

    private ImageDocuments build(String output, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("build", "--output=type=oci,tar=false,dest=" + out + output));
        all.addAll(List.of(words));
        all.add(context.toString());
        program.run(all.toArray(String[]::new)).passed();
        return ImageDocuments.of(out);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",compression=zstd",
                ",compression=uncompressed",
                ",compression=estargz",
                ",oci-mediatypes=false",
                ",oci-mediatypes=false,compression=uncompressed",
                ",name=example.org/a:1",
                ",annotation.a=b"
            })
    void one_platform(String output) throws Exception {
        ImageDocuments documents = build(output);
        assertThat(documents.faults()).isEmpty();
        assertThat(documents.kinds()).containsExactly("layout", "index", "manifest", "config");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",oci-mediatypes=false", ",compression=zstd,annotation-index.b=c"})
    void several_platforms(String output) throws Exception {
        ImageDocuments documents =
                build(output, "--platform=linux/arm64,linux/arm/v7,windows/amd64", "-t", "a:1", "-t", "b:2");
        assertThat(documents.faults()).isEmpty();
        assertThat(documents.kinds())
                .contains("layout", "index")
                .filteredOn("config"::equals)
                .hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",oci-mediatypes=false"})
    void attestations(String output) throws Exception {
        ImageDocuments documents = build(
                output,
                "--platform=linux/amd64,linux/arm64",
                "--provenance=mode=max",
                "--sbom=format=both",
                "--annotation=index,manifest,index-descriptor,manifest-descriptor:a=b");
        assertThat(documents.faults()).isEmpty();
        assertThat(documents.kinds()).filteredOn("manifest"::equals).hasSize(4);
    }

    @Test
    void an_image_without_files() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nENV A=1\n");
        assertThat(build("").faults())
                .as("the specification's schema wants a layer, its text (manifest.md, layers) does not")
                .allMatch(fault -> fault.contains("the specification's: /layers"));
    }

    @Test
    void an_inline_cache_and_an_epoch() throws Exception {
        program.with("SOURCE_DATE_EPOCH", "0");
        assertThat(build(",rewrite-timestamp=true", "--cache-to=type=inline").faults())
                .isEmpty();
    }

    @Test
    void caches_are_images_too() throws Exception {
        Path cache = folder.resolve("cache");
        build("", "--cache-to=type=local,mode=max,dest=" + cache);
        ImageDocuments documents = ImageDocuments.of(cache);
        assertThat(documents.faults()).isEmpty();
        assertThat(documents.kinds()).startsWith("layout", "index", "manifest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layout|{'imageLayoutVersion':'2.0.0'}",
                "manifest|{'schemaVersion':2}",
                "index|{'schemaVersion':2,'manifests':[{'size':'1'}]}",
                "config|{'os':'linux','architecture':'arm','rootfs':{'type':'layers'}}"
            },
            quoteCharacter = '`')
    void every_schema_sees_faults(String kind, String text) {
        Map<String, List<String>> faults = ImageDocuments.faults(kind, text.replace('\'', '"'));
        assertThat(faults)
                .isNotEmpty()
                .allSatisfy((schema, found) -> assertThat(found).as(schema).isNotEmpty());
    }
}
