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

    @Test
    void what_containers_are_told_holds_inside() throws Exception {
        try (DockerMachine machine = DockerMachine.start(folder)) {
            machine.publish("acme/tool:1", List.of("linux/amd64"), Map.of());
            machine.fresh("user");
            Path project = Files.createDirectories(folder.resolve("project"));
            Ended told = machine.sh(project, """
                    docker pull -q acme/tool:1
                    docker run --rm --dns 192.0.2.1 --dns-search example.org --dns-option ndots:3 --device /dev/null:/dev/nothing \
                        --security-opt no-new-privileges acme/tool:1 sh -c 'grep -v "^#" /etc/resolv.conf; echo x > /dev/nothing
                        stat -c %F /dev/nothing; grep NoNewPrivs /proc/self/status'
                    docker run --rm --init acme/tool:1 sh -c 'cat /proc/1/comm; exit 7' || echo "init ended with $?"
                    docker run --rm --cpu-shares 5 --userns host --security-opt seccomp=unconfined acme/tool:1 true
                    docker run --rm --log-driver syslog --oom-kill-disable acme/tool:1 true
                    docker run --name data -v named:/named -v /nameless acme/tool:1 sh -c 'echo one > /named/a; echo two > /nameless/b'
                    docker run --rm --volumes-from data:ro acme/tool:1 sh -c 'cat /named/a /nameless/b; touch /named/c 2>/dev/null || echo kept'
                    docker run -d --name open -P --expose 81 acme/tool:1 sleep 300 > id; docker port open 81; docker rm -f open data
                    docker run --rm --restart always acme/tool:1 true || echo "refused with $?"
                    """);
            assertThat(told.passed().output())
                    .contains("nameserver 192.0.2.1\nsearch example.org\noptions ndots:3\n")
                    .contains("character special file\nNoNewPrivs:\t1\n.runner-init\ninit ended with 7\n")
                    .contains("WARNING: --cpu-shares has no effect without Docker's engine: '5' is not obeyed\n"
                            + "WARNING: --log-driver has no effect without Docker's engine: 'syslog' is not obeyed\n"
                            + "WARNING: --oom-kill-disable has no effect without Docker's engine\none\ntwo\nkept\n")
                    .containsPattern("kept\\n(WARNING: .*\\n)?(0.0.0.0|127.0.0.1):\\d+\\nopen\\ndata\\n")
                    .endsWith("docker: conflicting options: cannot specify both --restart and --rm\n\n"
                            + "Run 'docker run --help' for more information\nrefused with 125\n");
        }
    }

    @Test
    void an_init_hands_on_signals_that_a_first_process_would_not_get() throws Exception {
        try (DockerMachine machine = DockerMachine.start(folder)) {
            machine.publish("acme/tool:1", List.of("linux/amd64"), Map.of());
            machine.fresh("user");
            Path project = Files.createDirectories(folder.resolve("project"));
            Ended stopped = machine.sh(project, """
                    docker run -d --init --name deaf acme/tool:1 sleep 300 > id
                    docker stop deaf
                    docker run -d --name heard acme/tool:1 sh -c 'trap "echo hup; exit 4" HUP; while :; do sleep 0.01; done' > id
                    docker kill -s HUP heard
                    docker wait heard
                    docker inspect -f '{{.State.ExitCode}}' deaf
                    docker logs heard
                    docker export heard | tar -t | grep -c bin/busybox
                    docker container prune -f | tail -1
                    """);
            assertThat(stopped.passed().output()).endsWith("deaf\nheard\n4\n143\nhup\n1\nTotal reclaimed space: 0B\n");
        }
    }

    @Test
    void a_container_begins_again_as_its_policy_says_until_somebody_stops_it() throws Exception {
        try (DockerMachine machine = DockerMachine.start(folder)) {
            machine.publish("acme/tool:1", List.of("linux/amd64"), Map.of());
            machine.fresh("user");
            Path project = Files.createDirectories(folder.resolve("project"));
            Ended restarted = machine.sh(project, """
                    docker run -d --name tries --restart on-failure:2 -v tries:/data acme/tool:1 sh -c 'echo try >> /data/count; exit 9' > id
                    docker wait tries
                    docker run --rm -v tries:/data acme/tool:1 cat /data/count
                    docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.HostConfig.RestartPolicy.Name}}' tries
                    docker run -d --name always --restart unless-stopped -v always:/data acme/tool:1 sh -c 'echo try >> /data/count; [ $(wc -l < /data/count) -lt 3 ] || sleep 300' > id
                    until [ "$(docker exec always cat /data/count 2>/dev/null | wc -l)" = 3 ]; do :; done
                    docker kill always
                    docker inspect -f '{{.State.ExitCode}}' always
                    """);
            assertThat(restarted.passed().output()).endsWith("9\ntry\ntry\ntry\nexited 9 on-failure\nalways\n137\n");
        }
    }

    @Test
    void a_port_of_this_machine_leads_in_and_is_told() throws Exception {
        try (DockerMachine machine = DockerMachine.start(folder)) {
            machine.publish("acme/tool:1", List.of("linux/amd64"), Map.of());
            machine.fresh("user");
            Path project = Files.createDirectories(folder.resolve("project"));
            Ended served = machine.sh(project, """
                    docker run -d --name web -p 127.0.0.1::80 acme/tool:1 sh -c 'echo found > /index.html; exec busybox httpd -f -p 80 -h /' > id
                    docker port web
                    address=$(docker port web 80)
                    until busybox wget -q -O - http://$address/index.html; do :; done
                    docker rm -f web
                    """);
            assertThat(served.passed().output()).matches("(?s).*80/tcp -> 127.0.0.1:[0-9]+\n(wget: .*\n)*found\nweb\n");
        }
    }
}
