package dev.runner.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTests {
    private static final Descriptor CONFIG = Descriptor.of(MediaTypes.OCI_CONFIG, "{}".getBytes(UTF_8));
    private static final Descriptor LAYER =
            Descriptor.of(MediaTypes.OCI_LAYER_GZIP, "layer".getBytes(UTF_8)).withAnnotations(Map.of("a", "b"));

    @Test
    void a_manifest_survives_a_round_trip() {
        Manifest manifest = new Manifest(
                MediaTypes.OCI_MANIFEST,
                CONFIG,
                List.of(LAYER),
                Map.of("org.opencontainers.image.created", "2026-01-01T00:00:00Z"),
                Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {1}),
                "application/vnd.example+type");
        assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
        assertThat(Manifest.parse(manifest.toJson()).toJson()).isEqualTo(manifest.toJson());
    }

    @Test
    void an_index_survives_a_round_trip() {
        Index index = new Index(
                MediaTypes.OCI_INDEX,
                List.of(
                        Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {1})
                                .withPlatform(Platform.linux("arm", "v7")),
                        Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {2})
                                .withPlatform(new Platform("windows", "amd64", "", "10.0.1"))),
                Map.of("a", "b"),
                null,
                null);
        assertThat(Index.parse(index.toJson())).isEqualTo(index);
    }

    @Test
    void annotations_stand_by_name_whatever_order_they_were_given_in() {
        Map<String, String> backwards = new LinkedHashMap<>(Map.of("b", "2"));
        backwards.put("a", "1");
        Manifest manifest = new Manifest(
                MediaTypes.OCI_MANIFEST, CONFIG.withAnnotations(backwards), List.of(), backwards, null, null);
        assertThat(new String(manifest.toJson(), UTF_8))
                .contains("\"annotations\":{\"a\":\"1\",\"b\":\"2\"}},\"layers\"")
                .endsWith("\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}");
        Index index = new Index(MediaTypes.OCI_INDEX, List.of(), backwards, null, null);
        assertThat(new String(index.toJson(), UTF_8)).endsWith("\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}");
    }

    @Test
    void a_config_survives_a_round_trip_with_members_it_does_not_know() {
        String json = """
                {"architecture":"arm","variant":"v7","os":"linux",\
                "config":{"User":"0:0","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin"],"Entrypoint":["/a"],"Cmd":[],\
                "Healthcheck":{"Test":["CMD","/a"],"Interval":5000000000,"Retries":3},"Volumes":{"/v":{}},\
                "WorkingDir":"/w","OnBuild":["RUN a"],"Labels":{"x":"y"},"StopSignal":"SIGTERM","Shell":["/bin/sh","-c"]},\
                "created":"2026-01-01T00:00:00Z",\
                "history":[{"created":"2026-01-01T00:00:00Z","created_by":"RUN a"},{"comment":"c","empty_layer":true}],\
                "rootfs":{"type":"layers","diff_ids":["%s"]},"moby.buildkit.cache.v0":{"a":[1,2]}}\
                """.formatted(LAYER.digest());
        ImageConfig config = ImageConfig.parse(json.getBytes(UTF_8));
        assertThat(new String(config.toJson(), UTF_8)).isEqualTo(json);
        assertThat(config.config().entrypoint()).containsExactly("/a");
        assertThat(config.config().command()).isNotNull().isEmpty();
        assertThat(config.extra()).containsEntry("moby.buildkit.cache.v0", "{\"a\":[1,2]}");
        assertThat(config.history().getLast().emptyLayer()).isTrue();
    }

    @Test
    void an_unset_command_is_not_an_empty_one() {
        ImageConfig scratch = ImageConfig.scratch(Platform.linux("amd64", ""));
        assertThat(ImageConfig.parse(scratch.toJson())).isEqualTo(scratch);
        assertThat(ImageConfig.parse(scratch.toJson()).config().command()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"sha256:12\",\"size\":1}}",
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"size\":-1}}"
            })
    void what_is_no_manifest_is_refused(String json) {
        assertThatThrownBy(() -> Manifest.parse(json.getBytes(UTF_8))).isInstanceOf(MalformedContentException.class);
    }
}
