package dev.runner.build.embedded.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.embedded.buildkit.CacheKey.Input;
import dev.runner.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportedCacheTests {
    private static final String NOW = "2026-01-02T03:04:05Z";

    private final CacheKey base = CacheKey.source(digest("base"));

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static CacheKey over(String operation, CacheKey below) {
        return CacheKey.of(digest(operation), List.of(List.of(new Input(below, null))));
    }

    private static List<Digest> layers(String... names) {
        return List.of(names).stream().map(ExportedCacheTests::digest).toList();
    }

    @Test
    void a_config_that_is_written_reads_the_same() {
        ExportedCache cache = new ExportedCache();
        cache.add(over("run", base), layers("a", "b"), NOW);
        cache.add(over("copy", over("run", base)), layers("a", "b", "c"), "yesterday");
        CacheConfig config = cache.whole();
        assertThat(CacheConfig.parse(config.toJson())).isEqualTo(config);
        assertThat(config.layers()).hasSize(3);
        assertThat(config.records()).hasSize(3);
        assertThat(config.records().getLast().results().getFirst().created()).isEqualTo("1970-01-01T00:00:00Z");
    }

    @Test
    void what_was_known_before_stays_and_is_there_once() {
        ExportedCache first = new ExportedCache();
        first.add(over("run", base), layers("a", "b"), NOW);
        first.add(over("old", base), layers("a", "c"), NOW);
        ExportedCache second = new ExportedCache();
        second.add(over("run", base), layers("a", "d"), NOW);
        second.addAll(first.whole(), 10);
        CacheConfig config = second.whole();
        assertThat(config.records()).hasSize(3);
        assertThat(config.records().stream()
                        .flatMap(record -> record.results().stream())
                        .map(config::chain))
                .containsExactlyInAnyOrder(layers("a", "d"), layers("a", "c"));
        ExportedCache full = new ExportedCache();
        full.add(over("run", base), layers("a", "d"), NOW);
        full.addAll(first.whole(), 1);
        assertThat(full.whole().records()).hasSize(2);
    }

    @Test
    void an_image_names_layers_of_its_own_only() {
        ExportedCache cache = new ExportedCache();
        cache.add(over("run", base), layers("a", "b"), NOW);
        cache.add(over("beside", base), layers("a", "c"), NOW);
        cache.add(over("elsewhere", base), layers("x"), NOW);
        CacheConfig config = cache.inline(layers("a", "b", "c"));
        assertThat(config.records().stream()
                        .map(record ->
                                record.results().stream().map(config::chain).toList()))
                .containsExactly(List.of(), List.of(layers("a", "b")), List.of(layers("a", "c")), List.of());
    }

    @Test
    void what_is_merged_into_an_image_is_known_by_its_own_layer_as_well() {
        CacheKey copied = CacheKey.source(digest("copy --link"));
        CacheKey merged = CacheKey.of(
                MergeOperation.digest(), List.of(List.of(new Input(base, null)), List.of(new Input(copied, null))));
        ExportedCache cache = new ExportedCache();
        cache.add(merged, layers("a", "b"), NOW);
        CacheConfig inline = cache.inline(layers("a", "b"));
        assertThat(inline.records().get(1).results())
                .singleElement()
                .satisfies(result -> assertThat(inline.chain(result)).isEqualTo(layers("b")));
        CacheConfig whole = cache.whole();
        assertThat(whole.records().get(1).results())
                .singleElement()
                .satisfies(result -> assertThat(whole.chain(result)).isEqualTo(layers("b")));
    }

    @Test
    void records_that_lead_in_a_circle_or_nowhere_do_no_harm() {
        String loop = """
                {"layers":[{"blob":"%s","parent":0}],"records":[
                {"digest":"%s","layers":[{"layer":0,"createdAt":"x"},{"layer":7,"createdAt":"x"}],"inputs":[[{"link":0}]]}]}
                """.formatted(digest("a"), digest("b"));
        CacheConfig config = CacheConfig.parse(loop.getBytes(StandardCharsets.UTF_8));
        assertThat(config.records().getFirst().results()).hasSize(2).allMatch(result -> config.chain(result) == null);
        ExportedCache cache = new ExportedCache();
        cache.addAll(config, 10);
        assertThat(cache.isEmpty()).isTrue();
    }
}
