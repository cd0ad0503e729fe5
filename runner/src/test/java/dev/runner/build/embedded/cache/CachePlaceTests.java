package dev.runner.build.embedded.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Digest;
import dev.runner.oci.OciLayout;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.DockerRegistry;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.registry.amazon.AwsCredentials;
import dev.runner.registry.server.RegistryServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places as several machines see them at the same time. */
class CachePlaceTests {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    @TempDir
    Path folder;

    private Store store;
    private RegistryClient registry;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(folder.resolve("store"));
        registry =
                RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT);
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        store.close();
    }

    private CachePlace place(String reference) {
        return Objects.requireNonNull(new CachePlaces(registry, store.blobs()).of(CacheReference.parse(reference)));
    }

    /** Two processes write at once, each some rounds; then everything of both is there, and its content. */
    private void twoAtOnce(String reference, int rounds) throws Exception {
        List<Process> writers = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            writers.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ConcurrentWriter.class.getName(),
                            folder.resolve(name).toString(),
                            name,
                            Integer.toString(rounds),
                            reference)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(folder.toFile(), name + ".log"))
                    .start());
        }
        for (Process writer : writers) {
            writer.waitFor();
        }
        CacheRecord record = place(reference).read().record();
        Set<Digest> wanted = Stream.of("first", "second")
                .flatMap(name -> java.util.stream.IntStream.range(0, rounds)
                        .mapToObj(round -> ConcurrentWriter.key(name + round)))
                .collect(java.util.stream.Collectors.toSet());
        assertThat(record.byKey().keySet())
                .as(Files.readString(folder.resolve("first.log")) + Files.readString(folder.resolve("second.log")))
                .isEqualTo(wanted);
        LayerRecord last = Objects.requireNonNull(record.byKey().get(ConcurrentWriter.key("second0")));
        try (InputStream in = place(reference).open(last.blob())) {
            assertThat(in.readAllBytes()).asString().isEqualTo("second0");
        }
    }

    @Test
    void two_processes_at_one_tag_of_a_registry_that_keeps_conditions_lose_nothing() throws Exception {
        try (RegistryServer server = RegistryServer.start(
                folder.resolve("registry"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RegistryServer.Options.OPEN)) {
            twoAtOnce("type=registry,ref=127.0.0.1:" + server.address().getPort() + "/acme/cache:1", 8);
        }
    }

    @Test
    void two_processes_at_one_tag_of_a_registry_that_keeps_none_lose_nothing() throws Exception {
        try (DockerRegistry server = DockerRegistry.start(folder.resolve("registry"))) {
            twoAtOnce("type=registry,ref=" + server.domain() + "/acme/cache:1", 8);
        }
    }

    @Test
    void two_processes_at_one_folder_lose_nothing() throws Exception {
        twoAtOnce("type=local,dest=" + folder.resolve("cache"), 20);
    }

    @Test
    void two_processes_at_one_bucket_lose_nothing() throws Exception {
        try (S3Server server = S3Server.start(folder.resolve("s3"))) {
            twoAtOnce(
                    "type=s3," + server.attributes() + ",access_key_id=" + S3Server.KEY + ",secret_access_key="
                            + S3Server.SECRET,
                    8);
        }
    }

    @Test
    void two_processes_at_githubs_service_lose_nothing() throws Exception {
        try (GithubCacheService service = GithubCacheService.start()) {
            twoAtOnce("type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.TOKEN, 8);
            assertThat(service.refusals()).isEmpty();
        }
    }

    @Test
    void an_export_that_says_nothing_new_writes_nothing() throws Exception {
        CachePlace place = place("type=local,dest=" + folder.resolve("cache"));
        CacheRecord record = new CacheRecord(List.of(ConcurrentWriter.entry("b"), ConcurrentWriter.entry("a")));
        CacheExport.Sending sending = layer -> BlobPush.of(layer.blob(), BlobSource.of(new byte[] {
            (byte)
                    (layer.blob()
                                    .digest()
                                    .equals(ConcurrentWriter.entry("a")
                                            .layer()
                                            .blob()
                                            .digest())
                            ? 'a'
                            : 'b')
        }));
        CacheExport.add(place, record, TODAY, sending);
        FileTime written = Files.getLastModifiedTime(folder.resolve("cache/index.json"));
        Files.setLastModifiedTime(folder.resolve("cache/index.json"), FileTime.from(Instant.EPOCH));
        CacheExport.add(
                place,
                new CacheRecord(List.of(ConcurrentWriter.entry("a"), ConcurrentWriter.entry("b"))),
                TODAY,
                sending);
        assertThat(written).isNotEqualTo(FileTime.from(Instant.EPOCH));
        assertThat(Files.getLastModifiedTime(folder.resolve("cache/index.json")))
                .isEqualTo(FileTime.from(Instant.EPOCH));
    }

    @Test
    void a_layer_that_nobody_used_for_two_weeks_goes_and_its_content_with_it() throws Exception {
        CachePlace place = place("type=local,dest=" + folder.resolve("cache"));
        CacheExport.Sending sending = layer -> BlobPush.of(
                layer.blob(), BlobSource.of(layer.blob().size() == 3 ? "old".getBytes() : "fresh".getBytes()));
        CacheRecord old = new CacheRecord(List.of(ConcurrentWriter.entry("old")));
        CacheRecord fresh = new CacheRecord(List.of(ConcurrentWriter.entry("fresh")));
        CacheExport.add(place, old, TODAY.minusDays(15), sending);
        OciLayout layout = OciLayout.at(folder.resolve("cache"));
        Digest blob = old.layers().getFirst().blob().digest();
        Files.setLastModifiedTime(
                folder.resolve("cache/blobs/sha256").resolve(blob.hex()), FileTime.from(Instant.EPOCH));
        assertThat(layout.has(blob)).isTrue();
        CacheExport.add(place, fresh, TODAY, sending);
        assertThat(place.read().record().byKey()).containsOnlyKeys(ConcurrentWriter.key("fresh"));
        assertThat(layout.has(blob)).isFalse();
    }

    @Test
    void a_cache_keeps_the_layers_that_were_used_last() {
        CacheRecord record = CacheRecord.EMPTY;
        for (int i = 0; i <= CacheRecord.MOST_LAYERS; i++) {
            record = new CacheRecord(List.of(ConcurrentWriter.entry("w" + i)))
                    .over(record, i == 0 ? TODAY.minusDays(1) : TODAY);
        }
        assertThat(record.layers()).hasSize(CacheRecord.MOST_LAYERS);
        assertThat(record.byKey()).doesNotContainKey(ConcurrentWriter.key("w0"));
        assertThat(CacheRecord.read(record.toDocument())).isEqualTo(record);
    }

    @Test
    void an_index_of_dockers_types_is_read_as_well_as_a_manifest() throws Exception {
        try (DockerRegistry server = DockerRegistry.start(folder.resolve("registry"))) {
            String reference = "type=registry,oci-mediatypes=false,ref=" + server.domain() + "/acme/cache:1";
            ConcurrentWriter.write(folder.resolve("writer"), "w", 2, CacheReference.parse(reference));
            assertThat(registry.manifest(((CacheReference.Registry) CacheReference.parse(reference)).reference())
                            .isIndex())
                    .isTrue();
            assertThat(place(reference).read().record().byKey())
                    .containsOnlyKeys(ConcurrentWriter.key("w0"), ConcurrentWriter.key("w1"));
        }
    }

    @Test
    void githubs_service_takes_large_layers_in_blocks_and_knows_what_the_base_branch_has() throws Exception {
        try (GithubCacheService service = GithubCacheService.start()) {
            String main = "type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.token("refs/heads/main");
            ConcurrentWriter.write(folder.resolve("writer"), "w", 1, CacheReference.parse(main));
            byte[] large = new byte[20 << 20];
            new java.util.Random(1).nextBytes(large);
            CachePlace branch = place("type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.TOKEN);
            LayerRecord layer = new LayerRecord(
                    dev.runner.oci.Descriptor.of(dev.runner.oci.MediaTypes.OCI_LAYER, large),
                    Digest.of(large),
                    null,
                    ConcurrentWriter.key("large"));
            CacheExport.add(
                    branch,
                    new CacheRecord(List.of(new CacheRecord.Entry(List.of(ConcurrentWriter.key("large")), layer))),
                    TODAY,
                    one -> BlobPush.of(one.blob(), BlobSource.of(large)));
            CachePlace again = place("type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.TOKEN);
            assertThat(again.read().record().byKey())
                    .containsOnlyKeys(ConcurrentWriter.key("w0"), ConcurrentWriter.key("large"));
            try (InputStream in = again.open(layer.blob())) {
                assertThat(in.readAllBytes()).isEqualTo(large);
            }
            service.evict("runner-blob-1-" + layer.blob().digest());
            assertThat(place("type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.TOKEN)
                            .has(layer.blob()))
                    .isFalse();
            assertThat(service.refusals()).isEmpty();
        }
    }

    @Test
    void a_list_of_githubs_entries_saves_a_request_for_each() throws Exception {
        try (GithubCacheService service = GithubCacheService.start()) {
            String plain = "type=gha,url_v2=" + service.url() + ",token=" + GithubCacheService.TOKEN;
            ConcurrentWriter.write(folder.resolve("writer"), "w", 2, CacheReference.parse(plain));
            CacheReference listing = CacheReference.parse(
                    plain + ",repository=acme/app,ghtoken=ghtoken-1",
                    Map.of("GITHUB_API_URL", service.url().replaceAll("/$", "")));
            CachePlace place = Objects.requireNonNull(new CachePlaces(registry, store.blobs()).of(listing));
            service.requests().clear();
            assertThat(place.has(ConcurrentWriter.entry("w0").layer().blob())).isTrue();
            assertThat(place.has(ConcurrentWriter.entry("w1").layer().blob())).isTrue();
            assertThat(service.requests()).containsExactly("GET /repos/acme/app/actions/caches");
            CacheReference main = CacheReference.parse(
                    "type=gha,repository=acme/app,ghtoken=ghtoken-1",
                    Map.of(
                            "GITHUB_API_URL", service.url().replaceAll("/$", ""),
                            "ACTIONS_RESULTS_URL", service.url(),
                            "ACTIONS_RUNTIME_TOKEN", GithubCacheService.token("refs/heads/main")));
            assertThat(Objects.requireNonNull(new CachePlaces(registry, store.blobs()).of(main))
                            .has(ConcurrentWriter.entry("w0").layer().blob()))
                    .isFalse();
        }
    }

    @Test
    void a_bucket_refuses_who_it_does_not_know_and_the_message_has_no_secret() throws Exception {
        try (S3Server server = S3Server.start(folder.resolve("s3"))) {
            CachePlace place =
                    place("type=s3," + server.attributes() + ",access_key_id=stranger,secret_access_key=a-secret");
            assertThatThrownBy(place::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403")
                    .hasMessageContaining("InvalidAccessKeyId")
                    .hasMessageNotContaining("a-secret");
        }
    }

    @Test
    void keys_for_a_bucket_come_from_the_users_files() throws Exception {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(
                home.resolve(".aws/credentials"),
                "[default]\naws_access_key_id = other\naws_secret_access_key = x\n[team]\naws_access_key_id=A\n"
                        + "# a comment\naws_secret_access_key = B=\n");
        Files.writeString(home.resolve(".aws/config"), "[profile team]\nregion = r\naws_session_token = C\n");
        CacheReference.S3 reference = (CacheReference.S3) CacheReference.parse(
                "type=s3,bucket=b", Map.of("HOME", home.toString(), "AWS_PROFILE", "team", "AWS_REGION", "eu-west-1"));
        assertThat(S3Bucket.credentials(reference.access()).find()).isEqualTo(new AwsCredentials.Keys("A", "B=", "C"));
        assertThat(reference.bucket().region()).isEqualTo("eu-west-1");
    }

    @Test
    void a_cache_of_a_kind_that_is_not_read_here_says_what_to_take_instead() {
        assertThatThrownBy(() -> CacheReference.parse("type=azblob,name=x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cache type azblob is neither read nor written here: use registry, s3, gha or local");
    }
}
