package dev.runner.step.github;

import dev.runner.pipeline.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code github.action} calls steps: their id, else {@code __run} or {@code __owner_repo}, the second of a name with
 * {@code _2} behind it.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context">github.action</a>
 */
final class StepNames {
    private StepNames() {}

    static List<String> of(List<Step> steps) {
        Map<String, Integer> seen = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Step step : steps) {
            String id = step.head().id();
            if (id != null) {
                names.add(id);
                continue;
            }
            String name = step instanceof Step.Uses(var _, String action, var _, var _) ? name(action) : "__run";
            int times = seen.merge(name, 1, Integer::sum);
            names.add(times == 1 ? name : name + "_" + times);
        }
        return names;
    }

    private static String name(String action) {
        if (action.startsWith("./") || action.startsWith(".\\")) {
            return "__self";
        }
        String bare = action.startsWith("docker://") ? action.substring("docker://".length()) : action;
        int at = bare.indexOf('@');
        return "__" + (at < 0 ? bare : bare.substring(0, at)).replaceAll("[^A-Za-z0-9_-]", "_");
    }
}
