package dev.runner.cli;

import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.source.Source;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The workflows that others call: those of the repository of the run, and those of others, which come from where actions
 * come from.
 *
 * @param token who asks for repositories that not everybody may read; empty for nobody
 */
record WorkflowFiles(Path root, ActionSource others, String token) implements WorkflowFetcher {
    private static final Pattern REMOTE = Pattern.compile("([^/@]+/[^/@]+)/([^@]+)@(.+)");

    @Override
    public Source fetch(String uses) throws IOException {
        if (uses.startsWith("./")) {
            return file(root, uses.substring(2), uses.substring(2));
        }
        Matcher remote = REMOTE.matcher(uses);
        if (!remote.matches()) {
            throw new IOException("it is no owner/repository/path@ref");
        }
        try {
            return file(others.repository(remote.group(1), remote.group(3), token), remote.group(2), uses);
        } catch (ActionFailedException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("cancelled").initCause(e);
        }
    }

    private static Source file(Path folder, String path, String name) throws IOException {
        Path file = folder.resolve(path).normalize();
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            throw new IOException("workflow was not found: there is no file " + path);
        }
        return Source.of(name, Source.read(file).text());
    }
}
