package dev.runner.step.gitlab;

import dev.runner.pipeline.Belongings;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.step.keep.CacheEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A job's caches. Nothing that goes wrong with one fails the job. */
final class JobCaches {
    private final GitLabTools.Keep keep;
    private final List<Belongings.Cache> caches;
    private final RunnerVariables variables;
    private final StepContext context;

    JobCaches(GitLabTools.Keep keep, List<Belongings.Cache> caches, RunnerVariables variables, StepContext context) {
        this.keep = keep;
        this.caches = caches;
        this.variables = variables;
        this.context = context;
    }

    void restore() {
        for (Belongings.Cache cache : caches) {
            if (!cache.pulled()) {
                info("Not downloading cache due to policy");
                continue;
            }
            try {
                restore(cache);
            } catch (IOException e) {
                warn("the cache cannot be restored: " + e.getMessage());
            }
        }
    }

    private void restore(Belongings.Cache cache) throws IOException {
        List<String> keys = new ArrayList<>(List.of(key(cache.key())));
        cache.fallbacks().forEach(key -> keys.add(variables.expand(key)));
        for (String key : keys) {
            CacheEntry entry = key.isBlank() ? null : keep.caches().exact(about(key));
            if (entry != null && keep.caches().restore(entry, context.workspace())) {
                info("Checking cache for " + key + ": successfully extracted cache");
                return;
            }
        }
        info("Checking cache for " + keys.getFirst() + ": no cache yet");
    }

    void save(boolean passed) {
        for (Belongings.Cache cache : caches) {
            if (!cache.pushed() || !JobFiles.asked(cache.when(), passed)) {
                continue;
            }
            try {
                save(cache);
            } catch (IOException e) {
                warn("the cache cannot be kept: " + e.getMessage());
            }
        }
    }

    private void save(Belongings.Cache cache) throws IOException {
        FoundFiles found = new FoundFiles(context.workspace());
        for (String path : cache.paths()) {
            String wanted = variables.expand(path);
            if (found.add(wanted, List.of()) == 0) {
                warn(wanted
                        + ": no matching files. Ensure that the artifact path is relative to the working directory");
            }
        }
        if (cache.untracked()) {
            found.addUntracked(List.of());
        }
        if (!found.files().isEmpty()) {
            String key = key(cache.key());
            keep.caches().save(about(key), found.files(), true);
            info("Created cache " + key);
        }
    }

    private CacheEntry.About about(String key) {
        return new CacheEntry.About("gitlab:" + keep.of().project(), "gitlab", key);
    }

    /** The key with variables replaced; slashes and names that are only points cannot be one. */
    private String key(Belongings.Key key) throws IOException {
        return bare(key) + key.suffix();
    }

    private String bare(Belongings.Key key) throws IOException {
        String text = key.text() == null ? null : variables.expand(key.text());
        if (key.files().isEmpty()) {
            return text == null || text.isBlank() ? "default" : text.replace('/', '_');
        }
        String digest = key.commits() ? commits(key) : contents(key);
        return text == null || text.isEmpty() ? digest : text + "-" + digest;
    }

    /** The digest of the files' names and contents; {@code default} when none is there, as GitLab has it. */
    private String contents(Belongings.Key key) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            boolean any = false;
            for (String name : key.files()) {
                Path file = context.workspace().resolve(variables.expand(name));
                if (Files.isRegularFile(file)) {
                    any = true;
                    sha.update(Files.readAllBytes(file));
                }
                sha.update(name.getBytes(StandardCharsets.UTF_8));
            }
            return any ? HexFormat.of().formatHex(sha.digest()) : "default";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** A shallow checkout may not know the commits; the contents change with them. */
    private String commits(Belongings.Key key) throws IOException {
        return contents(key);
    }

    private void info(String text) {
        context.output().line(Stream.INFO, text);
    }

    private void warn(String text) {
        context.output().line(Stream.STDERR, "WARNING: " + text);
    }
}
