package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.registry.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code runner exec .gitlab-ci.yml} as a person starts it. */
@Timeout(120)
class GitLabExecTests {
    private static final List<String> PROGRAMS = List.of(
            "sh",
            "ls",
            "cat",
            "echo",
            "env",
            "sleep",
            "true",
            "false",
            "grep",
            "printf",
            "nc",
            "pwd",
            "nslookup",
            "mkdir",
            "cp");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private String run(int code, String... words) {
        log.reset();
        Map<String, String> environment =
                Map.of("PATH", System.getenv().getOrDefault("PATH", ""), "HOME", folder.toString());
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        List<String> arguments = List.of(words);
        RunnerCommand root =
                new RunnerCommand(arguments, environment, InputStream.nullInputStream(), out, out, () -> log);
        int ended = Main.run(root, arguments);
        out.flush();
        String said = log.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isEqualTo(code);
        return said;
    }

    private String pipeline(String text) throws IOException {
        Path file = Files.createDirectories(folder.resolve("project")).resolve(".gitlab-ci.yml");
        Files.writeString(file, text);
        return file.toString();
    }

    private void buildBox() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
        Path context = Files.createDirectories(folder.resolve("box"));
        Path bin = Files.createDirectories(context.resolve("root/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
        }
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY root /\nENV PATH=/bin OF_IMAGE=yes\nCMD [\"sh\", \"-c\", \"echo hello | nc -l -p 80\"]\n");
        run(0, "build", "-q", "-t", "box:1", context.toString());
    }

    @Test
    void a_job_with_an_image_runs_in_its_container_with_its_services() throws Exception {
        buildBox();
        String file = pipeline("""
                variables: {VERSION: "1", FILE_NAME: kept.txt}
                make:
                  stage: build
                  image: box:$VERSION
                  services: [{name: "box:1", alias: greeter}]
                  before_script: [export A=shared]
                  script:
                    - echo "$OF_IMAGE $A $CI_PROJECT_DIR $(pwd)"
                    - echo "$(nc greeter 80 < /dev/null)"
                    - echo made > $FILE_NAME
                  after_script: ['echo "[$A] $CI_JOB_STATUS"']
                  artifacts: {paths: [$FILE_NAME]}
                use:
                  script: [cat kept.txt, 'echo "[$OF_IMAGE]"']
                fails:
                  image: box:1
                  script: [exit 7]
                  allow_failure: {exit_codes: 7}
                """);

        String said = run(0, "exec", "--output", "plain", file);

        assertThat(said)
                .contains("| yes shared /builds/local/project /builds/local/project\n")
                .contains("make | hello\n")
                .contains("make | [] success\n")
                .contains("use | made\n")
                .contains("use | []\n")
                .contains("fails | failure (tolerated)")
                .contains(": 2 jobs passed, 1 job failed, which is tolerated");
    }

    @Test
    void on_the_host_the_image_is_left_out() throws Exception {
        String file = pipeline("job: {image: 'nothing:1', script: 'echo here'}\n");

        assertThat(run(0, "exec", "--output", "plain", "--host", file)).contains("job | here\n");
    }

    @Test
    void an_engine_as_a_service_is_not_needed() throws Exception {
        String file = pipeline("""
                job:
                  image: docker:24
                  services: ["docker:24-dind"]
                  script: [docker version]
                """);

        assertThat(run(0, "exec", "--output", "plain", file))
                .contains("docker is runner's own")
                .doesNotContain("Cannot connect");
    }

    @Test
    void what_an_event_makes_is_listed() throws Exception {
        String file = pipeline("""
                branch: {script: echo}
                tag: {script: echo, only: [tags]}
                merge: {script: echo, rules: [{if: $CI_MERGE_REQUEST_IID}]}
                scheduled: {script: echo, rules: [{if: '$CI_PIPELINE_SOURCE == "schedule"'}]}
                """);

        assertThat(run(0, "exec", "--list", file)).isEqualTo("branch\n");
        assertThat(run(0, "exec", "--list", "--tag", "v1", file)).isEqualTo("branch\ntag\n");
        assertThat(run(0, "exec", "--list", "--event", "merge_request", file)).isEqualTo("merge\n");
        assertThat(run(0, "exec", "--list", "--event", "schedule", file)).isEqualTo("branch\nscheduled\n");
    }

    @Test
    void faults_are_told_with_their_place() throws Exception {
        String file = pipeline("job:\n  scripts: echo\n");

        assertThat(run(2, "exec", file))
                .contains(".gitlab-ci.yml:2:3: error: jobs:job config contains unknown keys: scripts")
                .contains("did you mean 'script'?");
    }

    @Test
    void lint_tells_what_is_odd() throws Exception {
        String file = pipeline("""
                variables:
                  DEPLOY_TOKEN: abcdef123456
                  PASSWORD_FILE_TOKEN: $FROM_PROJECT
                .used: {script: echo}
                .by-anchor: &setup {script: echo}
                .by-reference: {before_script: [echo]}
                .unused: &nothing {script: echo}
                a:
                  extends: .used
                  rules:
                    - if: $CI_COMMIT_BRANCH
                    - when: manual
                    - if: $CI_COMMIT_TAG
                c:
                  script: [echo, 'curl -H "PRIVATE-TOKEN: glpat-abcdefghijklmnopqrstu" x']
                  rules: [{if: $A, when: never}, {if: $B}, {if: $A}]
                b:
                  <<: *setup
                  before_script: !reference [.by-reference, before_script]
                  needs: [a, a]
                """);

        assertThat(run(1, "lint", file))
                .contains("a command seems to hold a secret in plain text")
                .contains("this rule is never reached, because one before it has the same condition")
                .contains("2:3: warning: the variable DEPLOY_TOKEN seems to hold a secret in plain text")
                .contains("7:1: warning: the hidden job .unused is used nowhere")
                .contains("the anchor &nothing is used nowhere")
                .contains("13:7: warning: jobs:a:rules: this rule is never reached")
                .contains("jobs:b:needs names a twice")
                .doesNotContain("PASSWORD_FILE_TOKEN seems")
                .doesNotContain(".by-anchor is used")
                .doesNotContain(".by-reference is used");
    }

    @Test
    void failed_jobs_are_run_again_with_the_artifacts_of_the_others() throws Exception {
        String file = pipeline("""
                make:
                  stage: build
                  script: [echo once >> made.txt, 'echo "FROM_MAKE=dotenv" > make.env', echo making]
                  artifacts: {paths: [made.txt], reports: {dotenv: make.env}}
                use:
                  script: ['cat made.txt', 'echo "got $FROM_MAKE"', 'test -e "$DOOR"']
                after: {stage: deploy, script: [echo afterwards]}
                """);
        Path door = folder.resolve("door");

        String first = run(1, "exec", "--output", "plain", "--var", "DOOR=" + door, file);
        Files.createFile(door);
        String second = run(0, "exec", "--output", "plain", "--var", "DOOR=" + door, "--rerun", "failed", file);

        assertThat(first).contains("make | making\n").doesNotContain("after | afterwards");
        assertThat(second)
                .doesNotContain("make | making")
                .contains("use | once\n")
                .contains("use | got dotenv\n")
                .contains("after | afterwards\n");
    }

    @Test
    void manual_jobs_that_wait_are_named_and_can_be_started_later() throws Exception {
        String file = pipeline("""
                stages: [build, test, deploy]
                make: {stage: build, script: [echo making]}
                gate: {stage: test, when: manual, allow_failure: false, script: [echo open]}
                free: {stage: test, when: manual, script: [echo free]}
                ship: {stage: deploy, script: [echo shipped]}
                """);

        assertThat(run(0, "exec", "--output", "plain", file))
                .contains("The pipeline is blocked until its manual jobs are started: gate, free (--manual gate"
                        + " --manual free --rerun failed goes on from here)")
                .doesNotContain("ship | shipped");
        assertThat(run(0, "exec", "--output", "plain", "--manual", "gate", "--rerun", "failed", file))
                .contains("gate | open\n", "ship | shipped\n", "Manual jobs wait: free")
                .doesNotContain("make | making");
    }

    @Test
    void an_answer_names_manual_jobs() {
        List<String> open = List.of("deploy", "ship: [a, b]", "stop");

        assertThat(ManualJobs.chosen(" ", open)).isEmpty();
        assertThat(ManualJobs.chosen("stop, deploy", open)).containsExactly("stop", "deploy");
        assertThat(ManualJobs.chosen("ship: [a, b]", open)).containsExactly("ship: [a, b]");
        assertThat(ManualJobs.chosen("all", open)).hasSize(3);
        assertThatThrownBy(() -> ManualJobs.chosen("nothing", open)).hasMessage("'nothing' is no manual job");
    }

    @Test
    void a_failure_cancels_the_pipeline_where_it_says_so() throws Exception {
        String file = pipeline("""
                workflow: {auto_cancel: {on_job_failure: all}}
                fails: {script: [sleep 0.5, exit 3]}
                long: {script: [sleep 600]}
                other: {needs: [], stage: deploy, script: [sleep 600]}
                """);

        long began = System.nanoTime();
        String said = run(1, "exec", "--output", "plain", "-j", "2", file);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(110));
        assertThat(said).contains("long | cancelled", "other | cancelled");
    }

    @Test
    void coverage_release_and_environment_are_told() throws Exception {
        String file = pipeline("""
                unit:
                  coverage: '/Total.*? (\\d+(?:\\.\\d+)?)%/'
                  script: [echo "Total 12% and Total 50.5%", echo "Total 87.25%", echo done]
                lint: {coverage: '/\\d+% seen/', script: [echo 40% seen]}
                ship:
                  stage: deploy
                  script: [echo shipped > notes.md, echo PLACE=x.example > report]
                  artifacts: {paths: [notes.md], expose_as: notes, reports: {dotenv: report}}
                  environment: {name: review/$CI_COMMIT_BRANCH, url: 'https://$PLACE', on_stop: stop, auto_stop_in: 2 days}
                  release: {tag_name: v$CI_PIPELINE_SOURCE, description: notes.md, assets: {links: [{name: a, url: b}]}}
                stop:
                  stage: deploy
                  when: manual
                  script: [echo stopped]
                  environment: {name: review/$CI_COMMIT_BRANCH, action: stop}
                """);

        assertThat(run(0, "exec", "--output", "plain", file))
                .contains("unit | Coverage: 87.25%", "lint | Coverage: 40%")
                .contains("\nCoverage: lint 40%, unit 87.25% (pipeline 63.63%)\n")
                .contains("start (local: nothing is recorded), at https://x.example, stopped by the job stop, on GitLab"
                        + " stopped after 2 days")
                .containsPattern("\nEnvironment review/[a-z]+, start .*at https://x.example")
                .containsPattern("\nExposed artifacts notes: /.*zip\n")
                .contains("Release (local: nothing is published)")
                .contains("ship |   tag_name: vpush", "ship |   description: shipped", "assets links 1 url: b")
                .contains("Manual jobs wait: stop")
                .doesNotContain("| stopped\n");
    }

    @Test
    void jobs_that_stop_an_environment_are_checked() throws Exception {
        String file = pipeline("""
                a: {script: echo, environment: {name: x, on_stop: nothing}}
                b: {script: echo, environment: {name: x, on_stop: plain}}
                c: {script: echo, environment: {name: x, on_stop: other, auto_stop_in: soon}}
                plain: {script: echo}
                other: {script: echo, environment: {name: y, action: stop}}
                """);

        assertThat(run(2, "exec", "--list", file)).contains("environment auto stop in should be a duration");
        assertThat(run(
                        2,
                        "exec",
                        "--list",
                        pipeline(Files.readString(Path.of(file)).replace(", auto_stop_in: soon", ""))))
                .contains("a job: on_stop job nothing is not defined")
                .contains("b job: on_stop job plain does not have environment defined")
                .contains("c job: on_stop job other have different environment name");
    }

    @Test
    void a_project_is_read_at_the_ref_that_is_named() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (Git git = Git.init().setDirectory(other.toFile()).call()) {
            commit(git, other, "old");
            git.tag().setName("v1").call();
            commit(git, other, "new");
        }
        String text = "include: {project: group/other, file: jobs.yml, ref: v1}\n";
        String file = pipeline(text);

        assertThat(run(0, "exec", "--list", "--project", "group/other=" + other, file))
                .isEqualTo("old\n");
        assertThat(run(0, "exec", "--list", "--project", "group/other=file://" + other, file))
                .isEqualTo("old\n");
        pipeline(text.replace(", ref: v1", ""));
        assertThat(run(0, "exec", "--list", "--project", "group/other=file://" + other, file))
                .isEqualTo("new\n");
        pipeline(text.replace("v1", "v2"));
        assertThat(run(2, "exec", "--list", "--project", "group/other=" + other, file))
                .contains("Project `group/other` cannot be read: ", "v2");
        try (var left = Files.walk(folder)) {
            assertThat(left.map(Path::toString).filter(path -> path.contains("/projects/run-")))
                    .isEmpty();
        }
    }

    private static void commit(Git git, Path folder, String job) throws Exception {
        Files.writeString(folder.resolve("jobs.yml"), job + ": {script: echo}\n");
        git.add().addFilepattern(".").call();
        git.commit()
                .setMessage(job)
                .setSign(false)
                .setAuthor("A", "a@example.org")
                .setCommitter("A", "a@example.org")
                .call();
    }

    @Test
    void the_graph_has_stages() throws Exception {
        String file = pipeline("""
                stages: [build, test, deploy]
                a: {stage: build, script: echo}
                b: {stage: test, script: echo}
                c: {stage: deploy, needs: [a], script: echo}
                d: {stage: deploy, script: echo}
                """);

        assertThat(run(0, "exec", "--graph", file)).isEqualTo("""
                flowchart LR
                  subgraph stage2["build"]
                    job1["a"]
                  end
                  subgraph stage3["test"]
                    job2["b"]
                  end
                  stage2 --> stage3
                  subgraph stage4["deploy"]
                    job3["c"]
                    job4["d"]
                  end
                  stage3 --> job4
                  job1 --> job3
                """);
    }

    @Test
    void protected_variables_are_for_protected_branches() throws Exception {
        String file = pipeline("job: {script: ['echo \"[$KEY]\"']}\n");
        Path variables = Files.writeString(folder.resolve("variables.env"), "KEY=open\n");
        String[] words = {"exec", "--output", "plain", "--var-file", variables.toString(), "--protected", "KEY", file};

        assertThat(run(0, words)).contains("job | [open]\n");
        String[] other = {
            "exec", "--output", "plain", "--var-file", variables.toString(), "--protected", "KEY", "--branch", "x", file
        };
        assertThat(run(0, other)).contains("job | []\n");
    }

    @Test
    void what_is_different_here_is_told() throws Exception {
        Files.createDirectories(folder.resolve("project"));
        try (Git git =
                Git.init().setDirectory(folder.resolve("project").toFile()).call()) {
            commit(git, folder.resolve("project"), "any");
        }
        String file = pipeline("""
                variables: {GIT_CLEAN_FLAGS: none, GIT_SUBMODULE_UPDATE_FLAGS: --remote --jobs 4 --merge}
                a: {script: echo}
                b: {script: echo, needs: [{pipeline: group/upstream}]}
                """);

        assertThat(run(0, "exec", "--list", file))
                .containsOnlyOnce("GIT_CLEAN_FLAGS is 'none', but there is nothing to clean")
                .containsOnlyOnce("GIT_SUBMODULE_UPDATE_FLAGS has --merge, which has no effect here")
                .contains("the pipeline group/upstream that is needed is not here");
    }

    @Test
    void a_resource_is_had_by_one_run_at_a_time_and_who_waits_for_it_takes_no_slot() throws Exception {
        Path log = folder.resolve("order");
        String file = pipeline("job: {resource_group: door, script: ['echo $WHO >> " + log
                + "', 'if [ $WHO = first ]; then while [ ! -e " + log
                + ".free ]; do sleep 0.1; done; fi', 'echo $WHO >> "
                + log + "']}\nfree: {script: ['echo free', 'if [ $WHO = second ]; then touch " + log
                + ".free; fi']}\n");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder other = new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.runner.cli.Main",
                "exec",
                "--var",
                "WHO=first",
                file);
        other.environment().put("HOME", folder.toString());
        other.environment().keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("RUNNER_"));
        Process process = other.redirectErrorStream(true)
                .redirectOutput(folder.resolve("first.log").toFile())
                .start();
        try {
            while (process.isAlive() && !Files.exists(log)) {
                Thread.sleep(20);
            }
            assertThat(run(0, "exec", "--output", "plain", "-j", "1", "--var", "WHO=second", file))
                    .contains("Waits for the resource door");
        } finally {
            process.destroy();
            process.waitFor();
        }
        assertThat(log).hasContent("first\nfirst\nsecond\nsecond");
    }

    @Test
    void the_tokens_of_a_job_open_the_registry_as_the_account_that_is_kept_for_it() throws Exception {
        try (DockerRegistry registry = DockerRegistry.startWithUser(folder.resolve("registry"), "ann", "pass-of-ann")) {
            String[] words = {
                "exec",
                "--output",
                "plain",
                "--var",
                "CI_REGISTRY=" + registry.domain(),
                folder.resolve("project").resolve(".gitlab-ci.yml").toString()
            };
            pipeline("""
                    none: {script: [docker login -u $CI_REGISTRY_USER -p $CI_REGISTRY_PASSWORD $CI_REGISTRY]}
                    """);

            assertThat(run(0, words))
                    .contains("none | WARNING! The token of a job that runs here opens " + registry.domain());

            Path config = Files.createDirectories(folder.resolve(".docker")).resolve("config.json");
            String kept = "{\"auths\":{\"" + registry.domain() + "\":{\"auth\":\""
                    + Base64.getEncoder().encodeToString("ann:pass-of-ann".getBytes(StandardCharsets.UTF_8))
                    + "\"}}}";
            Files.writeString(config, kept);
            pipeline("""
                    kept:
                      script:
                        - docker logout $CI_REGISTRY
                        - echo $CI_JOB_TOKEN | docker login -u gitlab-ci-token --password-stdin $CI_REGISTRY
                    """);

            assertThat(run(0, words)).contains("kept | Login Succeeded").doesNotContain("pass-of-ann");
            assertThat(config).hasContent(kept);
        }
    }

    @Test
    void docker_is_ours_in_an_image_that_has_none() throws Exception {
        buildBox();
        String file = pipeline("""
                job:
                  image: box:1
                  services: ["docker:27-dind"]
                  variables: {DOCKER_HOST: "tcp://docker:2375"}
                  script:
                    - export A=exported
                    - mkdir -p app /tmp/elsewhere
                    - echo greeting > app/file
                    - printf 'FROM box:1\\nARG A\\nENV A=$A\\nCOPY file /\\n' > app/Dockerfile
                    - cd app
                    - docker build -q --build-arg A -t made:1 . > id
                    - >
                      echo piped | docker run -i --rm -v "$PWD:/here" made:1 sh -c
                      'cat /file /here/file -; echo "$A"; echo oops >&2; exit 7' || echo "code $?"
                    - cp Dockerfile file /tmp/elsewhere
                    - docker build -q --iidfile /tmp/id /tmp/elsewhere > /dev/null
                    - cat /tmp/id
                """);

        String said = run(0, "exec", "--output", "plain", file);
        assertThat(said).contains("job | sha256:").contains("job | oops\n").contains("job | code 7\n");
        // The two streams of a container have no order between them.
        assertThat(said.replace("job | oops\n", ""))
                .contains("job | greeting\njob | greeting\njob | piped\njob | exported\n");
    }

    @Test
    void another_projects_pipeline_runs_on_its_branch_and_its_artifacts_come_back() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (Git git =
                Git.init().setDirectory(other.toFile()).setInitialBranch("main").call()) {
            commit(git, other, "old");
            git.checkout().setCreateBranch(true).setName("next").call();
            Files.writeString(other.resolve("source"), "of next\n");
            Files.writeString(other.resolve(".gitlab-ci.yml"), """
                    make:
                      script: ['echo "$CI_COMMIT_BRANCH $CI_PROJECT_PATH $GREETING $(cat source)" > made']
                      artifacts: {paths: [made]}
                    """);
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("next")
                    .setSign(false)
                    .setAuthor("a", "a@b.c")
                    .setCommitter("a", "a@b.c")
                    .call();
            git.checkout().setName("main").call();
        }
        String file = pipeline("""
                stages: [begin, use]
                other:
                  stage: begin
                  variables: {GREETING: hello}
                  trigger: {project: group/other, branch: next, strategy: depend}
                use:
                  stage: use
                  needs: [other, {project: group/other, job: make, ref: next, artifacts: true}]
                  script: [cat made]
                none:
                  stage: use
                  needs: [{project: group/other, job: make, ref: main, artifacts: true}]
                  script: [echo never]
                """);

        assertThat(run(1, "exec", "--output", "plain", "--project", "group/other=" + other, file))
                .contains("use | next group/other hello of next\n")
                .contains("no artifacts of the job make of group/other at main are here")
                .doesNotContain("never\n");
    }

    @Test
    void jobs_of_a_child_are_started_by_its_path_and_need_not_run_twice() throws Exception {
        String file = pipeline("""
                stages: [a, b]
                maker: {stage: a, script: [echo of the parent > file], artifacts: {paths: [file]}}
                child:
                  stage: b
                  variables: {PARENT: $CI_PIPELINE_ID}
                  trigger: {include: child.yml, strategy: depend}
                """);
        Path ran = folder.resolve("ran");
        Files.writeString(folder.resolve("project/child.yml"), """
                ok: {needs: [{pipeline: $PARENT, job: maker}], script: [cat file, echo ran >> %1$s]}
                flaky: {script: [test -e %1$s.mended]}
                ship: {stage: deploy, when: manual, script: [echo ship]}
                """.formatted(ran));
        String[] again = {"exec", "--output", "plain", "--rerun", "failed", file};

        assertThat(run(1, "exec", "--output", "plain", file)).contains("child | ok | of the parent\n");
        Files.createFile(folder.resolve("ran.mended"));
        assertThat(run(0, again))
                .contains("child | flaky: success")
                .contains("Manual jobs wait: child/ship (--manual child/ship --rerun failed");
        String[] shipping = {"exec", "--output", "plain", "--rerun", "failed", "--manual", "child/ship", file};
        assertThat(run(0, shipping)).contains("child | ship | ship\n");
        assertThat(ran).hasContent("ran\n");
        assertThat(run(2, "exec", "--manual", "child/nothing", file))
                .contains("--manual names 'child/nothing', which is no job of this pipeline");
    }

    @Test
    void functions_come_from_a_git_repository_and_run_in_the_jobs_container() throws Exception {
        buildBox();
        Path other = Files.createDirectories(folder.resolve("functions"));
        try (Git git = Git.init().setDirectory(other.toFile()).call()) {
            Files.writeString(Files.createDirectories(other.resolve("steps")).resolve("step.yml"), """
                    spec:
                      inputs: {who: {type: string}}
                      outputs: {said: {type: string}}
                    ---
                    exec:
                      command: [sh, "${{ step_dir }}/say.sh", "${{ inputs.who }}", "${{ output_file }}"]
                    """);
            Files.writeString(other.resolve("steps/say.sh"), """
                    echo "hello $1 of $OF_IMAGE in $(pwd)"
                    printf '{"name":"said","value":"%s"}' "$1" > "$2"
                    """);
            commit(git, other, "function");
            git.tag().setName("v1").call();
            Files.delete(other.resolve("steps/step.yml"));
            commit(git, other, "nothing");
        }
        String file = pipeline("""
                job:
                  image: box:1
                  run:
                    - {name: say, step: gitlab.example.org/group/functions@v1, inputs: {who: you}}
                    - {name: again, script: 'echo "again ${{ steps.say.outputs.said }} $OF_IMAGE"'}
                """);

        assertThat(run(0, "exec", "--output", "plain", "--project", "group/functions=" + other, file))
                .contains("job | hello you of yes in /builds/local/project\n")
                .contains("job | again you yes\n");
    }

    @Test
    void on_a_terminal_manual_jobs_are_asked_for() throws Exception {
        Path terminals = Path.of("/usr/bin/script");
        assumeTrue(Files.isExecutable(terminals), "script (bsdutils) is not installed");
        String file = pipeline("""
                free: {script: [echo free]}
                ship: {stage: deploy, when: manual, script: [echo ship it]}
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "'%s' -cp '%s' dev.runner.cli.Main exec --output plain '%s'"
                .formatted(java, System.getProperty("java.class.path"), file);
        ProcessBuilder terminal = new ProcessBuilder(terminals.toString(), "-qec", command, "/dev/null");
        terminal.environment().put("HOME", folder.toString());
        terminal.environment().put("NO_COLOR", "1");
        terminal.environment().keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("RUNNER_"));
        Process process = terminal.redirectErrorStream(true).start();
        try (var typed = process.getOutputStream()) {
            typed.write("nothing\nship\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said)
                    .contains("Manual jobs: ship")
                    .contains("'nothing' is no manual job")
                    .containsPattern("ship.* \\| ship it")
                    .doesNotContain("Manual jobs wait");
        } finally {
            process.destroy();
        }
    }

    @Test
    void a_user_of_an_image_who_is_not_root_writes_in_the_workspace() throws Exception {
        buildBox();
        String file = pipeline("""
                job:
                  image: {name: "box:1", docker: {user: "1000"}}
                  script: ['echo written > file', 'cat file']
                """);

        assertThat(run(0, "exec", "--output", "plain", file)).contains("job | written\n");
    }
}
