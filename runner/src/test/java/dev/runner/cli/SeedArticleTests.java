package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.DockerMachine.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command blocks of the five articles from which people know multi-platform builds, as they stand there, on a machine
 * without Docker. Only names of people are filled in, and Docker Hub is a registry on loopback.
 */
class SeedArticleTests {
    @TempDir
    static Path folder;

    private static DockerMachine machine;

    @BeforeAll
    static void start() throws Exception {
        machine = DockerMachine.start(folder);
        machine.publish(
                "alpine:latest",
                List.of("linux/amd64", "linux/arm64", "linux/arm/v7"),
                Map.of(
                        "sbin/apk",
                        "[ \"$1\" = add ] || exit 0\n"
                                + "printf '#!/bin/sh\\necho \"OpenVPN 2.4.9 %s-alpine-linux-musl\"\\n' $(uname -m)"
                                + " > /usr/sbin/openvpn; chmod +x /usr/sbin/openvpn",
                        "usr/sbin/empty",
                        "exit 0",
                        "bin/arch",
                        "uname -m"));
        machine.publish("arm64v8/ubuntu:latest", List.of("linux/arm64"), Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    private static Path project(String name, String dockerfile) throws Exception {
        Path project = Files.createDirectories(folder.resolve(name));
        Files.writeString(project.resolve("Dockerfile"), dockerfile);
        machine.fresh(name);
        return project;
    }

    private static Path project(String name) throws Exception {
        return project(name, "FROM alpine\nRUN uname -m > /machine\nCMD [\"cat\", \"/machine\"]\n");
    }

    private static String platforms(String image) {
        return machine.program().run("inspect", image).passed().out();
    }

    @Test
    void article_1_a_builder_is_made_used_bootstrapped_and_builds_for_three_platforms() throws Exception {
        Path project = project("xbuilder");
        Ended made = machine.sh(project, """
                docker buildx create --name xbuilder
                docker buildx use xbuilder
                docker run --rm --privileged linuxkit/binfmt:v0.8 #latest as of writing
                docker buildx inspect --bootstrap
                docker buildx ls
                """);
        assertThat(made.passed().output())
                .startsWith("xbuilder\n")
                .contains("Name:   xbuilder\nDriver: docker-container\n\nNodes:\n")
                .contains("Endpoint:         unix:///var/run/docker.sock\nStatus:           running\n")
                .containsPattern("Platforms:        linux/amd64, linux/arm64, .*linux/arm/v7, linux/arm/v6")
                .contains("xbuilder*       docker-container")
                .contains(" \\_ xbuilder0");
        machine.sh(
                        project,
                        "docker buildx build --platform=linux/amd64,linux/arm/v7,linux/arm64 --push"
                                + " -t jdreinhardt/test:latest .")
                .passed();
        assertThat(platforms("jdreinhardt/test:latest"))
                .contains("Platform:  linux/amd64", "Platform:  linux/arm/v7", "Platform:  linux/arm64");
    }

    @Test
    void article_2_a_builder_for_a_project_first_builds_and_then_pushes() throws Exception {
        Path project = project("project");
        Ended built = machine.sh(project, """
                export PROJECT=projectname VERSION=1.0
                docker buildx create --name ${PROJECT}
                docker buildx use ${PROJECT}
                docker buildx build --platform linux/amd64,linux/arm64,linux/arm/v7 -t ${PROJECT}:${VERSION} .
                docker buildx build --platform linux/amd64,linux/arm64,linux/arm/v7 -t ${PROJECT}:${VERSION} . --push
                """);
        assertThat(built.passed().output())
                .contains("WARNING: No output specified with docker-container driver. Build result will only remain in"
                        + " the build cache. To push result image into registry use --push or to load image into docker"
                        + " use --load");
        assertThat(platforms("projectname:1.0")).contains("linux/amd64", "linux/arm64", "linux/arm/v7");
    }
}
