package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code runner init} in repositories as people have them. */
class InitCommandTests {
    private static final String DOCKERFILE = "FROM scratch\nCOPY Dockerfile /\n";

    @TempDir
    Path folder;

    private Path repository(String origin) throws Exception {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        try (Git git = Git.init()
                .setInitialBranch("main")
                .setDirectory(repository.toFile())
                .call()) {
            if (!origin.isEmpty()) {
                git.getRepository().getConfig().setString("remote", "origin", "url", origin);
                git.getRepository().getConfig().save();
            }
        }
        return repository;
    }

    private static void write(Path repository, String name, String text) throws IOException {
        Path file = repository.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Program.Outcome init(Path repository, String... words) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("init", repository.toString()), java.util.stream.Stream.of(words))
                .toArray(String[]::new);
        return Program.at(folder).run(all);
    }

    private String pipeline(Path repository, String... words) throws IOException {
        init(repository, words).passed();
        Program.at(folder)
                .run("lint", repository.resolve("pipeline.yml").toString())
                .passed();
        return Files.readString(repository.resolve("pipeline.yml"));
    }

    @Test
    void what_is_written_for_a_dockerfile_builds_and_publishes_at_once() throws Exception {
        Path repository = repository("git@github.com:Acme/Hello.git");
        write(repository, "Dockerfile", DOCKERFILE);
        pipeline(repository);
        try (Git git = Git.open(repository.toFile())) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("first")
                    .setAuthor("a", "a@localhost")
                    .setCommitter("a", "a@localhost")
                    .setSign(false)
                    .call();
        }
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (RegistryServer server =
                RegistryServer.start(folder.resolve("registry"), any, RegistryServer.Options.OPEN)) {
            String address = "127.0.0.1:" + server.address().getPort();

            assertThat(exec(repository))
                    .contains("Login to ghcr.io skipped", "Publish to ghcr.io/acme/hello skipped", "passed");
            String published =
                    exec(repository, "--var", "PUBLISH=true", "--registry-rewrite", "ghcr.io=http://" + address);
            assertThat(published).contains("passed");
            String there = Program.at(folder)
                    .run("inspect", address + "/acme/hello:latest")
                    .passed()
                    .out();
            assertThat(there).contains("linux/amd64", "linux/arm64");
        }
    }

    private String exec(Path repository, String... words) throws Exception {
        List<String> command = ProgramProcess.command("exec");
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
        for (String name : List.of("CACHE", "CONFIG", "DATA", "STATE")) {
            builder.environment()
                    .put("XDG_" + name + "_HOME", folder.resolve(name).toString());
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void a_workflow_of_dockers_actions_is_taken_over() throws Exception {
        Path repository = repository("https://github.com/Acme/Shop.git");
        write(repository, "Dockerfile", DOCKERFILE);
        write(repository, ".github/workflows/docker.yml", """
                on: push
                env: {REGISTRY: ghcr.io, IMAGE_NAME: "${{ github.repository }}"}
                jobs:
                  build:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: docker/login-action@v3
                        with:
                          registry: ${{ env.REGISTRY }}
                          username: ${{ github.actor }}
                          password: ${{ secrets.GITHUB_TOKEN }}
                      - id: meta
                        uses: docker/metadata-action@v5
                        with:
                          images: ${{ env.REGISTRY }}/${{ env.IMAGE_NAME }}
                          tags: |
                            type=semver,pattern={{version}}
                            type=ref,event=branch
                            type=sha
                      - uses: docker/build-push-action@v6
                        with:
                          platforms: linux/amd64,linux/arm/v7
                          push: true
                          tags: ${{ steps.meta.outputs.tags }}
                          target: final
                          build-args: |
                            VERSION=${{ github.ref_name }}
                            WHO=${{ runner.name }}
                          secrets: npm=${{ secrets.NPM_TOKEN }}
                          cache-from: type=gha
                          cache-to: type=gha,mode=max
                """);

        Program.Outcome outcome =
                init(repository, "--github=acme/runner/action@v1").passed();

        assertThat(outcome.out())
                .contains("note: .github/workflows/docker.yml: 'runner.name' has no match here and was left out");
        assertThat(Files.readString(repository.resolve("pipeline.yml"))).isEqualTo("""
                # Written by 'runner init' from .github/workflows/docker.yml.
                # runner exec runs it; runner exec --dry-run shows what it would do.
                name: shop
                variables:
                  IMAGE: ghcr.io/acme/shop
                  REGISTRY_USER: Acme
                  # true publishes with the logins that are kept on this machine, without the secrets below.
                  PUBLISH: ""
                # From the environment or --secret NAME. Without a registry's, images are built and not published.
                secrets:
                  GITHUB_TOKEN: {optional: true}
                  NPM_TOKEN: {optional: true}
                platforms: [linux/amd64, linux/arm/v7]
                jobs:
                  image:
                    steps:
                      - checkout: {dirty: true}
                      - binfmt: {}
                      - login:
                          registry: ghcr.io
                          username: "${{ variables.REGISTRY_USER }}"
                          password: "${{ secrets.GITHUB_TOKEN }}"
                        if: secrets.GITHUB_TOKEN != ''
                      - id: image
                        build:
                          target: final
                          args:
                            VERSION: "${{ commit.tag || commit.branch }}"
                            WHO: ""
                          secrets:
                            npm: "${{ secrets.NPM_TOKEN }}"
                          cache-from: [type=gha]
                          cache-to: ["type=gha,mode=max"]
                      - publish:
                          image: ${{ steps.image.outputs.digest }}
                          to: "${{ variables.IMAGE }}"
                          tags: [semver, latest, branch, "sha-${{ commit.short }}"]
                        if: variables.PUBLISH == 'true' || secrets.GITHUB_TOKEN != ''
                """);
        assertThat(Files.readString(repository.resolve(".github/workflows/runner.yml")))
                .contains(
                        "- uses: acme/runner/action@v1\n",
                        "GITHUB_TOKEN: ${{ github.event_name != 'pull_request' && secrets.GITHUB_TOKEN || '' }}");
        Program.at(folder)
                .run(
                        "lint",
                        "--offline",
                        repository.resolve(".github/workflows/runner.yml").toString(),
                        repository.resolve("pipeline.yml").toString())
                .passed();
    }

    @Test
    void docker_in_docker_and_kaniko_of_gitlab_are_taken_over() throws Exception {
        Path repository = repository("git@gitlab.example.com:group/sub/app.git");
        write(repository, ".gitlab-ci.yml", """
                variables: {TAG: "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"}
                build:
                  image: docker:27
                  services: [docker:27-dind]
                  before_script:
                    - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin $CI_REGISTRY
                  script:
                    - docker build --pull --build-arg SHA=$CI_COMMIT_SHA -t "$TAG" .
                    - docker tag $TAG $CI_REGISTRY_IMAGE:latest
                    - docker push "$TAG" && docker push $CI_REGISTRY_IMAGE:latest
                worker:
                  image: {name: "gcr.io/kaniko-project/executor:debug", entrypoint: [""]}
                  script:
                    - /kaniko/executor
                      --context "${CI_PROJECT_DIR}/worker"
                      --dockerfile "${CI_PROJECT_DIR}/worker/Dockerfile"
                      --destination "${CI_REGISTRY_IMAGE}/worker:${CI_COMMIT_TAG}"
                """);

        assertThat(pipeline(repository))
                .contains(
                        "registry: registry.gitlab.example.com",
                        "SHA: \"${{ commit.sha }}\"",
                        "to: registry.gitlab.example.com/group/sub/app\n",
                        "tags: [sha-short, latest]",
                        "password: \"${{ secrets.CI_REGISTRY_PASSWORD }}\"",
                        "  worker:\n",
                        "context: worker\n",
                        "to: registry.gitlab.example.com/group/sub/app/worker\n",
                        "tags: [tag, sha-short]");
        assertThat(init(repository, "--gitlab").err()).contains("pipeline.yml, .gitlab-ci.yml are there already");
        init(repository, "--gitlab", "--force").passed();
        Program.at(folder)
                .run("lint", repository.resolve(".gitlab-ci.yml").toString())
                .passed();
    }

    @Test
    void bake_files_compose_files_and_several_dockerfiles_give_a_job_for_each_image() throws Exception {
        Path repository = repository("https://github.com/acme/shop");
        write(repository, "docker-bake.hcl", """
                target "api" {
                  context = "api"
                  tags = ["ghcr.io/acme/api:1.0"]
                  args = {A = "b"}
                }
                target "web" {
                  dockerfile = "web.Dockerfile"
                  platforms = ["linux/amd64"]
                }
                """);
        assertThat(pipeline(repository))
                .contains(
                        "  api:\n",
                        "context: api\n",
                        "tags: [\"1.0\"]",
                        "  web:\n",
                        "file: web.Dockerfile",
                        "ghcr.io/acme/shop/web");
        Files.delete(repository.resolve("docker-bake.hcl"));
        write(
                repository,
                "compose.yaml",
                "services:\n  one: {build: ./one, image: acme/one}\n  db: {image: postgres}\n");
        assertThat(pipeline(repository, "--force"))
                .contains("context: one\n", "IMAGE: acme/one\n")
                .doesNotContain("postgres");
        Files.delete(repository.resolve("compose.yaml"));
        write(repository, "Dockerfile", DOCKERFILE);
        write(repository, "tools/Dockerfile", DOCKERFILE);
        write(repository, "debug.Dockerfile", DOCKERFILE);
        write(repository, "node_modules/x/Dockerfile", DOCKERFILE);
        assertThat(pipeline(repository, "--force"))
                .contains(
                        "  shop:\n",
                        "  debug:\n",
                        "file: debug.Dockerfile",
                        "  tools:\n",
                        "context: tools",
                        "to: ghcr.io/acme/shop\n")
                .doesNotContain("node_modules");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "go.mod | module x\\n\\ngo 1.23\\n | golang:1.23",
                "Cargo.toml | [package]\\nname = \"crab\"\\n | cp target/release/crab /app",
                "pom.xml | <project><java.version>21</java.version></project> | eclipse-temurin:21-jre",
                "build.gradle | application { mainClass = 'a.Main' }\\n | 'ENTRYPOINT [\"java\", \"-cp\", \"lib/*\", \"a.Main\"]'",
                "src/Web/Web.csproj | <Project Sdk=\"Microsoft.NET.Sdk.Web\"/> | dotnet/aspnet:8.0",
                "package.json | {\"scripts\": {\"build\": \"vite build\"}, \"devDependencies\": {\"vite\": \"6\"}} | /app/dist",
                "package.json | {\"main\": \"server.js\", \"engines\": {\"node\": \">=22\"}} | node:22-slim",
                "requirements.txt | fastapi\\n | python:3.13-slim",
                "pyproject.toml | [project]\\nrequires-python = \">=3.12\"\\n[project.scripts]\\nserve = \"p:main\"\\n | 'CMD [\"serve\"]'",
                "Gemfile | gem \"rails\"\\n | bin/rails",
                "composer.json | {\"require\": {\"php\": \"^8.3\"}} | php:8.3-apache",
                "index.html | hello | nginx-unprivileged"
            })
    void a_language_without_a_dockerfile_gets_one_that_no_check_finds_fault_with(String file, String text, String part)
            throws Exception {
        Path repository = repository("");
        write(repository, file, text.replace("\\n", "\n"));

        assertThat(pipeline(repository)).contains("registry: embedded", "IMAGE: \"localhost:5000/repository\"");
        assertThat(Files.readString(repository.resolve("Dockerfile"))).contains(part);
        assertThat(repository.resolve(".dockerignore")).content().contains(".git\n");
        Program.at(folder).run("check", repository.toString()).passed();
    }

    @Test
    void nothing_is_written_where_something_would_be_lost_or_nothing_can_be_built() throws Exception {
        Path repository = repository("");
        assertThat(init(repository).err())
                .contains("there is no Dockerfile here, and no language is known by its files");
        write(repository, "Dockerfile", DOCKERFILE);
        write(repository, "pipeline.yml", "mine");
        Program.Outcome refused = init(repository, "--github");
        assertThat(refused.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(refused.err()).contains("pipeline.yml is there already; --force overwrites, --dry-run shows");
        assertThat(repository.resolve("pipeline.yml")).hasContent("mine");
        assertThat(repository.resolve(".github")).doesNotExist();
        assertThat(init(repository, "--dry-run").passed().out()).contains("# pipeline.yml\n", "jobs:\n");
        assertThat(repository.resolve("pipeline.yml")).hasContent("mine");
    }
}
