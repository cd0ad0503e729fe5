package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.embedded.cache.GithubCacheService;
import dev.runner.build.embedded.cache.S3Server;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.registry.DockerRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines with empty stores that share what they have built, by every kind of cache. */
class CacheBackendTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String[] PLATFORMS = {"linux/amd64", "linux/arm64", "linux/arm/v7"};
    private static final String DOCKERFILE = """
            FROM --platform=$BUILDPLATFORM scratch AS build
            COPY root /
            RUN ["/bin/busybox", "sh", "-c", "echo made > /made"]
            FROM scratch
            ARG TARGETARCH
            COPY $TARGETARCH /data
            COPY --from=build /made /made
            """;

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void write() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        context = folder.resolve("context");
        Files.createDirectories(context.resolve("root/bin"));
        Files.copy(BUSYBOX, context.resolve("root/bin/busybox"));
        for (String architecture : List.of("amd64", "arm64", "arm")) {
            Machine.write(context.resolve(architecture).resolve("file"), architecture);
        }
    }

    private static BuildResult build(
            Machine machine, Path context, String dockerfile, CacheOptions cache, String... platforms)
            throws Exception {
        return machine.build(
                context,
                dockerfile,
                request -> request.platforms(Machine.platforms(platforms)).cache(cache));
    }

    private static CacheOptions cache(List<CacheReference> from, List<CacheReference> to) {
        return new CacheOptions(from, to, false, List.of(), false);
    }

    private static List<Descriptor> layers(Machine machine, BuildResult result) throws Exception {
        return machine.manifest(
                        result.platforms().values().iterator().next().manifest().digest())
                .layers();
    }

    /**
     * One machine builds for all platforms, another for one of them only, a third for all again: it runs nothing and
     * fetches no layer. With a change it fetches those that the change reads, and no other.
     */
    private void share(CacheReference place) throws Exception {
        CacheOptions both = cache(List.of(place), List.of(place));
        try (Machine first = Machine.at(folder.resolve("first"));
                Machine second = Machine.at(folder.resolve("second"));
                Machine third = Machine.at(folder.resolve("third"))) {
            BuildResult made = build(first, context, DOCKERFILE, both, PLATFORMS);
            build(second, context, DOCKERFILE + "LABEL a=b\n", both, "linux/arm64");
            assertThat(second.ran()).isZero();

            BuildResult again = build(third, context, DOCKERFILE, cache(List.of(place), List.of()), PLATFORMS);
            assertThat(third.ran()).isZero();
            assertThat(again.image()).isEqualTo(made.image());
            for (Descriptor layer : layers(third, again)) {
                assertThat(third.builder.store().blobs().has(layer.digest())).isFalse();
            }

            String changed = DOCKERFILE.replace("FROM scratch\n", """
                    RUN ["/bin/busybox", "sh", "-c", "cat /made > /more"]
                    FROM scratch
                    """) + "COPY --link --from=build /more /more\n";
            BuildResult result = build(third, context, changed, cache(List.of(place), List.of()), PLATFORMS);
            // The RUN once, the new COPY over each platform's own layer.
            assertThat(third.ran()).isEqualTo(1 + PLATFORMS.length);
            assertThat(third.builder
                            .store()
                            .blobs()
                            .has(layers(third, result).getFirst().digest()))
                    .isFalse();
            assertThat(place.secrets())
                    .allSatisfy(secret -> assertThat(third.events.toString()).doesNotContain(secret.reveal()));
        }
    }

    @Test
    void machines_share_a_registry() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            share(CacheReference.parse("type=registry,mode=max,ref=" + registry.domain() + "/acme/cache"));
        }
    }

    @Test
    void a_cache_is_packed_as_its_export_wants_whatever_the_image_is() throws Exception {
        CacheReference plain = CacheReference.parse("type=local,mode=max,dest=" + folder.resolve("plain"));
        CacheReference zstd =
                CacheReference.parse("type=local,mode=max,compression=zstd,dest=" + folder.resolve("zstd"));
        CacheReference forced = CacheReference.parse(
                "type=local,mode=max,compression=zstd,force-compression=true,dest=" + folder.resolve("forced"));
        try (Machine first = Machine.at(folder.resolve("first"))) {
            build(first, context, DOCKERFILE, cache(List.of(), List.of(plain, zstd)), PLATFORMS);
            assertThat(mediaTypes(plain)).containsOnly(MediaTypes.OCI_LAYER_GZIP);
            assertThat(mediaTypes(zstd)).containsOnly(MediaTypes.OCI_LAYER_ZSTD);
            // Now every layer comes from a cache: it stays as it is, unless it is forced.
            build(first, context, DOCKERFILE, cache(List.of(), List.of(forced)), PLATFORMS);
            assertThat(mediaTypes(forced)).containsOnly(MediaTypes.OCI_LAYER_ZSTD);
        }
        try (Machine other = Machine.at(folder.resolve("other"))) {
            BuildResult result = build(other, context, DOCKERFILE, cache(List.of(forced), List.of()), PLATFORMS);
            assertThat(other.ran()).isZero();
            assertThat(layers(other, result)).extracting(Descriptor::mediaType).containsOnly(MediaTypes.OCI_LAYER_GZIP);
        }
    }

    private static List<String> mediaTypes(CacheReference place) throws Exception {
        OciLayout layout = OciLayout.at(((CacheReference.Local) place).path());
        return Manifest.parse(layout.read(layout.index().manifests().getFirst())).layers().stream()
                .map(Descriptor::mediaType)
                .toList();
    }

    @Test
    void machines_share_a_folder() throws Exception {
        share(CacheReference.parse("type=local,mode=max,tag=main,src=" + folder.resolve("cache")));
    }

    @Test
    void machines_share_a_bucket() throws Exception {
        try (S3Server server = S3Server.start(folder.resolve("s3"))) {
            share(CacheReference.parse(
                    "type=s3,mode=max,prefix=team/,name=main;other," + server.attributes(),
                    Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET)));
        }
    }

    @Test
    void jobs_share_githubs_cache_and_do_without_what_it_has_thrown_away() throws Exception {
        try (GithubCacheService service = GithubCacheService.start()) {
            CacheReference place = CacheReference.parse(
                    "type=gha,mode=max,scope=app",
                    Map.of("ACTIONS_RESULTS_URL", service.url(), "ACTIONS_RUNTIME_TOKEN", GithubCacheService.TOKEN));
            share(place);
            assertThat(service.refusals()).isEmpty();
            service.evict("runner-blob-");
            try (Machine late = Machine.at(folder.resolve("late"))) {
                build(late, context, DOCKERFILE, cache(List.of(place), List.of(place)), PLATFORMS);
                assertThat(late.ran()).isPositive();
            }
        }
    }

    @Test
    void a_place_that_cannot_be_reached_costs_a_warning_and_an_export_fails_unless_errors_are_ignored()
            throws Exception {
        String dockerfile = "FROM scratch\nCOPY amd64 /\n";
        String nowhere = "type=s3,bucket=b,region=r,use_path_style=1,endpoint_url=http://127.0.0.1:1,"
                + "access_key_id=id,secret_access_key=very-secret";
        CacheReference s3 = CacheReference.parse(nowhere);
        CacheReference gha = CacheReference.parse("type=gha,url_v2=http://127.0.0.1:1/,token=very-secret");
        CacheReference outside = CacheReference.parse("type=gha");
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            build(machine, context, dockerfile, cache(List.of(s3, gha, outside), List.of(outside)));
            assertThat(machine.ran()).isEqualTo(1);
            assertThat(machine.events.stream().filter(BuildEvent.Warning.class::isInstance))
                    .hasSize(4)
                    .noneMatch(event -> event.toString().contains("very-secret"));

            CacheReference ignored = CacheReference.parse(nowhere + ",ignore-error=true");
            build(machine, context, dockerfile, cache(List.of(), List.of(ignored)));
            assertThat(machine.events).anyMatch(BuildEvent.Warning.class::isInstance);
            assertThatThrownBy(() -> build(machine, context, dockerfile, cache(List.of(), List.of(s3))))
                    .isInstanceOf(BuildFailedException.class)
                    .hasMessageContaining("exporting the cache to s3 bucket b");
        }
    }

    @Test
    void machines_that_write_a_cache_of_buildkits_kind_at_the_same_time_all_survive() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            CacheReference place = CacheReference.parse(
                    "type=registry,mode=max,format=buildkit,ref=" + registry.domain() + "/acme/buildkit");
            List<String> words = List.of("one", "two", "three");
            List<FutureTask<BuildResult>> builds = new ArrayList<>();
            for (String word : words) {
                FutureTask<BuildResult> build = new FutureTask<>(() -> {
                    try (Machine machine = Machine.at(folder.resolve(word))) {
                        return build(machine, context, dockerfile(word), cache(List.of(), List.of(place)));
                    }
                });
                builds.add(build);
                Thread.ofPlatform().start(build);
            }
            for (FutureTask<BuildResult> build : builds) {
                build.get(60, TimeUnit.SECONDS);
            }
            try (Machine reader = Machine.at(folder.resolve("reader"))) {
                for (int i = 0; i < words.size(); i++) {
                    BuildResult result =
                            build(reader, context, dockerfile(words.get(i)), cache(List.of(place), List.of()));
                    assertThat(reader.ran()).as(words.get(i)).isZero();
                    assertThat(layers(reader, result)).hasSize(2);
                }
            }
        }
        assertThatThrownBy(() -> CacheReference.parse("type=registry,ref=a/b,format=docker"))
                .hasMessage("the cache format 'docker' is not runner or buildkit");
    }

    private static String dockerfile(String word) {
        return "FROM scratch\nCOPY amd64 /" + word + "\nCOPY arm64 /" + word + "\n";
    }
}
