package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.DockerMachine.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two pipelines that the project's articles end with, as they stand there, on a machine without Docker: the one change
 * is {@code --registry-rewrite}, which sends Docker Hub's names to a registry here.
 */
class SeedPipelineTests {
    @TempDir
    Path folder;

    private DockerMachine machine;
    private Path project;

    @BeforeEach
    void start() throws Exception {
        machine = DockerMachine.start(folder.resolve("machine"));
        project = Files.createDirectories(folder.resolve("project"));
    }

    @AfterEach
    void stop() throws Exception {
        machine.close();
    }

    private void write(String name, String text) throws Exception {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void commit(String branch) throws Exception {
        machine.sh(project, """
                git init -q -b %s
                git add -A
                git -c user.name=n -c user.email=n@example.com commit -qm first
                """.formatted(branch)).passed();
    }

    /** Without anything that knows the registry but the flag, and without our own docker in the PATH. */
    private Ended exec(String words) throws Exception {
        return machine.sh(
                project,
                "unset RUNNER_REGISTRY_REWRITE\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nexec \"$RUNNER_LAUNCHER\" exec "
                        + words + " --registry-rewrite docker.io=http://" + machine.hub());
    }

    private String inspected(String name) throws Exception {
        return machine.program().run("inspect", name).passed().out();
    }

    @Test
    void the_github_workflow_of_the_article_publishes_three_platforms_under_the_sha() throws Exception {
        machine.publish(
                "node:18-alpine",
                List.of("linux/amd64", "linux/arm64", "linux/arm/v7"),
                Map.of(
                        "usr/local/bin/npm",
                        "echo installed for $(uname -m) > installed",
                        "usr/local/bin/node",
                        "exec sh \"$@\""));
        write("package.json", "{ \"name\": \"multi-arch-demo\", \"version\": \"1.0.0\" }\n");
        write("index.js", "echo listening\n");
        write("Dockerfile", """
                FROM node:18-alpine
                WORKDIR /app
                COPY package.json .
                RUN npm i
                COPY index.js .
                CMD ["node", "index.js"]
                """);
        write(".github/workflows/build.yml", """
                name: Build multi-arch image
                on:
                  push:
                    branches: [main]
                jobs:
                  build:
                    runs-on: ubuntu-latest
                    steps:
                      - name: Checkout
                        uses: actions/checkout@v3
                      - name: Install buildx
                        id: buildx
                        uses: crazy-max/ghaction-docker-buildx@v1
                        with:
                          buildx-version: latest
                          qemu-version: latest
                      - name: Login to Docker Hub
                        uses: docker/login-action@v2
                        with:
                          username: ${{ secrets.DOCKER_USER }}
                          password: ${{ secrets.DOCKER_PASSWORD }}
                      - name: Build and push the image
                        run: |
                          docker buildx build --push \\
                            --tag ${{ secrets.DOCKER_USER }}/multi-arch-demo:${{ github.sha }} \\
                            --platform linux/amd64,linux/arm/v7,linux/arm64 .
                """);
        write("../secrets.env", "DOCKER_USER=somebody\nDOCKER_PASSWORD=s3cret-word\n");
        commit("main");

        Ended ended =
                exec(".github/workflows/build.yml --secret-file ../secrets.env").passed();

        String sha = machine.sh(project, "git rev-parse HEAD").output().strip();
        assertThat(ended.output()).doesNotContain("s3cret-word");
        assertThat(inspected("somebody/multi-arch-demo:" + sha)).contains("linux/amd64", "linux/arm/v7", "linux/arm64");
    }

    @Test
    void the_gitlab_pipeline_of_the_article_publishes_four_platforms_and_is_cached_the_second_time() throws Exception {
        List<String> platforms = List.of("linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7");
        machine.publish("alpine:3.12", platforms, Map.of("sbin/apk", "echo $* > /installed"));
        machine.publish("jdrouet/docker-with-buildx:latest", List.of("linux/amd64"), Map.of());
        write("Dockerfile", """
                FROM alpine:3.12
                RUN apk add --no-cache openssh
                COPY nuttssh /usr/bin/nuttssh
                """);
        write("nuttssh", "content\n");
        write(".gitlab-ci.yml", """
                variables:
                  DOCKER_HOST: tcp://docker:2375/
                  DOCKER_DRIVER: overlay2
                  CI_IMAGE: $DOCKER_USER/nuttssh
                  CI_BUILD_ARCHS: "linux/amd64,linux/arm64,linux/arm/v6,linux/arm/v7"

                before_script:
                  - docker login -u "$DOCKER_USER" -p "$DOCKER_TOKEN"
                  - docker run --rm --privileged multiarch/qemu-user-static --reset -p yes
                  - docker buildx create --use

                build-master:
                  image: jdrouet/docker-with-buildx:latest
                  services:
                    - docker:dind
                  only:
                    - master
                  script:
                    - docker buildx build --push -t "$CI_IMAGE" --platform linux/amd64,linux/arm64,linux/arm/v6,linux/arm/v7 --cache-from "$CI_IMAGE" --build-arg BUILDKIT_INLINE_CACHE=1 .

                build-dev:
                  image: jdrouet/docker-with-buildx:latest
                  services:
                    - docker:dind
                  except:
                    - master
                  script:
                    - docker buildx build --push -t "$CI_IMAGE:$CI_COMMIT_REF_SLUG" --platform linux/amd64,linux/arm64,linux/arm/v6,linux/arm/v7 --cache-from "$CI_IMAGE" --build-arg BUILDKIT_INLINE_CACHE=1 .
                """);
        write("../variables.env", "DOCKER_USER=somebody\nDOCKER_TOKEN=s3cret-word\n");
        commit("master");

        Ended first = exec(".gitlab-ci.yml --secret-file ../variables.env").passed();
        machine.fresh("second");
        Ended second = exec(".gitlab-ci.yml --secret-file ../variables.env").passed();

        assertThat(first.output()).contains("build-master").doesNotContain("build-dev", "s3cret-word");
        assertThat(inspected("somebody/nuttssh:latest"))
                .contains("linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7");
        for (String platform : platforms) {
            assertThat(second.output()).containsPattern(platform + " +sha256:[0-9a-f]{64} +2 of 2 cached");
        }
    }
}
