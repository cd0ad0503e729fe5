package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Restores a cache and never saves one.
 *
 * @see <a href="https://github.com/actions/cache/tree/main/restore#readme">actions/cache/restore</a>
 */
public final class RestoreAction extends ContractedAction {
    private final CacheStore store;

    public RestoreAction(CacheStore store) {
        super(Contract.named("actions/cache/restore", 3, 5)
                .required("path")
                .required("key")
                .inputs("restore-keys")
                .input("enableCrossOsArchive", "false")
                .input("fail-on-cache-miss", "false")
                .input("lookup-only", "false")
                .outputs("cache-hit", "cache-primary-key", "cache-matched-key")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException {
        context.setOutput("cache-primary-key", context.inputs().need("key"));
        String found = restore(store, context);
        if (found != null) {
            context.setOutput("cache-matched-key", found);
        }
    }

    /** Restores by a step's inputs, and sets {@code cache-hit}: not at all when nothing is found, as GitHub's does. */
    static @Nullable String restore(CacheStore store, ActionContext context) throws IOException {
        ActionInputs inputs = context.inputs();
        String key = inputs.need("key");
        inputs.need("path");
        List<String> restoreKeys = inputs.lines("restore-keys");
        boolean lookOnly = inputs.isTrue("lookup-only");
        CacheWork work = new CacheWork(store, context, inputs.lines("path"), inputs.isTrue("enableCrossOsArchive"));
        String found = work.restore(key, restoreKeys, lookOnly);
        if (found == null) {
            if (inputs.isTrue("fail-on-cache-miss")) {
                throw ActionFailedException.failed(
                        "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: " + key, null);
            }
            List<String> keys = new ArrayList<>(List.of(key));
            keys.addAll(restoreKeys);
            context.info("Cache not found for input keys: " + String.join(", ", keys));
            return null;
        }
        context.setOutput("cache-hit", String.valueOf(CacheWork.isExact(key, found)));
        context.info((lookOnly ? "Cache found and can be restored from key: " : "Cache restored from key: ") + found);
        return found;
    }
}
