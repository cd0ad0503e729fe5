package dev.runner.step.action.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.step.action.ActionRun;
import dev.runner.step.keep.CacheEntry;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As GitHub's reference of dependency caching and the README of actions/cache have it. */
class CacheActionTests {
    @TempDir
    Path folder;

    private CacheStore store() {
        return CacheStore.in(folder.resolve("store"));
    }

    /** A run in a workspace and a home of its own. */
    private ActionRun run(String name) throws IOException {
        return new ActionRun(folder.resolve(name), folder).with("path", "~/.npm\nnode_modules\n");
    }

    private static void fill(ActionRun run, String text) throws IOException {
        Path home = Path.of(run.environment().getOrDefault("HOME", ""));
        Files.createDirectories(home.resolve(".npm/deep"));
        Files.writeString(home.resolve(".npm/deep/package"), text);
        Files.createDirectories(run.workspace().resolve("node_modules"));
        Files.writeString(run.workspace().resolve("node_modules/module"), text);
    }

    private void saved(String name, String key, String text) throws Exception {
        try (ActionRun run = run(name).with("key", key)) {
            run.main(new CacheAction(store()));
            fill(run, text);
            run.post();
        }
    }

    @Test
    void a_job_that_ends_well_saves_what_the_next_run_restores() throws Exception {
        try (ActionRun run = run("one").with("key", "npm-1")) {
            run.main(new CacheAction(store()));
            assertThat(run.outputs).as("nothing is said of a miss").doesNotContainKey("cache-hit");
            assertThat(run.log.toString()).contains("Cache not found for input keys: npm-1");
            fill(run, "x");
            run.post();
            assertThat(run.log.toString()).contains("Cache saved with key: npm-1");
        }
        try (ActionRun run = run("two").with("key", "npm-1")) {
            run.main(new CacheAction(store()));
            assertThat(run.output("cache-hit")).isEqualTo("true");
            assertThat(folder.resolve("two/home/.npm/deep/package")).hasContent("x");
            assertThat(run.workspace().resolve("node_modules/module")).hasContent("x");
            run.post();
            assertThat(run.log.toString()).contains("Cache hit occurred on the primary key npm-1, not saving cache.");
        }
        assertThat(new CacheAction(store()).postCondition()).isEqualTo("success()");
    }

    @Test
    void restore_keys_find_the_newest_that_begins_so_and_the_own_key_is_saved() throws Exception {
        saved("one", "npm-1", "old");
        saved("two", "npm-2", "new");
        try (ActionRun run = run("three").with("key", "npm-3").with("restore-keys", "other-\nnpm-")) {
            run.main(new CacheAction(store()));
            assertThat(run.output("cache-hit")).isEqualTo("false");
            assertThat(run.workspace().resolve("node_modules/module")).hasContent("new");
            run.post();
        }
        assertThat(store().list()).extracting(CacheEntry::key).containsExactlyInAnyOrder("npm-1", "npm-2", "npm-3");
    }

    @Test
    void other_paths_are_another_cache() throws Exception {
        saved("one", "npm-1", "x");
        try (ActionRun run = run("two").with("key", "npm-1").with("path", "node_modules")) {
            run.main(new CacheAction(store()));
            assertThat(run.outputs).isEmpty();
        }
    }

    @Test
    void a_lookup_restores_nothing_and_a_miss_can_fail() throws Exception {
        saved("one", "npm-1", "x");
        try (ActionRun run = run("two").with("key", "npm-").with("lookup-only", "true")) {
            run.main(new RestoreAction(store()));
            assertThat(run.output("cache-hit")).isEqualTo("false");
            assertThat(run.output("cache-primary-key")).isEqualTo("npm-");
            assertThat(run.output("cache-matched-key")).isEqualTo("npm-1");
            assertThat(run.workspace().resolve("node_modules")).doesNotExist();
        }
        try (ActionRun run = run("three").with("key", "maven").with("fail-on-cache-miss", "true")) {
            assertThatThrownBy(() -> run.main(new RestoreAction(store())))
                    .hasMessageContaining("Failed to restore cache entry");
        }
    }

    @Test
    void a_save_step_saves_now_and_a_key_stays_what_it_is() throws Exception {
        try (ActionRun run = run("one").with("key", "npm-1")) {
            run.main(new SaveAction(store()));
            assertThat(run.warnings).singleElement().asString().contains("Path Validation Error");
            fill(run, "x");
            run.main(new SaveAction(store())).main(new SaveAction(store()));
            assertThat(run.log.toString()).contains("Cache saved with key: npm-1", "Unable to reserve cache");
        }
    }

    @Test
    void a_job_in_a_container_has_other_names_for_its_folders() throws Exception {
        for (String hit : new String[] {"", "true"}) {
            try (ActionRun run = run("one").container("/github")) {
                run.with("key", "k")
                        .with("path", "~/.npm\n/github/workspace/out")
                        .main(new CacheAction(store()));
                assertThat(run.output("cache-hit")).isEqualTo(hit);
                for (String name : new String[] {"home/.npm", "workspace/out"}) {
                    Path made = Files.createDirectories(folder.resolve("one").resolve(name));
                    assertThat(Files.exists(made.resolve("file"))).isEqualTo(!hit.isEmpty());
                    Files.writeString(made.resolve("file"), "x");
                }
                run.post();
                Files.delete(folder.resolve("one/home/.npm/file"));
                Files.delete(folder.resolve("one/workspace/out/file"));
            }
        }
    }

    @Test
    void keys_have_rules() throws Exception {
        try (ActionRun run = run("one")) {
            assertThatThrownBy(() -> run.main(new CacheAction(store())))
                    .hasMessage("Input required and not supplied: key");
            run.with("key", "a,b");
            assertThatThrownBy(() -> run.main(new CacheAction(store()))).hasMessageContaining("cannot contain commas");
            run.with("key", "a".repeat(513));
            assertThatThrownBy(() -> run.main(new CacheAction(store()))).hasMessageContaining("cannot be larger");
            run.with("key", "a").with("restore-keys", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10");
            assertThatThrownBy(() -> run.main(new CacheAction(store()))).hasMessageContaining("maximum of 10");
        }
    }
}
