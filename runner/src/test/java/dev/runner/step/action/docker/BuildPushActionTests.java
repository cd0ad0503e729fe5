package dev.runner.step.action.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.Annotation;
import dev.runner.build.Attestations.Provenance;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.step.PipelineFixture;
import dev.runner.step.action.ActionRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildPushActionTests {
    @TempDir
    Path folder;

    private ActionRun run() throws Exception {
        ActionRun run = new ActionRun(folder);
        Files.writeString(run.workspace().resolve("Dockerfile"), "FROM scratch\nCOPY a /\n");
        return run.with("context", ".");
    }

    private static BuildRequest built(ActionRun run) throws Exception {
        run.main(new BuildPushAction());
        return run.engine.requests.getLast();
    }

    @Test
    void every_input_reaches_the_engine() throws Exception {
        try (ActionRun run = run()) {
            Files.writeString(run.workspace().resolve("other.Dockerfile"), "FROM scratch AS prod\n");
            Files.writeString(run.workspace().resolve("npmrc"), "secret file");
            run.variable("TOKEN", "t0ken").variable("FROM_ENV", "env value").variable("SOURCE_DATE_EPOCH", "7");
            BuildRequest request = built(run.with("file", "other.Dockerfile")
                    .with("target", "prod")
                    .with("platforms", "linux/amd64,linux/arm/v7")
                    .with("tags", "ghcr.io/acme/app:1\nacme/app:1,acme/app:2")
                    .with("push", "true")
                    .with("build-args", "A=1,2\nFROM_ENV\nABSENT")
                    .with("labels", "a=b\nc=d=e")
                    .with("annotations", "index:x=y")
                    .with("add-hosts", "db:10.0.0.1,cache=10.0.0.2")
                    .with("allow", "network.host")
                    .with("network", "host")
                    .with("no-cache-filters", "one,two")
                    .with("no-cache", "true")
                    .with("pull", "true")
                    .with("build-contexts", "base=docker-image://alpine:3\nsrc=lib")
                    .with("cache-from", "type=registry,ref=acme/cache\nacme/app:latest\ntype=gha,scope=x")
                    .with("cache-to", "type=local,dest=out,mode=max")
                    .with("secrets", "a=one\n\"b=two\nlines\"\nbroken")
                    .with("secret-files", "npm=npmrc")
                    .with("secret-envs", "tok=TOKEN")
                    .with("outputs", "type=oci,dest=image.tar")
                    .with("provenance", "false")
                    .with("sbom", "true")
                    .with("shm-size", "128m")
                    .with("ulimit", "nofile=10:20"));

            assertThat(request.definition().dockerfile().name()).isEqualTo("other.Dockerfile");
            assertThat(request.definition().target()).isEqualTo("prod");
            assertThat(request.definition().arguments()).isEqualTo(Map.of("A", "1,2", "FROM_ENV", "env value"));
            assertThat(request.platforms())
                    .extracting(Platform::toString)
                    .containsExactly("linux/amd64", "linux/arm/v7");
            assertThat(request.image().labels()).isEqualTo(Map.of("a", "b", "c", "d=e"));
            assertThat(request.image().annotations())
                    .extracting(Annotation::key)
                    .containsExactly("x");
            assertThat(request.image().sourceDateEpoch()).isEqualTo(7);
            assertThat(request.image().attestations().provenance()).isNull();
            assertThat(request.image().attestations().sbom()).isNotEmpty();
            assertThat(request.run().extraHosts()).isEqualTo(Map.of("db", "10.0.0.1", "cache", "10.0.0.2"));
            assertThat(request.run().allowed()).hasSize(1);
            assertThat(request.cache().noCache()).isTrue();
            assertThat(request.cache().pull()).isTrue();
            assertThat(request.cache().noCacheFilter()).containsExactly("one", "two");
            assertThat(request.cache().from()).hasSize(2).allMatch(CacheReference.Registry.class::isInstance);
            assertThat(request.cache().to()).hasSize(1);
            assertThat(request.inputs().named().get("base")).isInstanceOf(NamedContext.Image.class);
            assertThat(request.inputs().named().get("src"))
                    .isEqualTo(new NamedContext.Directory(run.workspace().resolve("lib")));
            assertThat(request.inputs().secrets()).extracting(BuildSecret::id).containsExactly("a", "b", "npm", "tok");
            assertThat(request.outputs())
                    .hasAtLeastOneElementOfType(Output.Push.class)
                    .hasAtLeastOneElementOfType(Output.OciArchive.class);
            assertThat(run.masked).contains("one", "two\nlines", "t0ken");
            assertThat(run.warnings).hasSize(1).allMatch(text -> !text.contains("broken"));
            assertThat(run.log.toString()).contains("GitHub's cache service is not here");
        }
    }

    @Test
    void the_outputs_are_digest_image_id_and_metadata() throws Exception {
        try (ActionRun run = run()) {
            built(run.with("tags", "127.0.0.1:1/acme/app:1").with("push", "true"));

            String digest = PipelineFixture.Remembering.IMAGE.digest().toString();
            assertThat(run.output("digest")).isEqualTo(digest);
            assertThat(run.output("imageid")).startsWith("sha256:");
            assertThat(Value.fromJson(run.output("metadata"))).isInstanceOf(Value.Obj.class);
            assertThat(run.output("metadata")).contains("containerimage.digest", digest);
            assertThat(run.published).hasSize(1);
        }
    }

    @Test
    void without_a_push_the_names_are_in_the_store_alone() throws Exception {
        try (ActionRun run = run()) {
            BuildRequest request = built(run.with("tags", "acme/app").with("load", "true"));

            assertThat(request.outputs()).containsExactly(new Output.Store(List.of(Reference.parse("acme/app"))));
            assertThat(request.image().attestations().provenance())
                    .as("a daemon cannot read it")
                    .isNull();
            assertThat(run.published).isEmpty();
        }
    }

    @Test
    void provenance_is_of_all_for_public_repositories_and_little_for_private_ones() throws Exception {
        try (ActionRun run = run()) {
            assertThat(built(run).image().attestations().provenance()).isEqualTo(Provenance.MAX);
            run.github("event", Map.of("repository", Map.of("private", true)));
            assertThat(built(run).image().attestations().provenance()).isEqualTo(Provenance.MIN);
            run.variable("BUILDX_NO_DEFAULT_ATTESTATIONS", "1");
            assertThat(built(run).image().attestations().provenance()).isNull();
            run.with("provenance", "mode=max,builder-id=https://example.org/builders/1,inline-only=true");
            assertThat(built(run).image().attestations().provenance()).isEqualTo(Provenance.MAX);
            assertThat(built(run).image().attestations().claims().builderId())
                    .isEqualTo("https://example.org/builders/1");
        }
    }

    @Test
    void without_a_context_the_repository_is_built_and_not_the_workspace() throws Exception {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        git(repository, "init", "-q", "-b", "main");
        Files.createDirectories(repository.resolve("sub"));
        Files.writeString(repository.resolve("Dockerfile"), "FROM scratch\n# own\n");
        Files.writeString(repository.resolve("sub/Dockerfile"), "FROM scratch\n# sub\n");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one");
        Files.writeString(repository.resolve("uncommitted"), "x");
        try (ActionRun run = new ActionRun(folder)) {
            BuildRequest request = built(run);
            BuildContext.Directory context =
                    (BuildContext.Directory) request.inputs().context();
            assertThat(request.definition().dockerfile().text()).contains("# own");
            assertThat(context.path().resolve("uncommitted")).exists();
            assertThat(context.path().resolve(".git")).doesNotExist();
            assertThat(request.inputs().secrets()).extracting(BuildSecret::id).containsExactly("GIT_AUTH_TOKEN");

            BuildRequest sub = built(run.with("context", "{{defaultContext}}:sub"));
            assertThat(sub.definition().dockerfile().text()).contains("# sub");
        }
    }

    private static void git(Path folder, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void checks_are_called_instead_of_a_build() throws Exception {
        try (ActionRun run = run()) {
            Files.writeString(run.workspace().resolve("Dockerfile"), "from scratch AS a\nCOPY x /\n");
            assertThatThrownBy(() -> built(run.with("call", "check"))).hasMessageContaining("the build checks found");
            assertThatThrownBy(() -> built(run.with("call", "dance"))).hasMessageContaining("'call' is 'dance'");
        }
    }

    @Test
    void faults_are_told_before_anything_is_built() throws Exception {
        try (ActionRun run = run()) {
            assertThatThrownBy(() -> built(run.with("push", "true")))
                    .hasMessage("tag is needed when pushing to registry");
            run.with("tags", "Not A Name");
            assertThatThrownBy(() -> built(run)).hasMessageContaining("Not A Name");
            run.with("tags", "a/b").with("file", "none");
            assertThatThrownBy(() -> built(run)).hasMessageContaining("cannot read the Dockerfile none");
            run.with("file", "").with("platforms", "windows 95");
            assertThatThrownBy(() -> built(run)).hasMessageContaining("windows 95");
            assertThat(run.engine.requests).isEmpty();
        }
    }
}
