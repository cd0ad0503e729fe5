package dev.runner.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskerTests {
    private static final String AWKWARD = "p@ss \"w0rd\" & <it's> 50%/ü\\$x";

    private static Masker masker(String... values) {
        Masker masker = new Masker();
        for (String value : values) {
            masker.add(value);
        }
        return masker;
    }

    @Test
    void text_without_a_secret_is_the_same_instance() {
        String text = "nothing to see";

        assertThat(masker("hunter2").mask(text)).isSameAs(text);
    }

    @Test
    void every_occurrence_is_masked() {
        assertThat(masker("hunter2").mask("a hunter2, and hunter2.")).isEqualTo("a ***, and ***.");
    }

    @Test
    void the_longest_secret_wins_over_its_beginning() {
        assertThat(masker("pass", "password-1").mask("pass password-1 passwor")).isEqualTo("*** *** ***wor");
    }

    @Test
    void overlapping_and_touching_secrets_are_one_mask() {
        assertThat(masker("abcd", "cdef").mask("<abcdef> <abcdabcd>")).isEqualTo("<***> <***>");
    }

    @Test
    void a_secret_inside_a_longer_near_miss_is_found() {
        assertThat(masker("abcabd", "bca").mask("abcabcabd")).isEqualTo("a***");
        assertThat(masker("aab").mask("aaab")).isEqualTo("a***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", " \t\r\n"})
    void blank_values_are_ignored(String blank) {
        String text = "a b\n \t\r\nc";

        assertThat(masker(blank).mask(text)).isEqualTo(text);
    }

    @Test
    void each_line_of_a_secret_is_masked_but_short_ones_only_with_the_rest() {
        Masker masker = masker("-----BEGIN-----\r\nab\n  MIIEvQ  \n");

        assertThat(masker.mask("log: -----BEGIN-----")).isEqualTo("log: ***");
        assertThat(masker.mask("MIIEvQ ab")).isEqualTo("*** ab");
        assertThat(masker.mask("x-----BEGIN-----\r\nab\n  MIIEvQ  \ny")).isEqualTo("x***y");
    }

    @Test
    void a_line_break_at_the_end_of_a_secret_does_not_matter() {
        assertThat(masker("hunter2\n").mask("it is hunter2.")).isEqualTo("it is ***.");
    }

    @Test
    void base64_is_masked_wherever_the_secret_stands() {
        Masker masker = masker(AWKWARD);
        for (String before : List.of("", "a", "ab", "user:")) {
            for (String after : List.of("", "z", "zz")) {
                byte[] bytes = (before + AWKWARD + after).getBytes(StandardCharsets.UTF_8);
                for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                    String encoded = encoder.encodeToString(bytes);
                    int exposed = masker.mask(encoded).replace("***", "").length();

                    assertThat(masker.mask(encoded)).as(encoded).contains("***");
                    // What remains are the neighbours, and at each end a character shared with them.
                    assertThat(exposed).isLessThanOrEqualTo((before.length() + after.length()) * 4 / 3 + 4);
                }
            }
        }
    }

    @Test
    void base64_of_the_secret_alone_leaves_nothing() {
        String encoded = Base64.getEncoder().encodeToString("hunter2!".getBytes(StandardCharsets.UTF_8));

        assertThat(masker("hunter2!").mask("<" + encoded + ">")).isEqualTo("<***>");
        assertThat(masker("hunter2!").mask("<" + encoded.replace("=", "") + ">"))
                .isEqualTo("<***>");
    }

    @Test
    void base64_that_was_cut_in_lines_is_masked() {
        String value = "0123456789".repeat(20);
        String encoded =
                Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(value.getBytes(StandardCharsets.UTF_8));

        assertThat(masker(value).mask(encoded)).isEqualTo("***\n***\n***\n***");
    }

    @Test
    void encoded_forms_are_masked() {
        Masker masker = masker(AWKWARD);
        String percent = URLEncoder.encode(AWKWARD, StandardCharsets.UTF_8);

        for (String form : List.of(
                percent,
                percent.replace("+", "%20"),
                "p%40ss%20%22w0rd%22%20%26%20%3cit%27s%3e%2050%25%2f%c3%bc%5c%24x",
                "p%40ss%20%22w0rd%22%20%26%20%3Cit's%3E%2050%25%2F%C3%BC%5C%24x",
                "p@ss \\\"w0rd\\\" & <it's> 50%/ü\\\\$x",
                "p@ss \\\"w0rd\\\" & <it's> 50%/\\u00fc\\\\$x",
                "p@ss \\\"w0rd\\\" & <it's> 50%\\/ü\\\\$x",
                "p@ss \\\"w0rd\\\" \\u0026 \\u003cit's\\u003e 50%/ü\\\\$x",
                "p@ss &quot;w0rd&quot; &amp; &lt;it&apos;s&gt; 50%/ü\\$x",
                "p@ss &#34;w0rd&#34; &amp; &lt;it&#39;s&gt; 50%/ü\\$x",
                "p@ss \"w0rd\" &amp; &lt;it's&gt; 50%/ü\\$x",
                "p@ss \"w0rd\" & <it'\\''s> 50%/ü\\$x",
                "p@ss \"w0rd\" & <it'\"'\"'s> 50%/ü\\$x",
                "p@ss \\\"w0rd\\\" & <it's> 50%/ü\\\\\\$x",
                "p@ss\\ \\\"w0rd\\\"\\ \\&\\ \\<it\\'s\\>\\ 50%/ü\\\\\\$x")) {
            assertThat(masker.mask("[" + form + "]")).as(form).isEqualTo("[***]");
        }
    }

    @Test
    void a_stream_masks_across_writes() throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (OutputStream out = masker("hunter2").mask(seen)) {
            out.write(bytes("pass hun"));
            out.write(bytes("ter"));
            out.write('2');
            out.write(bytes(" done"));
        }

        assertThat(text(seen)).isEqualTo("pass *** done");
    }

    @Test
    void a_stream_passes_on_what_is_decided_and_holds_only_a_beginning() throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        OutputStream out = masker("hunter2").mask(seen);

        out.write(bytes("a line\nand hun"));
        out.flush();
        assertThat(text(seen)).isEqualTo("a line\nand ");

        out.write(bytes("dred\n"));
        assertThat(text(seen)).isEqualTo("a line\nand hundred\n");

        out.write(bytes("hunter2"));
        assertThat(text(seen)).as("a secret that is complete").isEqualTo("a line\nand hundred\n***");

        out.write(bytes("hunt"));
        out.close();
        assertThat(text(seen)).isEqualTo("a line\nand hundred\n***hunt");
    }

    @Test
    void a_value_added_later_is_masked_in_an_open_stream_even_when_its_beginning_is_held() throws IOException {
        Masker masker = masker("abcdef");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        OutputStream out = masker.mask(seen);

        out.write(bytes("abcd"));
        masker.add("bcdx");
        out.write(bytes("x bcdx"));
        out.close();

        assertThat(text(seen)).isEqualTo("a*** ***");
    }

    /** The oracle: mark each byte that any occurrence of any form covers, then write a mask for each run. */
    private static String slowly(String text, Iterable<String> forms) {
        boolean[] hidden = new boolean[text.length()];
        for (String form : forms) {
            for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
                java.util.Arrays.fill(hidden, at, at + form.length(), true);
            }
        }
        StringBuilder masked = new StringBuilder();
        for (int i = 0; i < hidden.length; i++) {
            if (!hidden[i]) {
                masked.append(text.charAt(i));
            } else if (i == 0 || !hidden[i - 1]) {
                masked.append("***");
            }
        }
        return masked.toString();
    }

    @Test
    void wherever_writes_are_cut_the_result_is_that_of_a_simple_search() throws IOException {
        Random random = new Random(20251);
        for (int round = 0; round < 3000; round++) {
            Masker masker = new Masker();
            List<String> forms = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                String value = word(random, 1 + random.nextInt(6));
                masker.add(value);
                forms.addAll(MaskedForms.of(value));
            }
            String text = word(random, random.nextInt(60));
            String expected = slowly(text, forms);
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            try (OutputStream out = masker.mask(seen)) {
                byte[] bytes = bytes(text);
                for (int at = 0; at < bytes.length; ) {
                    int length = 1 + random.nextInt(bytes.length - at);
                    out.write(bytes, at, length);
                    at += length;
                }
            }

            assertThat(text(seen)).as("%s in %s", forms, text).isEqualTo(expected);
            assertThat(masker.mask(text)).isEqualTo(expected);
        }
    }

    /** Few letters, so that overlaps and near misses are many. */
    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append("aabbcü\n".charAt(random.nextInt(7)));
        }
        return word.toString();
    }

    @Test
    void many_threads_may_add_and_mask_at_once() throws Exception {
        Masker masker = new Masker();
        int threads = 8;
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> seen = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String prefix = "secret-of-" + thread + "-";
                seen.add(pool.submit(() -> {
                    start.await();
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    try (OutputStream out = masker.mask(bytes)) {
                        for (int i = 0; i < 40; i++) {
                            masker.add(prefix + i + "!");
                            out.write(bytes("[" + prefix + i + "!]"));
                        }
                    }
                    return text(bytes);
                }));
            }
            start.countDown();
            for (Future<String> one : seen) {
                assertThat(one.get()).isEqualTo("[***]".repeat(40));
            }
        }
        assertThat(masker.mask("secret-of-3-17!")).isEqualTo("***");
    }

    @Test
    void a_stream_of_several_writers_loses_nothing() throws Exception {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (OutputStream out = masker("hunter2").mask(seen);
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                writers.add(pool.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        out.write(bytes("is hunter2\n"));
                    }
                    return null;
                }));
            }
            for (Future<?> one : writers) {
                one.get();
            }
        }

        assertThat(text(seen)).isEqualTo("is ***\n".repeat(800));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
