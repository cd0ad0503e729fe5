package dev.runner.step.action.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.step.action.ActionRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that builds is an echo of its words here; what bake makes of them has tests of its own. */
class BakeActionTests {
    @TempDir
    Path folder;

    private ActionRun run() throws IOException {
        ActionRun run = new ActionRun(folder).major(5);
        Files.writeString(run.workspace().resolve("docker-bake.hcl"), """
                variable "TAG" { default = "latest" }
                group "default" { targets = ["app", "db"] }
                target "base" {}
                target "app" {
                  tags = ["acme/app:${TAG}"]
                  platforms = ["linux/amd64", "linux/arm64"]
                  contexts = { base = "target:base" }
                }
                target "db" {}
                """);
        return run;
    }

    @Test
    void inputs_are_the_flags_of_bake() throws Exception {
        try (ActionRun run = run()) {
            run.with("targets", "app,db")
                    .with("push", "true")
                    .with("pull", "true")
                    .with("set", "*.args.A=1,2\napp.tags=x")
                    .with("sbom", "true")
                    .main(new BakeAction());

            assertThat(run.log.toString())
                    .contains(
                            "--set=*.args.A=1,2 --set=app.tags=x",
                            "--pull --push --provenance=mode=max --sbom=true app db")
                    .contains("\"target\": {", "linux/arm64");
        }
    }

    @Test
    void provenance_is_less_for_private_repositories_and_none_to_load() throws Exception {
        try (ActionRun run = run().github("event", Map.of("repository", Map.of("private", true)))) {
            run.main(new BakeAction());
            assertThat(run.log.toString()).contains("--provenance=mode=min");
            run.log.setLength(0);
            run.with("load", "true").main(new BakeAction());
            assertThat(run.log.toString()).doesNotContain("--provenance");
        }
    }

    @Test
    void faults_of_bake_files_fail_the_step() throws Exception {
        try (ActionRun run = run()) {
            run.with("targets", "nothing");
            assertThatThrownBy(() -> run.main(new BakeAction())).hasMessageContaining("failed to find target nothing");
            run.with("files", "none.hcl");
            assertThatThrownBy(() -> run.main(new BakeAction())).hasMessageContaining("there is no bake file none.hcl");
            run.with("files", "").with("workdir", "elsewhere");
            assertThatThrownBy(() -> run.main(new BakeAction()))
                    .hasMessageContaining("couldn't find a bake definition");
        }
    }

    @Test
    void targets_are_listed_for_a_matrix() throws Exception {
        try (ActionRun run = run()) {
            run.main(BakeTargetsAction.list());
            assertThat(run.output("targets")).isEqualTo("[\"app\",\"db\"]");
            run.with("fields", "platforms").major(6).main(BakeTargetsAction.matrix());
            assertThat(run.output("matrix"))
                    .isEqualTo("[{\"target\": \"app\",\"platforms\": \"linux/amd64\"},"
                            + "{\"target\": \"app\",\"platforms\": \"linux/arm64\"},{\"target\": \"db\"}]");
        }
    }
}
