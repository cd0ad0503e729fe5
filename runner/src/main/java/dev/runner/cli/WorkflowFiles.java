package dev.runner.cli;

import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The workflows of one repository; those of others are not here. */
record WorkflowFiles(Path root) implements WorkflowFetcher {
    @Override
    public Source fetch(String uses) throws IOException {
        if (!uses.startsWith("./")) {
            throw new IOException("it is in another repository");
        }
        Path file = root.resolve(uses.substring(2)).normalize();
        if (!file.startsWith(root) || !Files.isRegularFile(file)) {
            throw new IOException("workflow was not found: there is no file " + file);
        }
        return Source.of(uses.substring(2), Source.read(file).text());
    }
}
