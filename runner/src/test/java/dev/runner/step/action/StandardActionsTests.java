package dev.runner.step.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.step.github.ActionInput;
import dev.runner.step.github.BuiltinAction;
import dev.runner.step.github.BuiltinActions;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardActionsTests {
    @TempDir
    Path folder;

    private BuiltinActions all() {
        return StandardActions.of(CacheStore.in(folder), ArtifactStore.in(folder));
    }

    @Test
    void each_goes_by_its_name_and_has_inputs_once_in_every_version() {
        for (String name : all().names()) {
            BuiltinAction action = Objects.requireNonNull(all().find(name));
            assertThat(action.name()).isEqualTo(name);
            assertThat(action.majors()).isSorted().isNotEmpty();
            for (int major : action.majors()) {
                Set<String> names = new HashSet<>();
                for (ActionInput input : action.inputs(major)) {
                    assertThat(names.add(input.name()))
                            .as(name + "@v" + major + " " + input.name())
                            .isTrue();
                }
                assertThat(action.outputs(major)).as(name + "@v" + major).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void the_usual_actions_are_there() {
        assertThat(all().names())
                .contains(
                        "actions/checkout",
                        "actions/cache",
                        "actions/cache/restore",
                        "actions/cache/save",
                        "actions/upload-artifact",
                        "actions/download-artifact",
                        "actions/setup-java",
                        "actions/setup-node",
                        "actions/setup-python",
                        "actions/setup-go",
                        "actions/github-script",
                        "docker/metadata-action",
                        "docker/build-push-action",
                        "docker/bake-action",
                        "docker/login-action",
                        "docker/setup-qemu-action",
                        "docker/setup-buildx-action",
                        "crazy-max/ghaction-docker-buildx");
        assertThat(all().without(Set.of("Actions/Checkout")).find("actions/checkout"))
                .isNull();
    }

    @Test
    void what_cannot_be_here_says_why_and_what_to_do() throws Exception {
        for (String name : List.of("docker/scout-action", "docker/setup-compose-action")) {
            try (ActionRun run = new ActionRun(folder)) {
                assertThatThrownBy(() -> run.main(Objects.requireNonNull(all().find(name))))
                        .hasMessageContaining(name + " is not here");
            }
        }
    }
}
