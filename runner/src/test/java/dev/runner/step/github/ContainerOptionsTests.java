package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerSpec;
import dev.runner.oci.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerOptionsTests {
    private static ContainerSpec apply(String options) {
        return ContainerOptions.apply(ContainerSpec.of(Reference.parse("alpine")), options);
    }

    @Test
    void health_options_are_those_of_docker() {
        var health = apply("--health-cmd \"redis-cli ping\" --health-interval 10s --health-timeout=1m30s"
                        + " --health-retries 5 --health-start-period 500ms")
                .health();

        assertThat(health.test()).isEqualTo(List.of("CMD-SHELL", "redis-cli ping"));
        assertThat(health.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(health.timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(health.retries()).isEqualTo(5);
        assertThat(health.startPeriod()).isEqualTo(Duration.ofMillis(500));
        assertThat(apply("--no-healthcheck").health().test()).isEqualTo(List.of("NONE"));
    }

    @Test
    void what_is_started_has_what_the_options_say() {
        ContainerSpec spec = apply("-u 1001:1001 -e A=1 --env B=x=y --hostname db --network-alias other -v /a:/b:ro"
                + " --volume named:/c --cpus 1.5 --memory 1g --privileged --cap-add NET_ADMIN --add-host h:10.0.0.1"
                + " --init --restart always --tmpfs /run");

        assertThat(spec.program().user()).isEqualTo("1001:1001");
        assertThat(spec.program().environment()).containsEntry("A", "1").containsEntry("B", "x=y");
        assertThat(spec.networking().hostname()).isEqualTo("db");
        assertThat(spec.networking().aliases()).containsExactly("other");
        assertThat(spec.networking().extraHosts()).containsEntry("h", "10.0.0.1");
        assertThat(spec.mounts())
                .containsExactly(
                        new ContainerMount.Bind(Path.of("/a"), "/b", true),
                        new ContainerMount.Volume("named", "/c", false),
                        new ContainerMount.Tmpfs("/run", 0, 01777));
        assertThat(spec.rights().privileged()).isTrue();
        assertThat(spec.rights().reaper()).isTrue();
        assertThat(spec.rights().added()).containsExactly("NET_ADMIN");
        assertThat(spec.rights().limits().cpus()).isEqualTo("1.5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --helth-cmd x|--helth-cmd is not known here; did you mean --health-cmd?
                    --network host|--network cannot be chosen
                    --cpus|--cpus needs a value
                    --cpus many|cpus is a number above zero
                    --health-interval soon|is no time
                    word|'word' is no option
                    """)
    void what_makes_no_sense_is_told(String options, String message) {
        assertThatThrownBy(() -> apply(options)).hasMessageContaining(message);
    }
}
