package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.Miss;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.History.Entry;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.Made;
import dev.runner.dockerfile.Mount;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells why steps were not in a cache, by comparing them with what was made over the same state before.
 *
 * <p>No project or build has a name here: two steps are compared when they stand over the same files. That is enough, for of
 * a chain only the lowest miss has a reason of its own; all above it miss because of what is below them. It is looked for
 * only when a step has to run, beside that step, and an explanation that cannot be found fails nothing.
 */
final class Explainer {
    private static final Pattern NUMBER = Pattern.compile("(\\d+)/\\d+] ");
    private static final int SHOWN_TEXT = 120;

    private final History history;
    private final FileLists lists;
    private final String project;
    private final @Nullable Long epoch;
    private final UnaryOperator<String> mask;
    private volatile List<Task<Imported>> imported = List.of();

    // Platforms copy the same files mostly: they are listed, compared and noted once.
    private final Map<Copied, Leaves> listed = new HashMap<>();
    private final Map<List<String>, List<String>> compared = new HashMap<>();
    private final Set<String> noted = new HashSet<>();

    /**
     * For one build.
     *
     * @param project which Dockerfile of which context
     * @param mask hides secrets in a text
     */
    Explainer(History history, FileLists lists, String project, @Nullable Long epoch, UnaryOperator<String> mask) {
        this.history = history;
        this.lists = lists;
        this.project = project;
        this.epoch = epoch;
        this.mask = mask;
    }

    /** Where else than in the history it may stand what steps were made from. */
    void compareWith(List<Task<Imported>> caches) {
        imported = List.copyOf(caches);
    }

    /** What caches tell of other machines, where all that they tell may be compared with. */
    private List<Made> elsewhere() throws BuildFailedException, IOException, InterruptedException {
        List<Made> all = new ArrayList<>();
        for (Task<Imported> cache : imported) {
            all.addAll(cache.await().made());
        }
        return all;
    }

    /** The steps over a state: those that were made here, then others. */
    private List<Entry> over(Digest below) throws BuildFailedException, IOException, InterruptedException {
        List<Entry> all = new ArrayList<>(history.over(below));
        for (Made made : elsewhere()) {
            if (made.below().equals(below)) {
                Made.Step step = made.step();
                all.add(new Entry(
                        place(step.place()), step.text(), step.platform(), made.key(), made.parts(), made.files()));
            }
        }
        return all;
    }

    private String place(String place) {
        return KeyHash.of("place/2").add(project).add(place).finish().hex();
    }

    /**
     * A step that no cache knew.
     *
     * @param below the key of what lies below it
     * @param underneath why the step below it had to run; null when it had not, or there is none
     * @param content of a COPY from a stage, with its files; null for everything else
     */
    record Missed(
            Vertex vertex,
            Digest below,
            @Nullable Task<Reasoned> underneath,
            Digest key,
            VertexKeys.ContentDigests contents,
            @Nullable Content content) {}

    /** What a COPY from a stage reads. */
    record Content(Digest digest, Leaves files) {}

    /** Why; and the step is remembered, should it succeed. */
    Reasoned explain(Missed missed) {
        try {
            Entry now = entry(missed);
            List<Entry> siblings = over(missed.below);
            Leaves files = leaves(missed);
            if (now.files() != null && files != null && files.isKept()) {
                lists.add(now.files(), files);
            }
            Miss miss = missed.vertex.noCache() ? Miss.of(Miss.Kind.NOT_ASKED) : reason(missed, now, siblings, files);
            return new Reasoned(miss, () -> note(missed, now, siblings, files), made(missed, now));
        } catch (IOException | BuildFailedException | RuntimeException e) {
            return new Reasoned(Miss.of(Miss.Kind.NEW), () -> {}, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reasoned(Miss.of(Miss.Kind.NEW), () -> {}, null);
        }
    }

    /**
     * A reason, and what remembers the step.
     *
     * @param made for caches; null when it would be too much
     */
    record Reasoned(Miss miss, Runnable remember, @Nullable Made made) {}

    private @Nullable Made made(Missed missed, Entry now) {
        Vertex vertex = missed.vertex;
        Base base = vertex.before().base();
        Made made = new Made(
                missed.below,
                now.key(),
                new Made.Step(position(vertex), now.text(), now.platform()),
                vertex.before().last() == null ? new Made.BaseImage(name(base), shown(base)) : null,
                now.parts(),
                now.files());
        return made.isShort() ? made : null;
    }

    /** Which stage and how many steps up. */
    private static String position(Vertex vertex) {
        Matcher number = NUMBER.matcher(vertex.where().name());
        return vertex.where().stage() + "/" + (number.find() ? number.group(1) : "");
    }

    private Entry entry(Missed missed) throws IOException, InterruptedException {
        Vertex vertex = missed.vertex;
        Content content = missed.content;
        Map<String, String> parts =
                VertexParts.of(vertex, epoch, missed.contents, content == null ? null : content.digest);
        String name = vertex.where().name();
        Matcher number = NUMBER.matcher(name);
        boolean numbered = number.find();
        String text = mask.apply(numbered ? name.substring(number.end()) : name);
        String files = parts.entrySet().stream()
                .filter(part -> VertexParts.isFiles(part.getKey()))
                .map(Map.Entry::getValue)
                .reduce((one, other) -> one + " " + other)
                .orElse(null);
        return new Entry(
                place(position(vertex)),
                text,
                vertex.where().platform().toString(),
                missed.key.toString(),
                parts,
                // Another instruction may read equal files by other paths.
                files == null
                        ? null
                        : KeyHash.of("list/1").add(text).add(files).finish().hex());
    }

    /** Files of a context that are copied. */
    private record Copied(ContextTree tree, List<String> paths, boolean parents, List<String> excludes) {
        Leaves list() throws IOException {
            Leaves leaves = new Leaves();
            new CopySources(tree, parents, excludes).list(paths, leaves);
            return leaves;
        }
    }

    private @Nullable Leaves leaves(Missed missed) throws IOException {
        if (missed.content != null) {
            return missed.content.files;
        }
        return switch (missed.vertex) {
            case Vertex.Copy copy
            when copy.from instanceof Vertex.Files.Context context ->
                listed(new Copied(
                        context.tree(), VertexParts.paths(copy), copy.options.parents(), copy.options.excludes()));
            case Vertex.Run run -> mounted(run);
            case Vertex.Copy copy -> null;
            case Vertex.Workdir workdir -> null;
        };
    }

    private Leaves listed(Copied copied) throws IOException {
        synchronized (listed) {
            Leaves leaves = listed.get(copied);
            if (leaves == null) {
                leaves = copied.list();
                listed.put(copied, leaves);
            }
            return leaves;
        }
    }

    /** What mounts show of contexts; null for nothing. */
    private static @Nullable Leaves mounted(Vertex.Run run) throws IOException {
        Leaves leaves = null;
        for (Vertex.MountFrom from : run.mounts) {
            if (from.mount() instanceof Mount.Bind bind && from.files() instanceof Vertex.Files.Context context) {
                leaves = leaves == null ? new Leaves() : leaves;
                new CopySources(context.tree(), false, List.of()).list(List.of(bind.source()), leaves);
            }
        }
        return leaves;
    }

    private Miss reason(Missed missed, Entry now, List<Entry> siblings, @Nullable Leaves files)
            throws BuildFailedException, IOException, InterruptedException {
        if (siblings.stream().anyMatch(entry -> entry.key().equals(now.key()))) {
            return Miss.of(Miss.Kind.EVICTED);
        }
        Entry before = closest(now, siblings);
        if (before != null) {
            return Miss.changed(changes(before, now, files));
        }
        if (missed.underneath != null) {
            return below(missed.vertex, missed.underneath.await().miss());
        }
        return missed.vertex.before().last() == null ? base(missed, now) : Miss.of(Miss.Kind.NEW);
    }

    /** The lowest step that changed is the reason; over one that is new, everything is. */
    private Miss below(Vertex vertex, Miss underneath) {
        Vertex last = vertex.before().last();
        return switch (underneath.kind()) {
            case NEW, BELOW -> underneath;
            case NOT_ASKED, EVICTED, CHANGED, BASE ->
                Miss.of(
                        Miss.Kind.BELOW,
                        "below it ran "
                                + (last == null
                                        ? ""
                                        : shortened(mask.apply(last.where().name()))));
        };
    }

    /** The same instruction before; else what stood in its place. */
    private static @Nullable Entry closest(Entry now, List<Entry> siblings) {
        Entry best = null;
        int bestScore = 0;
        for (Entry entry : siblings) {
            boolean text = entry.text().equals(now.text());
            boolean place = entry.place().equals(now.place());
            boolean platform = entry.platform().equals(now.platform());
            int score = (text ? 4 : 0) + (place ? 2 : 0) + (platform ? 1 : 0);
            if ((text || place) && score > bestScore) {
                best = entry;
                bestScore = score;
            }
        }
        return best;
    }

    private List<String> changes(Entry before, Entry now, @Nullable Leaves files)
            throws BuildFailedException, IOException, InterruptedException {
        List<String> changes = new ArrayList<>();
        if (!before.text().equals(now.text())) {
            changes.add("the instruction changed, it was: " + shortened(before.text()));
        }
        if (!before.platform().equals(now.platform())) {
            changes.add("the platform was " + before.platform());
        }
        Set<String> names = new LinkedHashSet<>(now.parts().keySet());
        names.addAll(before.parts().keySet());
        boolean sameText = changes.isEmpty();
        List<String> paths = new ArrayList<>();
        for (String name : names) {
            String old = before.parts().get(name);
            String fresh = now.parts().get(name);
            boolean same = old == null ? fresh == null : old.equals(fresh);
            if (same || !sameText && name.equals("the command")) {
                continue;
            }
            if (VertexParts.isFiles(name) && !paths.isEmpty()) {
                continue;
            }
            if (VertexParts.isFiles(name)) {
                paths.addAll(fileChanges(before, now, files));
                changes.addAll(paths.isEmpty() ? List.of(name + " changed") : paths);
            } else {
                changes.add(name + (old == null ? " is new" : fresh == null ? " is gone" : " changed"));
            }
        }
        return changes;
    }

    /** Of steps that were made here every detail is known; of others, which paths are to be named. */
    private List<String> since(String before, String now, Leaves files)
            throws BuildFailedException, IOException, InterruptedException {
        List<String> key = List.of(before, now);
        synchronized (compared) {
            List<String> known = compared.get(key);
            if (known == null) {
                Leaves old = history.leaves(before);
                FileList list = old == null ? lists.find(before) : null;
                known = old != null ? files.differences(old) : list != null ? list.differences(files) : List.of();
                compared.put(key, known);
            }
            return known;
        }
    }

    private List<String> fileChanges(Entry before, Entry now, @Nullable Leaves files)
            throws BuildFailedException, IOException, InterruptedException {
        return before.files() == null || files == null || !files.isKept()
                ? List.of()
                : since(before.files(), String.valueOf(now.files()), files);
    }

    private static String shortened(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= SHOWN_TEXT ? line : line.substring(0, SHOWN_TEXT) + "…";
    }

    private Miss base(Missed missed, Entry now) throws BuildFailedException, IOException, InterruptedException {
        Base base = missed.vertex.before().base();
        History.KnownBase before = history.base(name(base), now.platform());
        for (Made made : before == null ? elsewhere() : List.<Made>of()) {
            Made.BaseImage image = made.base();
            if (image != null
                    && image.name().equals(name(base))
                    && made.step().platform().equals(now.platform())) {
                before = new History.KnownBase(made.below(), image.shown());
            }
        }
        if (before == null || before.key().equals(base.key())) {
            return Miss.of(Miss.Kind.NEW);
        }
        boolean built = closest(now, over(before.key())) != null;
        return built
                ? Miss.of(
                        Miss.Kind.BASE,
                        "the base image " + name(base) + " changed from " + before.shown() + " to " + shown(base))
                : Miss.of(Miss.Kind.NEW);
    }

    private static String name(Base base) {
        int at = base.name().indexOf('@');
        return at < 0 ? base.name() : base.name().substring(0, at);
    }

    private static String shown(Base base) {
        Digest manifest = base.manifest();
        return manifest == null ? "-" : manifest.toString();
    }

    private boolean isFirst(String files) {
        synchronized (noted) {
            return noted.add(files);
        }
    }

    private void note(Missed missed, Entry now, List<Entry> siblings, @Nullable Leaves files) {
        try {
            history.add(missed.below, now);
            if (files != null && files.isKept() && now.files() != null && isFirst(now.files())) {
                history.addLeaves(now.files(), files);
            }
            for (Entry entry : siblings) {
                boolean replaced = entry.isSameStep(now) && entry.files() != null;
                if (replaced && !String.valueOf(entry.files()).equals(now.files())) {
                    history.removeLeaves(String.valueOf(entry.files()));
                }
            }
            if (missed.vertex.before().last() == null) {
                Base base = missed.vertex.before().base();
                history.addBase(name(base), now.platform(), new History.KnownBase(base.key(), shown(base)));
            }
        } catch (IOException e) {
            // The next build has nothing to compare with; nothing else is lost.
        }
    }

    /** Writes what was remembered. */
    void flush() {
        try {
            history.flush();
        } catch (IOException e) {
            // As above.
        }
    }
}
