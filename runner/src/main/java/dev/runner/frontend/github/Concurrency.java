package dev.runner.frontend.github;

import dev.runner.expression.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow says of other runs at the same time.
 *
 * @param group its name, compared without case; never empty
 * @param cancelInProgress whether a run that is under way is cancelled
 * @param queues whether runs wait one after the other, in place of one that waits
 */
public record Concurrency(String group, boolean cancelInProgress, boolean queues) {
    static @Nullable Concurrency of(@Nullable Token token, Scope scope) {
        if (token == null) {
            return null;
        }
        Token.Fields fields = token instanceof Token.Fields mapping ? mapping : null;
        Token name = fields == null ? token : fields.get("group");
        String group = name == null ? "" : Tokens.text(name).text(scope);
        if (group.isEmpty()) {
            return null;
        }
        boolean cancel = fields != null
                && Tokens.flag(fields.get("cancel-in-progress"), false).isTrue(scope);
        Token queue = fields == null ? null : fields.get("queue");
        return new Concurrency(group, cancel, queue != null && queue.literal().equals("max"));
    }
}
