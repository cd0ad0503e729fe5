package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.Output;
import dev.runner.registry.DockerRegistry;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Build, publish and login. */
class ImageStepTests {
    private static final String DIGEST =
            PipelineFixture.Remembering.IMAGE.digest().toString();

    @TempDir
    Path parent;

    private Path source;
    private PipelineFixture run;

    @BeforeEach
    void fixture() throws Exception {
        source = Files.createDirectory(parent.resolve("source"));
        Files.writeString(source.resolve("Dockerfile"), "FROM scratch\n");
        run = new PipelineFixture(source);
    }

    @AfterEach
    void close() {
        run.close();
    }

    @Test
    void everything_a_build_step_says_reaches_the_engine() throws Exception {
        run.secrets.add(Secret.of("TOKEN", "s3cr3t-canary"));
        Files.createDirectory(source.resolve("app"));
        Files.writeString(source.resolve("app/other.Dockerfile"), "FROM scratch\n");
        run.pipeline("""
                name: test
                secrets: [TOKEN]
                platforms: [linux/amd64, linux/arm64]
                jobs:
                  job:
                    env: {SOURCE_DATE_EPOCH: "1700000000", FROM_ENV: value}
                    steps:
                      - id: app
                        build:
                          context: app
                          file: app/other.Dockerfile
                          target: final
                          args: {FLAVOUR: slim}
                          tags: [localhost:5000/acme/app:1]
                          labels: {a: b}
                          cache-from: ["localhost:5000/acme/app:cache", "type=local,src=cache"]
                          cache-to: [type=inline]
                          secrets: {token: "${{ secrets.TOKEN }}"}
                          no-cache: true
                          pull: true
                          network: none
                          push: true
                          outputs: ["type=oci,dest=out.tar"]
                      - run: echo "${{ steps.app.outputs.digest }} ${{ steps.app.outputs.digest-linux-arm64 }}"
                """);
        assertThat(run.result()).as(run.output()).isEqualTo("success");
        BuildRequest request = run.engine.requests.getFirst();
        assertThat(request.definition().target()).isEqualTo("final");
        assertThat(request.definition().arguments()).containsEntry("FLAVOUR", "slim");
        assertThat(request.definition().dockerfile().name()).isEqualTo("app/other.Dockerfile");
        assertThat(((BuildContext.Directory) request.inputs().context()).path()).endsWithRaw(Path.of("app"));
        assertThat(request.platforms()).extracting(Object::toString).containsExactly("linux/amd64", "linux/arm64");
        assertThat(request.cache().from()).hasSize(2);
        assertThat(((CacheReference.Local) request.cache().from().getLast()).path())
                .isAbsolute();
        assertThat(request.cache().to()).containsExactly(new CacheReference.Inline());
        assertThat(request.cache().noCache()).isTrue();
        assertThat(request.cache().pull()).isTrue();
        assertThat(request.inputs().secrets())
                .containsExactly(new BuildSecret.Value("token", Secret.of("token", "s3cr3t-canary")));
        assertThat(request.image().labels()).containsEntry("a", "b");
        assertThat(request.image().sourceDateEpoch()).isEqualTo(1700000000L);
        assertThat(request.run().network()).isEqualTo(dev.runner.build.NetworkMode.NONE);
        assertThat(request.outputs()).extracting(Object::getClass).containsExactly((Class) Output.Push.class, (Class)
                Output.OciArchive.class);
        assertThat(run.output())
                .contains("[linux/arm64 2/4] RUN uname -m\n[linux/arm64 2/4] aarch64\n[linux/arm64 2/4] CACHED")
                .endsWith(DIGEST + " " + DIGEST);
        assertThat(run.events)
                .anyMatch(event -> event instanceof RunEvent.OutputLine line && "linux/arm64".equals(line.platform()));
        assertThat(run.events).anyMatch(RunEvent.Published.class::isInstance);
    }

    @Test
    void what_a_build_lacks_is_named() throws Exception {
        run.steps("- build: {context: nowhere}\n");
        assertThat(run.failure().message()).contains("the build context 'nowhere' is not there");
        try (PipelineFixture other = new PipelineFixture(source)) {
            other.steps("- build: {context: ., file: Nofile}\n");
            assertThat(other.failure().message()).contains("cannot read the Dockerfile Nofile");
            assertThat(other.failure().kind()).isEqualTo(Kind.BAD_INPUT);
        }
    }

    @Test
    void an_image_is_published_under_all_tags_in_all_places() throws Exception {
        run.steps("""
                - id: app
                  build: {context: .}
                - publish:
                    image: ${{ steps.app.outputs.digest }}
                    to: [localhost:5000/acme/app, localhost:5001/acme/app]
                    tags: [latest, v1]
                """);
        assertThat(run.engine.pushed.keySet())
                .containsExactly(
                        "localhost:5000/acme/app:latest",
                        "localhost:5000/acme/app:v1",
                        "localhost:5001/acme/app:latest",
                        "localhost:5001/acme/app:v1");
        assertThat(run.outputs()).containsEntry("digest", DIGEST).containsEntry("tags", "latest\nv1");
    }

    @Test
    void a_tag_that_needs_a_commit_and_an_unknown_image_are_named() throws Exception {
        run.steps("- publish: {image: '" + DIGEST + "', to: localhost:5000/a, tags: [branch]}\n");
        assertThat(run.failure().message()).contains("no rule of 'tags' gives a tag");
        try (PipelineFixture other = new PipelineFixture(source)) {
            other.steps("- publish: {image: localhost:5000/gone, to: localhost:5000/a, tags: [latest]}\n");
            assertThat(other.failure().message()).contains("there is no image");
        }
    }

    @Test
    void a_login_is_checked_now_and_reaches_scripts_but_not_the_users_config() throws Exception {
        run.secrets.add(Secret.of("PASSWORD", "geheim-4711"));
        try (DockerRegistry registry = DockerRegistry.startWithUser(parent.resolve("registry"), "ci", "geheim-4711")) {
            String yaml = """
                    name: test
                    secrets: [PASSWORD]
                    jobs:
                      job:
                        steps:
                          - login: {registry: %s, username: ci, password: "%s"}
                          - run: grep -c '"auth"' "$DOCKER_CONFIG/config.json"
                    """;
            run.pipeline(yaml.formatted(registry.domain(), "${{ secrets.PASSWORD }}"));
            assertThat(run.result()).as(run.output()).isEqualTo("success");
            assertThat(run.output())
                    .contains("logged in to " + registry.domain() + " as ci")
                    .endsWith("1");
            assertThat(source.resolve(".docker")).doesNotExist();
            try (PipelineFixture other = new PipelineFixture(source)) {
                other.secrets.add(Secret.of("PASSWORD", "wrong"));
                other.pipeline(yaml.formatted(registry.domain(), "${{ secrets.PASSWORD }}"));
                assertThat(other.failure().kind()).isEqualTo(Kind.FAILED);
                assertThat(other.failure().remedy()).isNotNull();
            }
        }
    }

    @Test
    void what_runner_build_takes_a_build_step_takes_too() throws Exception {
        Files.writeString(source.resolve("token"), "s3cr3t");
        run.pipeline("""
                name: test
                jobs:
                  job:
                    env: {TOKEN: t0ken-canary}
                    steps:
                      - build:
                          tags: localhost:5000/acme/app
                          annotations: {"index,manifest[linux/arm64]:org.x": one}
                          platforms: linux/amd64,linux/arm64
                          provenance: mode=max
                          attest: type=sbom,format=both
                          allow: [network.host, security.insecure]
                          cache-mounts: type=registry,ref=localhost:5000/acme/mounts
                          no-cache-filter: [tests, lint]
                          secrets: ["id=file,src=token", "id=TOKEN"]
                          add-hosts: {db.local: 10.0.0.1}
                          limits: {memory: 512m, cpus: 1.5, pids-limit: 100, shm-size: 1g, ulimits: nofile=10:20}
                          build-contexts: {more: "https://example.org/more.git#v1", tar: "https://example.org/a.tar"}
                          outputs:
                            - type=oci,tar=false,dest=layout,name=localhost:5000/acme/other
                            - type=local,dest=out,compression=zstd
                """);
        assertThat(run.result()).as(run.output()).isEqualTo("success");
        BuildRequest request = run.engine.requests.getFirst();
        BuildRequest.ImageOptions image = request.image();
        assertThat(image.annotations())
                .containsExactly(dev.runner.build.Annotation.parse("index,manifest[linux/arm64]:org.x=one"));
        assertThat(image.attestations().provenance()).isEqualTo(dev.runner.build.Attestations.Provenance.MAX);
        assertThat(image.attestations().sbom()).hasSize(2);
        assertThat(image.packaging().compression()).isEqualTo(dev.runner.build.Packaging.Compression.ZSTD);
        assertThat(request.run().allowed()).hasSize(2);
        assertThat(request.run().extraHosts()).containsEntry("db.local", "10.0.0.1");
        assertThat(request.run().limits())
                .isEqualTo(new dev.runner.host.sandbox.Limits(
                        512L << 20,
                        1.5,
                        100,
                        1L << 30,
                        List.of(new dev.runner.host.sandbox.Limits.Ulimit("nofile", 10, 20))));
        assertThat(request.cache().noCacheFilter()).containsExactly("tests", "lint");
        assertThat(request.cache().mounts()).hasToString("localhost:5000/acme/mounts");
        assertThat(request.inputs().secrets())
                .element(1)
                .isEqualTo(new BuildSecret.Value("TOKEN", Secret.of("TOKEN", "t0ken-canary")));
        assertThat(((BuildSecret.File) request.inputs().secrets().getFirst()).path())
                .isAbsolute()
                .endsWithRaw(Path.of("workspace/token"));
        assertThat(request.inputs().named().values())
                .extracting(named -> named.getClass().getSimpleName())
                .containsExactly("Git", "Archive");
        assertThat(request.outputs())
                .filteredOn(Output.OciFolder.class::isInstance)
                .allSatisfy(folder -> assertThat(((Output.OciFolder) folder).names())
                        .extracting(Object::toString)
                        .containsExactly("localhost:5000/acme/app", "localhost:5000/acme/other"));
    }

    @Test
    void a_context_may_be_a_repository_or_an_archive_elsewhere() throws Exception {
        run.engine.fetched = Files.createDirectory(parent.resolve("fetched"));
        Files.writeString(run.engine.fetched.resolve("dockerfile"), "FROM scratch\n");
        run.steps("""
                - build:
                    context: https://example.org/a.git#main:app
                    secrets: {GIT_AUTH_TOKEN.example.org: hush-canary}
                    args: {BUILDKIT_CONTEXT_KEEP_GIT_DIR: 1}
                - build: {context: "https://example.org/a.tar.gz"}
                """);
        assertThat(run.result()).as(run.output()).isEqualTo("success");
        assertThat(run.engine.git)
                .containsExactly(java.util.Map.entry(
                        dev.runner.build.GitAddress.parse("https://example.org/a.git#main:app")
                                .withKeepGitDir(true),
                        "hush-canary"));
        assertThat(run.engine.requests)
                .extracting(request -> request.definition().dockerfile().text())
                .containsExactly("FROM scratch\n", "FROM scratch\n");
    }

    @Test
    void a_build_step_can_check_and_build_nothing() throws Exception {
        Files.writeString(source.resolve("Dockerfile"), "FROM scratch as one\n");
        run.steps("- build: {check: true}\n");
        assertThat(run.failure().message()).isEqualTo("the build checks found 1 thing");
        assertThat(run.output()).contains("WARNING: FromAsCasing", "   1 | >>> FROM scratch as one");
    }

    @Test
    void what_a_step_says_badly_fails_it_with_the_word() throws Exception {
        for (String[] wrong : new String[][] {
            {"outputs: [\"${{ 'type=tar' }}\"]", "a step has no standard output"},
            {"ssh: [\"${{ 'x=Dockerfile' }}\"]", "give the key to an agent"},
            {"secrets: [\"${{ 'id=none' }}\"]", "the variable none is not set"},
            {"limits: {memory: \"${{ 'much' }}\"}", "memory is a size above zero"},
            {"allow: \"${{ 'everything' }}\"", "what can be allowed is"}
        }) {
            try (PipelineFixture other = new PipelineFixture(source)) {
                other.steps("- build: {" + wrong[0] + "}\n");
                assertThat(other.failure().message()).contains(wrong[1]);
                assertThat(other.failure().kind()).isEqualTo(Kind.BAD_INPUT);
            }
        }
    }
}
