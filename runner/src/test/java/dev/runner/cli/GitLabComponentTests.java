package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Digest;
import dev.runner.registry.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project's component and template for GitLab, run by our own front-end, with a registry that asks for the account that
 * GitLab gives every job.
 */
@Timeout(180)
class GitLabComponentTests {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String PASSWORD = "s3cr3t-canary";

    @TempDir
    static Path shared;

    private static DockerRegistry registry;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() throws Exception {
        registry = DockerRegistry.startWithUser(shared.resolve("registry"), "ada", PASSWORD);
    }

    @AfterAll
    static void end() throws InterruptedException {
        registry.close();
    }

    private String run(String pipeline, String... more) throws Exception {
        Path project = Files.createDirectories(folder.resolve("project"));
        Path app = Files.createDirectories(project.resolve("app"));
        Files.writeString(app.resolve("hello.txt"), "hello\n");
        Files.writeString(app.resolve("Dockerfile"), "FROM scratch\nARG NOTE\nCOPY hello.txt /\nLABEL note=$NOTE\n");
        Files.copy(ROOT.resolve("pipelines/gitlab/image.yml"), project.resolve("template.yml"));
        Path file = project.resolve(".gitlab-ci.yml");
        Files.writeString(file, pipeline.replace("REGISTRY", registry.domain()));
        try (Git git = Git.init()
                .setDirectory(project.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setSign(false)
                    .setMessage("one")
                    .setAuthor("a", "a@localhost")
                    .setCommitter("a", "a@localhost")
                    .call();
        }
        List<String> words = new ArrayList<>(List.of(
                "exec",
                "--output=plain",
                "--host",
                "--var=CI_REGISTRY=" + registry.domain(),
                "--var=CI_REGISTRY_USER=ada",
                "--secret=CI_REGISTRY_PASSWORD"));
        words.addAll(List.of(more));
        words.add(file.toString());
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("CI_REGISTRY_PASSWORD", PASSWORD);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        int ended = Main.run(
                new RunnerCommand(words, environment, InputStream.nullInputStream(), out, out, () -> log), words);
        String said = log.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isZero();
        assertThat(said).doesNotContain(PASSWORD);
        return said;
    }

    private static String digest(String name) throws Exception {
        String manifest = DockerRegistry.skopeo(
                "inspect",
                "--raw",
                "--tls-verify=false",
                "--creds=ada:" + PASSWORD,
                "docker://" + registry.domain() + "/" + name);
        return Digest.of(manifest.getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Test
    void the_component_builds_with_the_jobs_own_account_and_tells_later_jobs_of_the_image() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools/templates"));
        Files.copy(ROOT.resolve("templates/image.yml"), tools.resolve("image.yml"));
        String said = run("""
                include:
                  - component: $CI_SERVER_FQDN/tools/runner/image@main
                    inputs:
                      image: REGISTRY/acme/app
                      tags: one $CI_COMMIT_SHORT_SHA
                      context: app
                      platforms: linux/amd64,linux/arm64
                      build-args: |
                        NOTE=a, b
                deploy:
                  stage: deploy
                  script: ['echo "deploys $IMAGE with $IMAGE_DIGEST"']
                """, "--project=tools/runner=" + tools.getParent());

        String digest = digest("acme/app:one");
        assertThat(said)
                .contains("deploy | deploys " + registry.domain() + "/acme/app@" + digest + " with " + digest)
                .contains("build-image | ▾ Build")
                .contains("Test report: 1 tests, 0 failed");
        assertThat(digest("acme/app:cache")).startsWith("sha256:");
    }

    @Test
    void the_template_is_extended() throws Exception {
        String said = run("""
                include: [template.yml]
                app:
                  extends: .runner-image
                  variables:
                    RUNNER_INPUT_IMAGE: REGISTRY/acme/other
                    RUNNER_INPUT_IMAGE_TAGS: two
                    RUNNER_INPUT_CONTEXT: app
                    RUNNER_INPUT_CACHE: none
                """);

        assertThat(said).contains("published " + registry.domain() + "/acme/other:two " + digest("acme/other:two"));
    }

    @Test
    void a_build_of_a_script_has_the_jobs_account_too() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        String name = registry.domain() + "/acme/scripted:1";
        Program program = Program.at(folder.resolve("home"));

        assertThat(program.run("build", "--push", "-t", name, context.toString())
                        .code())
                .isEqualTo(ExitCode.FAILED);

        program.with("CI_REGISTRY", registry.domain())
                .with("CI_REGISTRY_USER", "ada")
                .with("CI_REGISTRY_PASSWORD", PASSWORD)
                .run("build", "--push", "-t", name, context.toString())
                .passed();
        assertThat(digest("acme/scripted:1")).startsWith("sha256:");
    }

    @Test
    void the_pipeline_and_the_dockerfile_of_the_job_image_have_no_faults() {
        Program program = Program.at(folder.resolve("home"));

        program.run("lint", ROOT.resolve("pipelines/image.yml").toString()).passed();
        program.run(
                        "check",
                        "-f",
                        ROOT.resolve("pipelines/image/Dockerfile").toString(),
                        ROOT.resolve("pipelines/image").toString())
                .passed();
    }
}
