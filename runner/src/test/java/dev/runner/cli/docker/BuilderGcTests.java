package dev.runner.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.GcPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuilderGcTests {
    private static BuilderGc of(String toml, String... flags) {
        return BuilderGc.of(new BuilderSettings(List.of(flags), List.of(), toml));
    }

    @Test
    void a_bare_number_is_of_megabytes_and_flags_come_before_the_file() {
        assertThat(of("[worker.oci]\n  gc = true\n  gckeepstorage = 20000\n").text())
                .isEqualTo("{enabled: true, reserved-space: 20000000000}");
        assertThat(of("[worker.oci]\ngc = true", "--oci-worker-gc=false", "--oci-worker-gc-keepstorage", "500")
                        .text())
                .isEqualTo("{enabled: false, reserved-space: 500000000}");
        assertThat(of("").text()).isEmpty();
        assertThat(of("").policy())
                .hasToString(GcPolicy.of(GcPolicy.DEFAULT_LIMITS).toString());
    }

    @Test
    void rules_of_a_policy_are_taken_over() {
        BuilderGc gc = of("""
                debug = false # nobody asks
                [worker."oci"]
                  max-parallelism = 4
                  reservedSpace = "10%"
                [[worker.oci.gcpolicy]]
                  keepBytes = 512000000
                  keepDuration = 172800
                  filters = [
                    "type==source.local", # files
                    'type==exec.cachemount',
                  ]
                [[worker.oci.gcpolicy]]
                  all = true
                  keepBytes = 1024000000
                """);
        assertThat(gc.policy().rules()).hasSize(2);
        assertThat(gc.policy().rules().getFirst().keep()).isEqualTo(Duration.ofHours(48));
        assertThat(gc.policy().rules().getLast().all()).isTrue();
        assertThat(gc.policy().rules().getLast().limits().reserved().bytes()).isEqualTo(1_024_000_000);
        assertThat(gc.text())
                .isEqualTo("{reserved-space: 10%, rules: [{all: false, filters: ['type==source.local',"
                        + " 'type==exec.cachemount'], keep-duration: 172800s, reserved-space: 512000000},"
                        + " {all: true, reserved-space: 1024000000}]}");
    }

    @Test
    void toml_that_is_none_is_told_with_its_line() {
        assertThat(Toml.parse("a = {b = 1, c = [true, 1.5]}\n\"d.e\" = \"x\\ty\"", "f"))
                .isEqualTo(Map.of("a", Map.of("b", 1L, "c", List.of(true, 1.5)), "d.e", "x\ty"));
        assertThatThrownBy(() -> Toml.parse("ok = 1\nbad = nope\n", "buildkitd.toml"))
                .hasMessage("ERROR: buildkitd.toml:2: 'nope' is no value; texts stand in quotes");
        assertThatThrownBy(() -> Toml.parse("a = 1\na = 2", "f")).hasMessageContaining("f:2: 'a' is given twice");
    }
}
