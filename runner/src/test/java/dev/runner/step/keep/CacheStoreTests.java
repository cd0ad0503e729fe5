package dev.runner.step.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheStoreTests {
    @TempDir
    Path temporary;

    private CacheStore store() {
        return CacheStore.in(temporary.resolve("store"));
    }

    private static CacheEntry.About about(String key) {
        return new CacheEntry.About("acme/app", "v1", key);
    }

    private CacheEntry saved(String key) throws IOException {
        return Objects.requireNonNull(store().exact(about(key)));
    }

    private FileSet files(String text) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("in/" + text));
        Files.writeString(folder.resolve("file"), text);
        return FileSet.below(folder);
    }

    @Test
    void files_links_modes_and_times_come_back() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("work/deep/er"));
        Path script = Files.writeString(folder.resolve("run.sh"), "echo hello");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setLastModifiedTime(script, FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("run.sh"));
        Files.createFile(folder.resolve("empty"));
        Files.createDirectory(folder.resolve("nothing"));
        Files.setPosixFilePermissions(folder.resolve("nothing"), PosixFilePermissions.fromString("r-xr-xr-x"));

        store().save(about("k"), FileSet.below(temporary.resolve("work")), false);
        Path out = temporary.resolve("out");
        assertThat(store().restore(saved("k"), out)).isTrue();

        Path back = out.resolve("deep/er");
        assertThat(back.resolve("run.sh")).hasContent("echo hello");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back.resolve("run.sh"))))
                .isEqualTo("rwxr-x---");
        assertThat(Files.getLastModifiedTime(back.resolve("run.sh")).toInstant())
                .isEqualTo(Instant.parse("2020-01-02T03:04:05Z"));
        assertThat(Files.readSymbolicLink(back.resolve("link"))).isEqualTo(Path.of("run.sh"));
        assertThat(back.resolve("empty")).isEmptyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back.resolve("nothing"))))
                .isEqualTo("r-xr-xr-x");
    }

    @Test
    void the_key_itself_comes_first_then_the_newest_that_begins_with_it_then_the_further_keys() throws Exception {
        CacheStore store = store();
        store.save(about("deps-linux-1"), files("1"), false);
        store.save(about("deps-linux-2"), files("2"), false);
        store.save(about("deps-mac-1"), files("3"), false);
        store.save(about("deps-"), files("4"), false);

        assertThat(key(store.find(about("deps-linux-1"), List.of()))).isEqualTo("deps-linux-1");
        assertThat(key(store.find(about("deps-linux"), List.of("deps-mac-1")))).isEqualTo("deps-linux-2");
        assertThat(key(store.find(about("none"), List.of("nothing", "deps-linux-"))))
                .isEqualTo("deps-linux-2");
        assertThat(key(store.find(about("none"), List.of("deps-")))).isEqualTo("deps-");
        assertThat(store.find(about("none"), List.of())).isNull();
    }

    private static String key(@Nullable CacheEntry entry) {
        return entry == null ? "none" : entry.key();
    }

    @Test
    void another_repository_and_another_version_see_nothing() throws IOException {
        store().save(about("k"), files("1"), false);

        assertThat(store().find(new CacheEntry.About("acme/other", "v1", "k"), List.of()))
                .isNull();
        assertThat(store().find(new CacheEntry.About("acme/app", "v2", "k"), List.of("k")))
                .isNull();
    }

    @Test
    void a_key_stays_unless_it_is_to_be_replaced() throws IOException {
        store().save(about("k"), files("old"), false);

        assertThat(store().save(about("k"), files("new"), false)).isNull();
        store().restore(saved("k"), temporary.resolve("a"));
        assertThat(temporary.resolve("a/file")).hasContent("old");

        assertThat(store().save(about("k"), files("new"), true)).isNotNull();
        store().restore(saved("k"), temporary.resolve("a"));
        assertThat(temporary.resolve("a/file")).hasContent("new");
    }

    @Test
    void names_choose_the_folder_they_go_to() throws IOException {
        Path file = Files.writeString(temporary.resolve("f"), "x");
        FileSet set = new FileSet().add("home/.m2/f", file).add("workspace/g", file);
        store().save(about("k"), set, false);

        store().restoreParts(saved("k"), Map.of("home", temporary.resolve("h"), "workspace", temporary.resolve("w")));

        assertThat(temporary.resolve("h/.m2/f")).hasContent("x");
        assertThat(temporary.resolve("w/g")).hasContent("x");
    }

    @Test
    void nothing_is_written_through_a_link_that_leads_out() throws IOException {
        FileSet set = new FileSet().add("sub/file", Files.writeString(temporary.resolve("f"), "x"));
        store().save(about("k"), set, false);
        Path outside = Files.createDirectories(temporary.resolve("outside"));
        Path into = Files.createDirectories(temporary.resolve("into"));
        Files.createSymbolicLink(into.resolve("sub"), outside);

        assertThatThrownBy(() -> store().restore(saved("k"), into)).hasMessageContaining("leads out of");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void names_that_lead_elsewhere_are_refused() {
        assertThatThrownBy(() -> new FileSet().add("../x", temporary)).hasMessageContaining("leads elsewhere");
        assertThatThrownBy(() -> new FileSet().add("/x", temporary)).hasMessageContaining("leads elsewhere");
    }

    @Test
    void what_was_not_used_and_what_is_too_much_is_pruned() throws IOException {
        CacheStore store = store();
        Instant now = Instant.now();
        for (int i = 0; i < 4; i++) {
            store.save(about("k" + i), files("content" + i), false);
            Files.setLastModifiedTime(
                    saved("k" + i).record(),
                    FileTime.from(now.minus(Duration.ofDays(i * 10)).minusSeconds(1)));
        }
        long size = store.list().getFirst().size();

        List<CacheEntry> removed = store.prune(new CacheStore.Limits(Duration.ofDays(25), size * 2 + size / 2), now);

        assertThat(removed).extracting(CacheEntry::key).containsExactly("k2", "k3");
        assertThat(store.list()).extracting(CacheEntry::key).containsExactly("k0", "k1");
        assertThat(content()).as("new content may be told of soon").hasSize(4);

        store.prune(CacheStore.Limits.DEFAULT, now.plus(Duration.ofDays(1)));
        assertThat(content()).hasSize(2);
    }

    private List<Path> content() throws IOException {
        try (var all = Files.list(temporary.resolve("store/content"))) {
            return all.toList();
        }
    }

    @Test
    void content_that_is_gone_is_a_miss() throws IOException {
        store().save(about("k"), files("1"), false);
        CacheEntry entry = saved("k");
        Files.delete(content().getFirst());

        assertThat(store().restore(entry, temporary.resolve("out"))).isFalse();
    }

    @Test
    void a_record_that_is_spoilt_is_as_good_as_none() throws IOException {
        store().save(about("k"), files("1"), false);
        Path record = saved("k").record();
        for (String text : List.of("", "no json", "[]", "{}", "{\"content\": \"sha256:1\"}")) {
            Files.writeString(record, text);
            assertThat(store().find(about("k"), List.of("k"))).as(text).isNull();
            assertThat(store().list()).isEmpty();
        }
        assertThat(store().save(about("k"), files("2"), true)).isNotNull();
    }

    @Test
    void of_many_that_save_a_key_at_once_one_wins() throws Exception {
        List<FileSet> sets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sets.add(files("content" + i));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable CacheEntry>> saves = threads.invokeAll(IntStream.range(0, 16)
                    .<Callable<@Nullable CacheEntry>>mapToObj(i -> () -> store().save(about("k"), sets.get(i), false))
                    .toList());
            int made = 0;
            for (Future<@Nullable CacheEntry> each : saves) {
                made += each.get() == null ? 0 : 1;
            }
            assertThat(made).isEqualTo(1);
        }
        assertThat(store().restore(saved("k"), temporary.resolve("out"))).isTrue();
        try (var left = Files.walk(temporary.resolve("store"))) {
            assertThat(left.filter(path -> path.toString().endsWith(".tmp"))).isEmpty();
        }
    }
}
