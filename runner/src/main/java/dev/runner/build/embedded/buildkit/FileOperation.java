package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Actions on files, one after the other: a COPY, an ADD or a WORKDIR.
 *
 * @param base which input the first action changes; -1 when it begins with nothing
 * @param inputs how many there are
 */
public record FileOperation(int base, int inputs, List<Step> steps) {
    public FileOperation {
        steps = List.copyOf(steps);
    }

    /**
     * An action.
     *
     * @param source the input that it reads; -1 for none
     */
    public record Step(FileAction action, int source) {}

    /** The digest of the operation, apart from its inputs. */
    public Digest digest() {
        List<String> actions = new ArrayList<>();
        for (Step step : steps) {
            actions.add(Base64.getEncoder().encodeToString(step.action().json().getBytes(StandardCharsets.UTF_8)));
        }
        List<List<Integer>> indexes = indexes();
        return Digest.of(new GoJson()
                .always("Type", "buildkit.file.v0")
                .texts("Actions", actions)
                .numbers("indexes", isUsual(indexes) ? List.of() : indexes)
                .toBytes());
    }

    /** Of each action: what it changes, what it reads, what it gives. Results of actions count on from the inputs. */
    private List<List<Integer>> indexes() {
        List<List<Integer>> indexes = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            int changed = i == 0 ? base : inputs + i - 1;
            indexes.add(List.of(changed, steps.get(i).source(), i == steps.size() - 1 ? 0 : -1));
        }
        return indexes;
    }

    /**
     * Older digests were made without the indexes, and stay so where these are the ones that were meant. BuildKit takes the
     * number of actions for that of inputs here, and that is part of the digest by now.
     */
    private static boolean isUsual(List<List<Integer>> indexes) {
        for (int i = 0; i < indexes.size(); i++) {
            int changed = indexes.get(i).get(0);
            int source = indexes.get(i).get(1);
            if (changed != (i == 0 ? 0 : indexes.size() + i - 1) || source != -1 && source != 1) {
                return false;
            }
        }
        return true;
    }
}
