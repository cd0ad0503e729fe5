package dev.runner.build.embedded;

import dev.runner.build.embedded.Ownership.Owner;
import dev.runner.build.embedded.PlannedLayers.Written;
import dev.runner.dockerfile.Heredoc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * COPY and ADD from a context, laid out once for all platforms.
 *
 * <p>What an instruction makes hangs on what it says and on what its bases hold where it writes. The first platform's
 * layout knows what it asked of its base; a platform whose base gives the same answers takes the same layer, before a
 * file is read. That is what {@code --link} promises, proved where it is true.
 */
final class SharedPlans {
    private final Map<Question, Answers> known = new ConcurrentHashMap<>();

    /** All that a layout hangs on but for what lies below. */
    private record Question(
            ContextTree tree,
            List<String> sources,
            List<Heredoc> documents,
            String destination,
            Vertex.Copy.Options options,
            Flags flags) {}

    /** @param owner null keeps the source's */
    private record Flags(@Nullable Owner owner, boolean noCache, boolean read) {}

    /** The layers made, one for each way in which the bases differ. */
    private static final class Answers {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<Answer> all = new ArrayList<>();

        private @Nullable Written over(LowerTree lower) throws IOException {
            for (Answer answer : all) {
                if (answer.lower.answersAs(lower)) {
                    return answer.written;
                }
            }
            return null;
        }
    }

    private record Answer(LowerTree lower, Written written) {}

    /** The layer of an instruction over some base: one that was made, or else one that is made now. */
    Written find(Vertex.Copy copy, ContextTree tree, @Nullable Owner owner, LowerTree lower, Callable<Written> making)
            throws Exception {
        Flags flags = new Flags(owner, copy.noCache(), copy.isRead());
        Question question = new Question(tree, copy.sources, copy.documents, copy.destination, copy.options, flags);
        Answers answers = known.computeIfAbsent(question, asked -> new Answers());
        answers.lock.lockInterruptibly();
        try {
            Written before = answers.over(lower);
            if (before != null) {
                return before;
            }
            Written made = making.call();
            answers.all.add(new Answer(lower, made));
            return made;
        } finally {
            answers.lock.unlock();
        }
    }
}
