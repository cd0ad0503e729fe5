package dev.runner.step.action.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.registry.Credentials;
import dev.runner.registry.RegistryException;
import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import dev.runner.step.action.ActionRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test says what the action's README says. */
class DockerActionTests {
    @TempDir
    Path folder;

    private RegistryServer server() throws Exception {
        return RegistryServer.start(
                folder.resolve("registry"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RegistryServer.Options.of("ci", Secret.of("password", "hunter22")));
    }

    private static String name(RegistryServer server) {
        return "127.0.0.1:" + server.address().getPort();
    }

    @Test
    void a_login_holds_until_the_job_ends() throws Exception {
        try (RegistryServer server = server();
                ActionRun run = new ActionRun(folder)) {
            run.with("registry", name(server)).with("username", "ci").with("password", "hunter22");
            run.main(new LoginAction());

            assertThat(run.log.toString()).contains("Logging into " + name(server), "Login Succeeded!");
            assertThat(run.masked).containsExactly("hunter22");
            assertThat(run.services().credentials().find(name(server))).isInstanceOf(Credentials.UserPassword.class);

            run.post();
            assertThat(run.services().credentials().find(name(server))).isInstanceOf(Credentials.Anonymous.class);
        }
    }

    @Test
    void another_steps_login_outlives_a_logout_and_logout_can_be_refused() throws Exception {
        try (RegistryServer server = server();
                ActionRun run = new ActionRun(folder)) {
            run.with("registry", name(server)).with("username", "ci").with("password", "hunter22");
            run.main(new LoginAction()).main(new LoginAction());
            run.post();
            assertThat(run.services().credentials().find(name(server))).isInstanceOf(Credentials.UserPassword.class);

            run.with("logout", "false").post();
            assertThat(run.services().credentials().find(name(server))).isInstanceOf(Credentials.UserPassword.class);
        }
    }

    @Test
    void several_registries_are_given_as_yaml() throws Exception {
        try (RegistryServer server = server();
                ActionRun run = new ActionRun(folder)) {
            run.with("registry-auth", """
                    - registry: %s
                      username: ci
                      password: hunter22
                    """.formatted(name(server)));
            run.main(new LoginAction());
            assertThat(run.services().credentials().find(name(server))).isInstanceOf(Credentials.UserPassword.class);

            run.with("username", "x");
            assertThatThrownBy(() -> run.main(new LoginAction()))
                    .hasMessage("Cannot use registry-auth with other inputs");
        }
    }

    @Test
    void wrong_and_absent_credentials_fail() throws Exception {
        try (RegistryServer server = server();
                ActionRun run = new ActionRun(folder)) {
            run.with("registry", name(server));
            assertThatThrownBy(() -> run.main(new LoginAction())).hasMessage("Username and password required");
            run.with("username", "ci");
            assertThatThrownBy(() -> run.main(new LoginAction())).hasMessage("Password required");
            run.with("password", "wrong");
            assertThatThrownBy(() -> run.main(new LoginAction())).isInstanceOf(RegistryException.class);
            run.with("registry", "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
            assertThatThrownBy(() -> run.main(new LoginAction())).hasMessageContaining("Amazon's ECR");
        }
    }

    @Test
    void emulators_are_registered_or_found_and_told() throws Exception {
        try (ActionRun run = new ActionRun(folder)) {
            run.with("platforms", "arm64").main(new QemuAction());

            assertThat(run.output("platforms"))
                    .startsWith(Platform.host().normalized().toString())
                    .contains("linux/arm64");
        }
    }

    @Test
    void the_old_action_sets_up_everything() throws Exception {
        try (ActionRun run = new ActionRun(folder)) {
            run.major(1).main(new OldBuildxAction());

            assertThat(run.output("platforms")).contains("linux/amd64", "linux/arm64", "linux/arm/v7");
        }
    }

    @Test
    void a_builder_has_a_name_a_driver_and_platforms() throws Exception {
        try (ActionRun run = new ActionRun(folder)) {
            run.with("driver-opts", "image=moby/buildkit:master").major(3).main(new BuildxAction());

            assertThat(run.output("name")).startsWith("builder-");
            assertThat(run.output("driver")).isEqualTo("docker-container");
            assertThat(run.output("platforms"))
                    .contains(Platform.host().normalized().toString());
            assertThat(Value.fromJson(run.output("nodes"))).isInstanceOf(Value.Arr.class);
            assertThat(run.log.toString()).contains("'driver-opts' is a setting of BuildKit's daemon");

            run.with("driver", "cloud");
            assertThatThrownBy(() -> run.main(new BuildxAction())).hasMessageContaining("Docker's own Buildx");
        }
    }

    @Test
    void no_daemon_is_started() throws Exception {
        try (ActionRun run = new ActionRun(folder)) {
            run.with("daemon-config", "{}").main(new DockerAction());

            assertThat(run.log.toString()).contains("'docker' in later steps reaches the engine of this program");
            assertThat(run.warnings).hasSize(1);
        }
    }

    @Test
    void metadata_comes_from_the_event() throws Exception {
        try (ActionRun run = new ActionRun(folder)) {
            run.github("ref", "refs/tags/v1.2.3")
                    .github(
                            "event",
                            Map.of(
                                    "repository",
                                    Map.of(
                                            "name", "Hello-World",
                                            "html_url", "https://github.com/octocat/Hello-World",
                                            "description", "First repo",
                                            "default_branch", "main"),
                                    "head_commit",
                                    Map.of(
                                            "id",
                                            "90dd6032fac8bda1b6c4436a2e65de27961ed071",
                                            "timestamp",
                                            "2024-01-02T03:04:05+01:00")))
                    .variable("DOCKER_METADATA_ANNOTATIONS_LEVELS", "manifest,index")
                    .variable("DOCKER_METADATA_SHORT_SHA_LENGTH", "10")
                    .with("images", "acme/App\n# none\nghcr.io/acme/app")
                    .with("tags", "type=semver,pattern={{version}}\ntype=sha")
                    .with("labels", "at={{commit_date 'YYYY-MM-DD HH:mm'}}")
                    .with("sep-tags", ",")
                    .main(new MetadataAction());

            assertThat(run.output("tags"))
                    .isEqualTo("acme/app:1.2.3,acme/app:sha-90dd6032fa,acme/app:latest,"
                            + "ghcr.io/acme/app:1.2.3,ghcr.io/acme/app:sha-90dd6032fa,ghcr.io/acme/app:latest");
            assertThat(run.output("version")).isEqualTo("1.2.3");
            assertThat(run.output("tag-names")).isEqualTo("1.2.3,sha-90dd6032fa,latest");
            assertThat(run.output("labels"))
                    .contains("at=2024-01-02 02:04\n", "org.opencontainers.image.description=First repo\n");
            assertThat(run.output("annotations")).contains("index:org.opencontainers.image.title=Hello-World");
            assertThat(Path.of(run.output("bake-file"))).content().contains("DOCKER_META_VERSION");
            assertThat(Files.readString(Path.of(run.output("bake-file-tags"))))
                    .contains("acme/app:1.2.3")
                    .doesNotContain("labels");
            assertThat(run.exported)
                    .containsEntry("DOCKER_METADATA_OUTPUT_VERSION", "1.2.3")
                    .containsKeys("DOCKER_METADATA_OUTPUT_TAG_NAMES", "DOCKER_METADATA_OUTPUT_BAKE_FILE_LABELS");
        }
    }

    @Test
    void a_pull_requests_metadata_can_be_of_its_head() throws Exception {
        Map<String, Object> event = Map.of(
                "number",
                7,
                "pull_request",
                Map.of("head", Map.of("sha", "abcdef1234567"), "base", Map.of("ref", "trunk")));
        try (ActionRun run = new ActionRun(folder)) {
            run.github("event_name", "pull_request_target")
                    .github("event", event)
                    .variable("DOCKER_METADATA_PR_HEAD_SHA", "true")
                    .variable("DOCKER_METADATA_SET_OUTPUT_ENV", "false")
                    .with("tags", "type=ref,event=pr\ntype=sha\n{{base_ref}}")
                    .main(new MetadataAction());

            assertThat(run.output("tags")).isEqualTo("pr-7\ntrunk\nsha-abcdef1");
            assertThat(run.exported).isEmpty();

            run.with("tags", "type=foo");
            assertThatThrownBy(() -> run.main(new MetadataAction())).hasMessage("Unknown tag type attribute: foo");
            run.with("context", "git");
            assertThatThrownBy(() -> run.main(new MetadataAction())).hasMessageContaining("no Git repository");
        }
    }
}
