package dev.runner.cli;

import dev.runner.expression.Value;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a workflow's last run, so that its failed jobs can be run again: how it is called, which jobs have
 * succeeded and what they gave. Outputs are kept as they are shown, with secrets masked, as GitHub keeps none with secrets
 * in them. One file a workflow of a repository, in {@code runs/memory} of the state folder.
 */
final class RunMemory implements RunListener, GitLabChildren.Memory {
    /**
     * A run.
     *
     * @param id unique; that of the first attempt
     * @param number how often the workflow has run, from 1
     * @param attempt from 1
     * @param succeeded outputs by the keys of jobs that have succeeded
     * @param commit that it was about; empty when that is not known
     */
    record Last(long id, int number, int attempt, Map<String, Map<String, String>> succeeded, String commit) {}

    private final Path file;
    private final Last run;
    private final Map<String, Map<String, String>> succeeded = new LinkedHashMap<>();
    /** Paths of children that have failed. */
    private final Set<String> failed = new HashSet<>();

    private String commit = "";

    private RunMemory(Path file, Last run) {
        this.file = file;
        this.run = run;
        // A child whose beginner need not run again keeps what it has.
        run.succeeded().forEach((key, outputs) -> {
            if (key.indexOf('\n') >= 0) {
                succeeded.put(key, outputs);
            }
        });
    }

    /**
     * The memory of a run that begins.
     *
     * @param again {@code failed} or {@code all} for another attempt of the last run, or null for a new run
     * @throws UsageException when there is nothing to run again
     */
    static RunMemory begin(Path state, Path root, String workflow, @Nullable String again) throws IOException {
        Path file = state.resolve("memory").resolve(name(root + "\n" + workflow) + ".json");
        Last last = read(file);
        if (again == null) {
            return new RunMemory(
                    file, new Last(System.currentTimeMillis(), last == null ? 1 : last.number() + 1, 1, Map.of(), ""));
        }
        if (!again.equals("failed") && !again.equals("all")) {
            throw new UsageException("--rerun is failed or all, not '" + again + "'");
        }
        if (last == null) {
            throw new UsageException("there is no earlier run of " + workflow + " to run again");
        }
        Map<String, Map<String, String>> kept = again.equals("all") ? Map.of() : last.succeeded();
        return new RunMemory(file, new Last(last.id(), last.number(), last.attempt() + 1, kept, last.commit()));
    }

    /**
     * Takes the commit that this run is about.
     *
     * @return what people should know when the earlier attempt was about another one; empty otherwise
     */
    String of(String sha) {
        commit = sha;
        return run.commit().isEmpty() || run.commit().equals(sha)
                ? ""
                : "the attempt before was for commit " + run.commit() + ", and this one is for " + sha
                        + "; GitHub would run the former again: check that out to do the same\n";
    }

    /** The run that begins; the jobs are those that need not be run again. */
    Last run() {
        return run;
    }

    private static String name(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Last read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            if (Value.fromJson(Files.readString(file)) instanceof Value.Obj root) {
                Map<String, Map<String, String>> succeeded = new LinkedHashMap<>();
                if (root.get("succeeded") instanceof Value.Obj jobs) {
                    jobs.entries().forEach((key, value) -> {
                        Map<String, String> outputs = new LinkedHashMap<>();
                        if (value instanceof Value.Obj entries) {
                            entries.entries().forEach((name, output) -> outputs.put(name, output.text()));
                        }
                        succeeded.put(key, outputs);
                    });
                }
                return new Last(
                        (long) number(root, "id"),
                        (int) number(root, "number"),
                        (int) number(root, "attempt"),
                        succeeded,
                        root.get("commit") instanceof Value.Str(String commit) ? commit : "");
            }
        } catch (IllegalArgumentException e) {
            return null; // Half a file is no memory.
        }
        return null;
    }

    private static double number(Value.Obj root, String key) {
        Value value = root.get(key);
        return value == null ? 0 : value.number();
    }

    @Override
    public synchronized void on(RunEvent event) {
        switch (event) {
            case RunEvent.JobFinished job -> {
                if (job.result() == Result.SUCCESS) {
                    succeeded.put(job.job().key(), job.outputs());
                }
            }
            case RunEvent.RunFinished _ -> write();
            default -> {}
        }
    }

    /** A job of a child, among those of the outermost pipeline. */
    private static String key(List<String> path, String job) {
        return String.join("\n", path) + "\n" + job;
    }

    @Override
    public Map<String, Map<String, String>> kept(List<String> path) {
        String prefix = key(path, "");
        Map<String, Map<String, String>> kept = new LinkedHashMap<>();
        run.succeeded().forEach((key, outputs) -> {
            String job = key.startsWith(prefix) ? key.substring(prefix.length()) : "\n";
            if (job.indexOf('\n') < 0) {
                kept.put(job, outputs);
            }
        });
        return kept;
    }

    @Override
    public RunListener listener(List<String> path) {
        return event -> onChild(path, event);
    }

    private synchronized void onChild(List<String> path, RunEvent event) {
        if (event instanceof RunEvent.JobFinished job) {
            if (job.result() == Result.SUCCESS) {
                succeeded.put(key(path, job.job().key()), job.outputs());
            } else {
                succeeded.remove(key(path, job.job().key()));
            }
        } else if (event instanceof RunEvent.RunFinished end && end.result().result() != Result.SUCCESS) {
            failed.add(String.join("\n", path));
            write();
        }
    }

    private void write() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("id", run.id());
        root.put("number", run.number());
        root.put("attempt", run.attempt());
        root.put("commit", commit);
        Map<String, Map<String, String>> kept = new LinkedHashMap<>(succeeded);
        // Who has begun a pipeline that has failed begins it again, whether it has waited for it or not.
        kept.keySet()
                .removeIf(key -> failed.stream().anyMatch(path -> path.equals(key) || path.startsWith(key + "\n")));
        root.put("succeeded", kept);
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "new-", ".json");
            Files.writeString(fresh, Value.of(root).toJson());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remember the run", e);
        }
    }
}
