package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MergedViewTests {
    @TempDir
    Path temporary;

    private Store store;
    private MergedView view;

    @BeforeEach
    void open() throws IOException {
        Programs.assumeLinux();
        Programs.assumeRoot();
        store = Store.open(temporary.resolve("store"));
        Snapshot lower = new LayerMaker()
                .folder("etc", 0755)
                .file(
                        "etc/passwd",
                        "root:x:0:0:root:/root:/bin/sh\nweb:x:33:44::/srv:\n#web2:x:1:1::/:\nbad line\nhuge:x:99999999999:0::/:\n")
                .file("etc/group", "root:x:0:\nweb:x:44:\nstaff:x:50:web,other\n")
                .folder("usr", 0755)
                .folder("usr/lib", 0755)
                .file("usr/lib/a.so", "a")
                .file("usr/lib/b.so", "b")
                .file("usr/lib/c.txt", "c")
                .symlink("lib", "usr/lib")
                .symlink("absolute", "/usr/lib/a.so")
                .symlink("climbing", "../../../../etc/passwd")
                .symlink("one", "two")
                .symlink("two", "one")
                .symlink("dangling", "not/there")
                .in(store);
        Snapshot upper = new LayerMaker()
                .file("usr/lib/.wh.b.so", "")
                .file("usr/lib/d.so", "d")
                .in(store);
        view = MergedView.of(List.of(upper, lower));
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void symbolic_links_are_followed_inside_the_root_only() throws IOException {
        assertThat(view.read("/lib/a.so")).asString().isEqualTo("a");
        assertThat(view.read("absolute")).asString().isEqualTo("a");
        assertThat(view.read("climbing")).asString().startsWith("root:");
        assertThat(view.read("../../lib/../lib/d.so")).asString().isEqualTo("d");
        assertThat(Objects.requireNonNull(view.lookup("lib")).linkTarget()).isEqualTo("usr/lib");
        assertThat(Objects.requireNonNull(view.lookup("lib/a.so")).path()).isEqualTo("usr/lib/a.so");
        assertThat(view.resolve("dangling")).isNull();
        assertThat(view.realPath("dangling/x")).isEqualTo("not/there/x");
        assertThat(view.realPath("lib/new/file")).isEqualTo("usr/lib/new/file");
        assertThatThrownBy(() -> view.resolve("one/x")).isInstanceOf(LinkLoopException.class);
        assertThatThrownBy(() -> view.resolve("one")).isInstanceOf(LinkLoopException.class);
        assertThat(view.lookup("etc/passwd/x")).isNull();
    }

    @Test
    void patterns_find_what_is_visible() throws IOException {
        assertThat(view.glob("usr/lib/*.so"))
                .extracting(ViewNode::path)
                .containsExactly("usr/lib/a.so", "usr/lib/d.so");
        assertThat(view.glob("/l*b/[^d].so")).extracting(ViewNode::path).containsExactly("usr/lib/a.so");
        assertThat(view.glob("nothing*")).isEmpty();
        assertThat(view.glob("lib")).extracting(ViewNode::path).containsExactly("lib");
        assertThatThrownBy(() -> view.glob("x/[a")).isInstanceOf(PatternSyntaxException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "abc,abc,true",
        "*,abc,true",
        "*c,abc,true",
        "a*,a,true",
        "a*b*c*d*e*,axbxcxdxe,true",
        "a*b?c*x,abxbbxdbxebxczzx,true",
        "a*b?c*x,abxbbxdbxebxczzy,false",
        "ab[c],abc,true",
        "ab[^b-d],abc,false",
        "ab[e-g],abc,false",
        "a\\*b,a*b,true",
        "a\\*b,ab,false",
        "a?b,a☺b,true",
        "a[^a]b,a☺b,true",
        "a???b,a☺b,false",
        "[\\]a],],true",
        "[x\\-],-,true",
        "*x,xxx,true",
        "a,'',false",
        "*,'',true"
    })
    void patterns_match_as_in_go(String pattern, String name, boolean expected) {
        GoMatch.check(pattern);
        assertThat(GoMatch.matches(pattern, name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "a\\"})
    void malformed_patterns_are_refused_as_in_go(String pattern) {
        assertThatThrownBy(() -> GoMatch.check(pattern)).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void accounts_are_read_as_far_as_they_are_sound() throws IOException {
        Accounts accounts = Accounts.of(view);

        assertThat(accounts.user("web")).isEqualTo(new Accounts.User("web", 33, 44, "/srv", ""));
        assertThat(Objects.requireNonNull(accounts.user(0)).name()).isEqualTo("root");
        assertThat(accounts.user("web2")).isNull();
        assertThat(accounts.user("huge")).isNull();
        assertThat(Objects.requireNonNull(accounts.group("staff")).members()).containsExactly("web", "other");
        assertThat(accounts.groupsOf("web")).containsExactly(50L);
    }

    @Test
    void a_view_of_nothing_is_empty() throws IOException {
        MergedView empty = MergedView.of(List.of());

        assertThat(empty.resolve("/")).isNull();
        assertThat(empty.lookup("etc/passwd")).isNull();
        assertThat(empty.glob("*")).isEmpty();
        assertThat(empty.realPath("/a/../b")).isEqualTo("b");
        assertThat(Accounts.of(empty).user("root")).isNull();
    }
}
