package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;

/**
 * Restores a cache now, and saves it when the job has ended well and the key itself was not found.
 *
 * @see <a href="https://github.com/actions/cache#readme">actions/cache</a>
 */
public final class CacheAction extends ContractedAction {
    private static final String PRIMARY_KEY = "CACHE_KEY";
    private static final String FOUND_KEY = "CACHE_RESULT";

    private final CacheStore store;

    public CacheAction(CacheStore store) {
        super(Contract.named("actions/cache", 1, 5)
                .required("path")
                .required("key")
                .inputs("restore-keys")
                .outputs("cache-hit")
                .from(2)
                .inputs("upload-chunk-size")
                .from(3)
                .input("enableCrossOsArchive", "false")
                .input("fail-on-cache-miss", "false")
                .input("lookup-only", "false")
                .deprecated(
                        "save-always",
                        "save-always does not work as intended and will be removed in a future release.\n"
                                + "A separate `actions/cache/restore` and `actions/cache/save` should be used instead.")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException {
        context.saveState(PRIMARY_KEY, context.inputs().need("key"));
        String found = RestoreAction.restore(store, context);
        if (found != null) {
            context.saveState(FOUND_KEY, found);
        }
    }

    @Override
    public String postCondition() {
        return "success()";
    }

    @Override
    public void post(ActionContext context) throws IOException {
        String key = context.state(PRIMARY_KEY);
        if (CacheWork.isExact(key, context.state(FOUND_KEY))) {
            context.info("Cache hit occurred on the primary key " + key + ", not saving cache.");
            return;
        }
        SaveAction.save(store, context, key);
    }
}
