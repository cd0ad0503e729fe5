package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A root filesystem as a plain folder, for machines where nothing can be mounted. It is copied from the snapshots once,
 * and then goes from step to step: after a step it is what the next one of the same stage begins with, so that a step
 * costs a look at every file and a copy of those that changed. For one thread at a time.
 */
public final class PlainRoot {
    private final Workspace home;
    private final Privileges privileges;
    private final PlainFiles files;
    private final Sys sys = new Sys();
    private final List<String> applied = new ArrayList<>();
    private final State state;
    private long changed;

    PlainRoot(Workspace home, Privileges privileges) {
        this.home = home;
        this.privileges = privileges;
        this.files = new PlainFiles(sys, privileges);
        this.state = new State(home.upper().toString(), new HashMap<>(), new HashMap<>());
    }

    /**
     * What is known of the folder.
     *
     * @param seen each file's status, by folder and name
     */
    record State(
            String root, Map<String, Map<String, FileStat>> seen, Map<String, RecordedAttributes.Entry> recorded) {}

    /** The folder that is the root. */
    public Path path() {
        return home.upper();
    }

    Workspace home() {
        return home;
    }

    /** How many of these, bottom first, it is made of; -1 when it is something else. */
    int holds(List<Snapshot> bottomFirst) {
        if (applied.size() > bottomFirst.size()) {
            return -1;
        }
        for (int i = 0; i < applied.size(); i++) {
            if (!applied.get(i).equals(bottomFirst.get(i).name())) {
                return -1;
            }
        }
        return applied.size();
    }

    /** Brings it to these snapshots and what a step's upper folder holds already. */
    void advance(List<Snapshot> bottomFirst, Workspace upper) throws IOException {
        PlainApply apply = new PlainApply(files, home.upper(), state.recorded);
        boolean stale = applied.isEmpty();
        for (Snapshot snapshot : bottomFirst.subList(applied.size(), bottomFirst.size())) {
            apply.apply(snapshot);
            applied.add(snapshot.name());
            stale = true;
        }
        if (!Folders.names(sys, Sys.CWD, upper.upper().toString(), "").isEmpty()) {
            apply.apply(new Snapshot(null, upper.name(), upper.upper()));
            stale = true;
        }
        if (stale) {
            state.seen.clear();
            look("");
        }
        awaitTick();
    }

    private void look(String path) throws IOException {
        Map<String, FileStat> now = new HashMap<>();
        for (String name : Folders.names(sys, Sys.CWD, ViewFolders.real(home.upper(), path), path)) {
            String child = path.isEmpty() ? name : path + "/" + name;
            FileStat stat = sys.stat(Sys.CWD, state.root + "/" + child);
            if (stat != null) {
                now.put(name, stat);
                changed = Math.max(changed, stat.times().changed());
                if (stat.isFolder()) {
                    look(child);
                }
            }
        }
        state.seen.put(path, now);
    }

    /** Waits for the kernel's clock of files, some milliseconds coarse, to leave the newest time seen. */
    private void awaitTick() throws IOException {
        Path probe = home.work().resolve("tick");
        while (true) {
            Files.deleteIfExists(probe);
            Files.createFile(probe);
            FileStat stat = sys.stat(Sys.CWD, probe.toString());
            if (stat == null || stat.times().changed() > changed) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Puts what a step changed into its upper folder, which then is as overlayfs would have left it. The process must have
     * ended.
     *
     * @param before what the step began with
     * @param without paths that are none of the step's: what the sandbox put there
     */
    public void collect(Workspace upper, MergedView before, StepOwners owners, Set<String> without) throws IOException {
        PlainChanges.Step step = new PlainChanges.Step(before, owners, without);
        Map<String, RecordedAttributes.Entry> recorded =
                new PlainChanges(files, privileges, state, upper, step).collect();
        if (!privileges.root()) {
            RecordedAttributes.write(upper.upper(), recorded);
        }
        applied.add(upper.name());
        changed = Math.max(changed, System.currentTimeMillis() * 1_000_000L);
    }
}
