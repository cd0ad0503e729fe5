package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.ContextNames;
import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what parts of contexts are called, in the local store and in what was imported. */
final class ContextNaming {
    private static final String NONE = "-";

    private final KeyStore keys;
    private final List<Task<Imported>> imported;

    ContextNaming(KeyStore keys, List<Task<Imported>> imported) {
        this.keys = keys;
        this.imported = List.copyOf(imported);
    }

    /** Which part of a context an instruction reads. */
    static Digest selection(List<String> sources, boolean parents, List<String> excludes) {
        return KeyHash.of("selection/1").add(sources).add(parents).add(excludes).finish();
    }

    /** What is known of a content; null for nothing. */
    @Nullable
    ContextNames ofContent(Digest selection, Digest content) throws IOException, InterruptedException {
        ContextNames here = here(byContent(selection, content));
        if (here != null) {
            return here;
        }
        for (Task<Imported> source : imported) {
            for (ContextNames names : records(source)) {
                if (names.selection().equals(selection) && names.content().equals(content)) {
                    return names;
                }
            }
        }
        return null;
    }

    /** The same of a content by git's name. */
    @Nullable
    ContextNames ofGit(Digest selection, Digest git) throws IOException, InterruptedException {
        ContextNames here = here(byGit(selection, git));
        if (here != null) {
            return here;
        }
        for (Task<Imported> source : imported) {
            for (ContextNames names : records(source)) {
                if (names.selection().equals(selection) && git.equals(names.git())) {
                    return names;
                }
            }
        }
        return null;
    }

    /** Whether anything may be known at all. */
    boolean mayKnow() throws IOException {
        return !imported.isEmpty() || keys.bytes() > 0;
    }

    private static List<ContextNames> records(Task<Imported> source) throws IOException, InterruptedException {
        try {
            return source.await().contexts();
        } catch (BuildFailedException e) {
            throw new IOException(e);
        }
    }

    void keep(ContextNames names) throws IOException {
        String git = names.git() == null ? NONE : names.git().toString();
        String buildkit = names.buildkit() == null ? NONE : names.buildkit().toString();
        String text =
                String.join(" ", names.selection().toString(), names.content().toString(), git, buildkit);
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        keys.put(byContent(names.selection(), names.content()), bytes);
        if (names.git() != null) {
            keys.put(byGit(names.selection(), names.git()), bytes);
        }
    }

    private @Nullable ContextNames here(Digest key) throws IOException {
        byte[] bytes = keys.get(key);
        String[] words = bytes == null ? new String[0] : new String(bytes, StandardCharsets.US_ASCII).split(" ");
        return words.length != 4
                ? null
                : new ContextNames(Digest.parse(words[0]), Digest.parse(words[1]), digest(words[2]), digest(words[3]));
    }

    private static @Nullable Digest digest(String word) {
        return word.equals(NONE) ? null : Digest.parse(word);
    }

    private static Digest byContent(Digest selection, Digest content) {
        return KeyHash.of("names/content/1").add(selection).add(content).finish();
    }

    private static Digest byGit(Digest selection, Digest git) {
        return KeyHash.of("names/git/1").add(selection).add(git).finish();
    }
}
