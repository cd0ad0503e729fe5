package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.runner.host.process.Executables;
import dev.runner.registry.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs, services and actions in containers, for real: busybox in the best sandbox of this machine. */
class GithubContainerTests {
    private static final List<String> PROGRAMS = List.of(
            "sh",
            "tail",
            "ls",
            "cat",
            "echo",
            "env",
            "sleep",
            "true",
            "false",
            "hostname",
            "nc",
            "id",
            "httpd",
            "wget");

    @TempDir
    Path folder;

    private String home = "";
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void needs_busybox() {
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
    }

    private void box(Path context) throws IOException {
        Path bin = Files.createDirectories(context.resolve("root/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
        }
    }

    private int run(String... words) {
        Map<String, String> environment = Map.of(
                "PATH",
                System.getenv().getOrDefault("PATH", ""),
                "HOME",
                folder.resolve(home).toString(),
                "SECRET",
                "geheim-4711");
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        List<String> arguments = List.of(words);
        RunnerCommand root =
                new RunnerCommand(arguments, environment, InputStream.nullInputStream(), out, out, () -> log);
        int code = Main.run(root, arguments);
        out.flush();
        return code;
    }

    private String workflow(int code, String jobs, String... more) throws IOException {
        Path file = Files.createDirectories(folder.resolve("repo/.github/workflows"))
                .resolve("w.yml");
        Files.writeString(file, "name: w\non: push\njobs:\n" + jobs.indent(2));
        String actions = folder.resolve("actions").toString();
        List<String> words = new ArrayList<>(List.of("exec", "--output", "plain", "--actions-from", actions));
        words.addAll(List.of(more));
        words.add(file.toString());
        int ended = run(words.toArray(String[]::new));
        String said = log.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isEqualTo(code);
        return said;
    }

    private void buildBox() throws IOException {
        Path context = Files.createDirectories(folder.resolve("box"));
        box(context);
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY root /\nENV PATH=/bin OF_IMAGE=yes\nCMD [\"sh\", \"-c\", \"echo service says;"
                        + " exec tail -f /dev/null\"]\n");
        assertThat(run("build", "-q", "-t", "box:1", context.toString())).isZero();
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY root /\nENV PATH=/bin\nCOPY page /page\nCMD [\"httpd\", \"-f\", \"-h\", \"/\"]\n");
        Files.writeString(context.resolve("page"), "page of the service\n");
        assertThat(run("build", "-q", "-t", "served:1", context.toString())).isZero();
        log.reset();
    }

    @Test
    void steps_run_in_the_jobs_container_with_githubs_folders() throws Exception {
        buildBox();

        String said = workflow(1, """
                one:
                  runs-on: ubuntu-latest
                  container: {image: 'box:1', env: {GIVEN: given}, options: --hostname mybox}
                  steps:
                    - run: |
                        echo "$OF_IMAGE $GIVEN $HOME $GITHUB_WORKSPACE ${{ github.workspace }} $RUNNER_TEMP"
                        hostname
                        echo "SET=1" >> $GITHUB_ENV
                        echo "/first" >> $GITHUB_PATH
                        echo text > file
                    - run: echo "[$SET] $PATH"; cat file; test -s $GITHUB_EVENT_PATH && echo event
                    - shell: nothing {0}
                      run: x
                      continue-on-error: true
                    - run: exit 7
                """);

        assertThat(said)
                .contains("yes given /github/home /__w/repo/repo /__w/repo/repo /__w/_temp\n")
                .contains("| mybox\n")
                .contains("| [1] /first:/bin\n")
                .contains("| text\n")
                .contains("| event\n")
                .contains("nothing: command not found in the job's container")
                .contains("Process completed with exit code 7.")
                .contains("✓ Stop containers");
    }

    @Test
    void services_are_reached_by_name_and_port_and_their_logs_are_kept() throws Exception {
        buildBox();

        String said = workflow(0, """
                one:
                  runs-on: ubuntu-latest
                  container: box:1
                  services:
                    web:
                      image: box:1
                      options: --health-cmd "true" --health-interval 1s
                      ports: ['8080']
                  steps:
                    - run: |
                        echo "port ${{ job.services.web.ports['8080'] != '' }} ${{ job.container.id != '' }}"
                        cat /etc/hosts | sh -c 'while read a; do echo "$a"; done' > /dev/null
                """);

        assertThat(said).contains("| port true true\n").contains("| Print service container logs: web\n");
        assertThat(said).contains("| service says\n");
    }

    @Test
    void a_step_on_this_machine_reaches_a_service_by_its_mapped_port() throws Exception {
        buildBox();

        String said = workflow(0, """
                one:
                  runs-on: ubuntu-latest
                  services: {web: {image: 'served:1', ports: ['80']}}
                  steps:
                    - run: >-
                        for i in 1 2 3 4 5 6 7 8 9 10; do
                        busybox wget -q -O - http://127.0.0.1:${{ job.services.web.ports['80'] }}/page && break;
                        sleep 0.1; done
                """);

        assertThat(said).contains("| page of the service\n");
    }

    @Test
    void steps_and_actions_in_containers_reach_a_service_by_its_name() throws Exception {
        buildBox();
        Path action = Files.createDirectories(folder.resolve("actions/someone/fetch"));
        box(action);
        Files.writeString(
                action.resolve("Dockerfile"),
                "FROM scratch\nCOPY root /\nENV PATH=/bin\nENTRYPOINT [\"sh\", \"-c\", \"echo built $(wget -q -O -"
                        + " http://web/page)\"]\n");
        Files.writeString(action.resolve("action.yml"), "name: f\nruns: {using: docker, image: Dockerfile}\n");

        String said = workflow(0, """
                one:
                  runs-on: ubuntu-latest
                  container: box:1
                  services:
                    web:
                      image: served:1
                      options: --health-cmd "wget -q -O /dev/null http://127.0.0.1/page" --health-interval 50ms
                  steps:
                    - run: echo "step $(wget -q -O - http://web/page)"
                    - uses: docker://box:1
                      with: {entrypoint: sh, args: '-c "echo image $(wget -q -O - http://web/page); echo > left"'}
                    - uses: someone/fetch@v1
                    - run: ls left
                """);

        assertThat(said)
                .contains("| step page of the service\n")
                .contains("| image page of the service\n")
                .contains("| built page of the service\n")
                .contains("| left\n");
    }

    @Test
    void actions_for_node_run_in_an_image_without_node() throws Exception {
        assumeTrue(Executables.find("node") != null, "node is not installed");
        buildBox();
        Path action = Files.createDirectories(folder.resolve("actions/someone/script"));
        Files.writeString(action.resolve("action.yml"), "name: s\nruns: {using: node20, main: main.js}\n");
        Files.writeString(action.resolve("main.js"), """
                const {execFileSync} = require('child_process');
                console.log('of the image: ' + process.env.OF_IMAGE + ' in ' + process.cwd());
                console.log(execFileSync('sh', ['-c', 'echo shell $LD_LIBRARY_PATH.']).toString().trim());
                console.log(execFileSync(process.execPath, ['-p', '"again " + (6 * 7)']).toString().trim());
                """);

        String said = workflow(0, """
                one:
                  runs-on: ubuntu-latest
                  container: box:1
                  steps:
                    - uses: someone/script@v1
                    - uses: actions/github-script@v7
                      with: {script: 'console.log(`script ${process.env.OF_IMAGE} ${process.cwd()} ${typeof github.rest.repos.get}`)'}
                """);

        assertThat(said)
                .contains("| of the image: yes in /__w/repo/repo\n")
                .contains("| shell .\n")
                .contains("| again 42\n")
                .contains("| script yes /__w/repo/repo function\n");
    }

    @Test
    void a_service_that_is_not_well_fails_the_job() throws Exception {
        buildBox();

        String said = workflow(1, """
                one:
                  runs-on: ubuntu-latest
                  services:
                    web:
                      image: box:1
                      options: --health-cmd "false" --health-interval 100ms --health-retries 2
                  steps:
                    - run: echo never
                """);

        assertThat(said)
                .contains("Service container web failed: it is not healthy")
                .doesNotContain("| never");
    }

    @Test
    void an_action_with_a_dockerfile_is_built_and_run() throws Exception {
        Path action = Files.createDirectories(folder.resolve("actions/someone/boxed"));
        box(action);
        Files.writeString(
                action.resolve("Dockerfile"), "FROM scratch\nCOPY root /\nENV PATH=/bin\nENTRYPOINT [\"sh\"]\n");
        Files.writeString(
                action.resolve("root/main.sh"),
                "echo main $1 $INPUT_WHO $EXTRA $GITHUB_WORKSPACE $HOME; ls\n"
                        + "echo said=hello >> $GITHUB_OUTPUT; echo kept=1 >> $GITHUB_STATE\n");
        Files.writeString(action.resolve("root/post.sh"), "echo post $STATE_kept\n");
        Files.writeString(action.resolve("action.yml"), """
                name: boxed
                inputs: {who: {default: world}}
                runs:
                  using: docker
                  image: Dockerfile
                  args: [/main.sh, '${{ inputs.who }}']
                  env: {EXTRA: 'extra ${{ inputs.who }}'}
                  post-entrypoint: /bin/sh /post.sh
                """);
        Path file = Files.createDirectories(folder.resolve("repo/.github/workflows"))
                .resolve("w.yml");
        Files.writeString(file, """
                on: push
                jobs:
                  one:
                    runs-on: ubuntu-latest
                    steps:
                      - run: echo > in-workspace
                      - uses: someone/boxed@v1
                        id: it
                      - run: echo "said ${{ steps.it.outputs.said }}"
                """);
        int code = run(
                "exec",
                "--output",
                "plain",
                "--actions-from",
                folder.resolve("actions").toString(),
                "" + file);
        String said = log.toString(StandardCharsets.UTF_8);

        assertThat(code).as(said).isZero();
        assertThat(said)
                .contains("| main world world extra world /github/workspace /github/home\n")
                .contains("| in-workspace\n")
                .contains("| said hello\n")
                .contains("| post 1\n");
    }

    @Test
    void containers_may_be_computed_as_a_whole() throws Exception {
        buildBox();

        String said = workflow(
                0,
                """
                one:
                  runs-on: ubuntu-latest
                  container: ${{ fromJSON(vars.CONTAINER) }}
                  services: ${{ fromJSON(vars.SERVICES) }}
                  steps:
                    - run: echo "$GIVEN $(wget -q -O - http://web/page)"
                """,
                "--var",
                "CONTAINER={\"image\": \"box:1\", \"env\": {\"GIVEN\": 1}}",
                "--var",
                "SERVICES={\"none\": \"\", \"web\": {\"image\": \"served:1\", \"options\":"
                        + " \"--health-cmd \\\"wget -q -O /dev/null http://127.0.0.1/page\\\" --health-interval 50ms\"}}");

        assertThat(said).contains("| 1 page of the service\n").doesNotContain("none");
    }

    @Test
    void what_a_job_computes_is_checked_before_it_starts_with_every_fault() throws Exception {
        String said = workflow(
                2,
                """
                one:
                  runs-on: ubuntu-latest
                  container: ${{ fromJSON(vars.CONTAINER) }}
                  services: ${{ fromJSON(vars.SERVICES) }}
                  steps: [{run: echo never}]
                """,
                "--var",
                "CONTAINER={\"image\": \"box:1\", \"port\": []}",
                "--var",
                "SERVICES={\"web\": {\"image\": [1], \"ports\": 80, \"credentials\": 1}}");

        assertThat(said)
                .contains("container: Unexpected value 'port', did you mean 'ports'?")
                .contains("services.web.image: A text was expected")
                .contains("services.web.ports: A sequence of texts was expected")
                .contains("services.web.credentials: A mapping was expected")
                .doesNotContain("| never");
    }

    @Test
    void credentials_of_a_container_pull_it_from_a_registry_that_asks_for_them() throws Exception {
        buildBox();
        try (DockerRegistry registry = DockerRegistry.startWithUser(folder.resolve("registry"), "ci", "geheim-4711")) {
            String image = registry.domain() + "/private/box:1";
            Files.writeString(folder.resolve("box/Dockerfile"), "FROM scratch\nCOPY root /\nENV PATH=/bin\n");
            home = "publisher";
            Path login =
                    Files.createDirectories(folder.resolve("publisher/.docker")).resolve("config.json");
            Files.writeString(
                    login,
                    "{\"auths\": {\"" + registry.domain() + "\": {\"auth\": \""
                            + Base64.getEncoder().encodeToString("ci:geheim-4711".getBytes(StandardCharsets.UTF_8))
                            + "\"}}}");
            assertThat(run(
                            "build",
                            "-q",
                            "--push",
                            "-t",
                            image,
                            folder.resolve("box").toString()))
                    .as(log.toString(StandardCharsets.UTF_8))
                    .isZero();
            home = "";
            String job = """
                    one:
                      runs-on: ubuntu-latest
                      container: {image: 'IMAGE', credentials: {username: ci, password: '${{ secrets.SECRET }}'}}
                      steps: [{run: 'echo pulled ${{ secrets.SECRET }}'}]
                    two:
                      needs: one
                      if: always()
                      runs-on: ubuntu-latest
                      container: ${{ fromJSON(vars.CONTAINER) }}
                      steps: [{run: echo computed}]
                    """.replace("IMAGE", image);
            log.reset();
            String container = "CONTAINER={\"image\": \"" + image
                    + "\", \"credentials\": {\"username\": \"ci\", \"password\": \"geheim-4711\"}}";
            String wrong = container.replace("geheim-4711", "wrong");
            String refused =
                    workflow(1, job.replace("password: '${{ secrets.SECRET }}'", "password: wrong"), "--var", wrong);
            assertThat(refused).contains(registry.domain()).doesNotContain("| pulled");
            log.reset();
            assertThat(workflow(0, job, "--var", container))
                    .contains("| pulled ***\n")
                    .contains("| computed\n")
                    .doesNotContain("geheim");
        }
    }

    @Test
    void labels_of_runs_on_may_stand_for_an_image() throws Exception {
        buildBox();

        String job = """
                one:
                  runs-on: [self-hosted, ubuntu-24.04]
                  steps: [{run: 'echo of the image: $OF_IMAGE'}]
                two:
                  runs-on: other
                  steps: [{run: 'echo here: $OF_IMAGE.'}]
                """;
        assertThat(workflow(0, job, "--runs-on", "ubuntu-24.04=box:1"))
                .contains("| of the image: yes\n")
                .contains("| here: .\n");
        log.reset();
        Path config = Files.createDirectories(folder.resolve(".config/runner")).resolve("config.yml");
        Files.writeString(config, "runs-on:\n  ubuntu-24.04: box:1\n  other: box:1\n");
        assertThat(workflow(0, job, "--runs-on", "other=host"))
                .contains("| of the image: yes\n")
                .contains("| here: .\n");
    }

    @Test
    void an_image_is_a_step_of_a_job_on_this_machine() throws Exception {
        buildBox();

        String said = workflow(0, """
                one:
                  runs-on: ubuntu-latest
                  steps:
                    - run: echo "GIVEN=given" >> $GITHUB_ENV
                    - uses: docker://box:1
                      id: it
                      env: {OWN: own}
                      with: {entrypoint: /bin/sh, args: '-c "echo $OF_IMAGE $GIVEN $OWN $INPUT_ENTRYPOINT $PWD; echo a=b >> $GITHUB_OUTPUT"'}
                    - run: echo "a is ${{ steps.it.outputs.a }}"
                    - uses: docker://box:1
                      continue-on-error: true
                      with: {entrypoint: /bin/sh, args: '-c "exit 3"'}
                """);

        assertThat(said)
                .contains("| yes given own /bin/sh /github/workspace\n")
                .contains("| a is b\n")
                .contains("exit code 3");
    }

    @Test
    void a_login_at_amazons_registry_changes_the_access_key_for_a_password() throws Exception {
        HttpServer amazon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String token = Base64.getEncoder().encodeToString("AWS:of-amazon-4711".getBytes(StandardCharsets.UTF_8));
        amazon.createContext("/", exchange -> {
            byte[] answer = ("{\"authorizationData\":[{\"authorizationToken\":\"" + token + "\"}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        amazon.start();
        try (DockerRegistry registry =
                DockerRegistry.startWithUser(folder.resolve("registry"), "AWS", "of-amazon-4711")) {
            String name = "012345678901.dkr.ecr.eu-west-1.amazonaws.com";
            String said = workflow(
                    0,
                    """
                    one:
                      runs-on: ubuntu-latest
                      env: {AWS_ENDPOINT_URL_ECR: 'AMAZON', AWS_ACCESS_KEY_ID: AKID, AWS_SECRET_ACCESS_KEY: '${{ secrets.SECRET }}'}
                      steps:
                        - uses: docker/login-action@v3
                          with: {registry: NAME}
                        - run: cat $DOCKER_CONFIG/config.json; echo "of-amazon-4711"
                    """.replace(
                            "AMAZON", "http://127.0.0.1:" + amazon.getAddress().getPort()).replace("NAME", name),
                    "--registry-rewrite",
                    name + "=http://" + registry.domain());
            assertThat(said)
                    .contains("| Logging into " + name + "...\n")
                    .contains("| Login Succeeded!\n")
                    .contains("| Logging out of " + name + "...\n")
                    .doesNotContain("4711");
        } finally {
            amazon.stop(0);
        }
    }
}
