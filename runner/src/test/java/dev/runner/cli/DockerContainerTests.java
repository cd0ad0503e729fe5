package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.DockerMachine.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers as scripts use them: kept, in the background, looked into and removed. */
class DockerContainerTests {
    @TempDir
    Path folder;

    @Test
    void containers_are_run_kept_entered_copied_from_and_removed() throws Exception {
        try (DockerMachine machine = DockerMachine.start(folder)) {
            machine.publish("acme/tool:1", List.of("linux/amd64"), Map.of());
            machine.fresh("user");
            Path project = Files.createDirectories(folder.resolve("project"));
            Files.writeString(project.resolve("given"), "from outside\n");
            Ended kept = machine.sh(project, """
                    docker run --name first acme/tool:1 sh -c 'echo made > /result; echo out; exit 3' || echo "ended with $?"
                    docker ps -a --format '{{.Names}} {{.Image}} {{.State}}'
                    docker cp first:/result .
                    docker logs first
                    docker rm first
                    id=$(docker create acme/tool:1 cat /result)
                    docker cp given $id:/result
                    docker start -a $id
                    docker rm $id > removed
                    docker ps -aq
                    """);
            assertThat(kept.passed().output())
                    .startsWith("Unable to find image 'acme/tool:1' locally\n1: Pulling from acme/tool\n")
                    .endsWith("out\nended with 3\nfirst acme/tool:1 exited\nout\nfirst\nfrom outside\n");
            assertThat(project.resolve("result")).hasContent("made");
            Ended working = machine.sh(project, """
                    docker run -d --name second -e GREETING=hello -v kept:/data acme/tool:1 sleep 300 > id
                    docker exec second sh -c 'echo $GREETING; echo more > /data/file; exit 5' || echo "ended with $?"
                    docker inspect -f '{{.State.Running}} {{.Name}}' second
                    docker rm second || echo refused
                    docker rm -f second
                    docker run --rm -v kept:/data acme/tool:1 cat /data/file
                    docker run --rm acme/tool:1 nope || echo "ended with $?"
                    docker run --rm --entrypoint sh -w /data -v kept:/data -u 0 acme/tool:1 -c pwd
                    docker volume rm kept
                    """);
            assertThat(working.passed().output())
                    .startsWith("hello\nended with 5\ntrue /second\nError response from daemon: cannot remove container"
                            + " \"second\": container is running: stop the container before removing or force remove\n"
                            + "refused\nsecond\nmore\n")
                    .endsWith("ended with 127\n/data\nkept\n");
        }
    }
}
