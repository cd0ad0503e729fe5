package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;

/**
 * Saves a cache now.
 *
 * @see <a href="https://github.com/actions/cache/tree/main/save#readme">actions/cache/save</a>
 */
public final class SaveAction extends ContractedAction {
    private final CacheStore store;

    public SaveAction(CacheStore store) {
        super(Contract.named("actions/cache/save", 3, 5)
                .required("path")
                .required("key")
                .inputs("upload-chunk-size")
                .input("enableCrossOsArchive", "false")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException {
        save(store, context, context.inputs().need("key"));
    }

    static void save(CacheStore store, ActionContext context, String key) throws IOException {
        new CacheWork(
                        store,
                        context,
                        context.inputs().lines("path"),
                        context.inputs().isTrue("enableCrossOsArchive"))
                .save(key);
    }
}
