package dev.runner.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.host.sandbox.Hierarchies.Hierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 2 of control groups, which this machine may lack: a folder stands in, with the files that matter. */
class ControlGroupTests {
    private static final Limits ALL = new Limits(64L << 20, 0.5, 20, null, List.of());

    @TempDir
    Path folder;

    private Hierarchies unified(String own, String controllers) throws IOException {
        group("", controllers);
        return Hierarchies.of(
                List.of("30 23 0:26 / " + folder + " rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"), List.of("0::" + own));
    }

    private void group(String path, String controllers) throws IOException {
        Path group = Files.createDirectories(folder.resolve(path));
        Files.writeString(group.resolve("cgroup.controllers"), controllers);
        Files.writeString(group.resolve("cgroup.procs"), "");
    }

    private ControlGroup make(Hierarchies hierarchies, Limits limits) throws IOException {
        return ControlGroups.make(hierarchies, limits, "runner-x", folder.resolve("record"));
    }

    @Test
    void all_limits_are_in_one_group_whose_controllers_are_switched_on_above_it() throws Exception {
        Limits limits = new Limits(64L << 20, 0.5, 20, null, List.of(), "/builds.slice");
        ControlGroup group = make(unified("/", "cpu memory pids"), limits);
        Path made = folder.resolve("builds.slice/runner-x");
        assertThat(group.folders()).extracting(ControlGroup.Folder::path).containsExactly(made);
        assertThat(group.folders().getFirst().inTree()).isEqualTo("/builds.slice/runner-x");
        assertThat(made.resolve("memory.max")).hasContent("67108864");
        assertThat(made.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(made.resolve("pids.max")).hasContent("20");
        // The last that was written; the kernel would keep all.
        assertThat(folder.resolve("cgroup.subtree_control")).hasContent("+pids");
        assertThat(folder.resolve("builds.slice/cgroup.subtree_control")).hasContent("+pids");
        assertThat(folder.resolve("record")).hasContent(folder.resolve("builds.slice") + "\n" + made + "\n");
    }

    @Test
    void what_the_kernel_counted_is_told() throws Exception {
        ControlGroup group = make(unified("/", "cpu memory pids"), ALL);
        Path made = group.folders().getFirst().path();
        Files.writeString(made.resolve("memory.events"), "low 0\nhigh 0\nmax 12\noom 2\noom_kill 0\n");
        Files.writeString(made.resolve("pids.events"), "max 0\n");
        assertThat(group.reached()).isNull();
        Files.writeString(made.resolve("pids.events"), "max 3\n");
        assertThat(group.reached()).contains("--pids-limit");
        Files.writeString(made.resolve("memory.events"), "low 0\noom 2\noom_kill 2\n");
        assertThat(group.reached())
                .contains("out of memory")
                .contains("2 processes")
                .contains("64 MiB");
    }

    @Test
    void a_user_whom_the_top_is_closed_to_has_a_group_beside_its_own() throws Exception {
        String own = "/user.slice/user@1000.service/app.slice/run.scope";
        Hierarchies hierarchies = unified(own, "cpu memory pids");
        // Stands for a folder that may not be written.
        Files.createFile(folder.resolve("runner-x"));
        group(own.substring(1), "cpu memory pids");
        group("user.slice/user@1000.service/app.slice", "cpu memory pids");
        hierarchies = new Hierarchies(List.of(new Hierarchy(
                folder, true, hierarchies.all().getFirst().controllers(), folder.resolve(own.substring(1)))));
        // A scope with processes in it cannot switch controllers on.
        Files.createDirectory(folder.resolve(own.substring(1)).resolve("cgroup.subtree_control"));
        ControlGroup group = make(hierarchies, ALL);
        assertThat(group.folders().getFirst().path())
                .isEqualTo(folder.resolve("user.slice/user@1000.service/app.slice/runner-x"));
        assertThat(folder.resolve("runner-x")).isEmptyFile();
        assertThat(folder.resolve(own.substring(1)).resolve("runner-x")).doesNotExist();
    }

    @Test
    void a_container_that_sees_its_own_group_as_the_top_moves_what_runs_in_it() throws Exception {
        Hierarchies hierarchies = unified("/", "memory");
        Files.writeString(folder.resolve("cgroup.type"), "domain");
        Path switches = Files.createDirectory(folder.resolve("cgroup.subtree_control"));
        Files.writeString(
                folder.resolve("cgroup.procs"), ProcessHandle.current().pid() + "\n");
        Limits memory = new Limits(64L << 20, null, null, null, List.of());
        assertThatThrownBy(() -> make(hierarchies, memory)).hasMessageContaining("--memory cannot be kept here");
        assertThat(folder.resolve("init/cgroup.procs"))
                .hasContent(String.valueOf(ProcessHandle.current().pid()));
        assertThat(switches).isEmptyDirectory();
    }

    @Test
    void what_cannot_be_kept_is_refused_with_the_reason_and_nothing_is_left() throws Exception {
        assertThatThrownBy(() -> make(new Hierarchies(List.of()), ALL))
                .hasMessageContaining("--memory cannot be kept here: no control groups are mounted");
        Hierarchies hierarchies = unified("/", "hugetlb memory");
        assertThatThrownBy(() -> make(hierarchies, ALL))
                .hasMessageContaining("--cpus cannot be kept here")
                .hasMessageContaining("'cpu'");
        Hierarchy tree = Objects.requireNonNull(hierarchies.of("memory"));
        assertThat(tree.own()).isEqualTo(folder);
    }

    @Test
    void trees_of_both_versions_are_told_apart() {
        Hierarchies hierarchies = Hierarchies.of(
                List.of(
                        "1 0 0:1 / /nowhere/cgroup rw - tmpfs tmpfs rw",
                        "2 1 0:2 / /nowhere/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
                        "3 1 0:3 /docker/abc /nowhere/cgroup/memory ro - cgroup cgroup rw,memory",
                        "4 1 0:4 / /nowhere/cgroup/unified rw - cgroup2 cgroup2 rw"),
                List.of("2:cpu,cpuacct:/a", "3:memory:/docker/abc/job", "0::/"));
        assertThat(Objects.requireNonNull(hierarchies.of("cpu")).mount()).isEqualTo(Path.of("/nowhere/cgroup/cpu"));
        assertThat(Objects.requireNonNull(hierarchies.of("memory")).unified()).isFalse();
        assertThat(hierarchies.of("pids")).isNull();
        assertThat(hierarchies.all()).hasSize(3);
    }
}
