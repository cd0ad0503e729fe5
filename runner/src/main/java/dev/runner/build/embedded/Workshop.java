package dev.runner.build.embedded;

import dev.runner.build.GitFetcher;
import dev.runner.build.embedded.store.Store;
import dev.runner.host.process.ProcessRunner;
import dev.runner.registry.RegistryClient;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What builds and containers of one state folder share.
 *
 * @param sandboxes for what runs need while they run
 */
record Workshop(
        Store store,
        RegistryClient registry,
        Layers layers,
        CacheFolders cacheFolders,
        RunWork.Machinery machinery,
        ProcessRunner processes,
        GitFetcher git,
        Path sandboxes) {
    /** The same, telling of its transfers. */
    Workshop reporting(Progress progress) {
        return new Workshop(
                store, registry, layers.reporting(progress), cacheFolders, machinery, processes, git, sandboxes);
    }

    /** Now, to the second: times in layers need no more. */
    Instant now() {
        return Instant.ofEpochSecond(Instant.now().getEpochSecond());
    }
}
