package dev.runner.export;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the files of all systems have in common. */
final class Entries {
    private Entries() {}

    /** Says where the file comes from. */
    static String head(Exporter.Request request) {
        return "# Generated from " + request.file() + ", which is the place for changes. To write it anew:\n#   "
                + request.command() + "\n";
    }

    /** Adds what is written for one system, unless the exporter writes it itself. */
    static void add(
            Map<String, Object> into, Map<String, Value> more, Set<String> own, Span span, Diagnostics diagnostics) {
        more.forEach((key, value) -> {
            if (own.contains(key)) {
                int end = span.text().indexOf('\n');
                diagnostics.error(
                        end < 0 ? span : span.part(0, end),
                        "'" + key + "' is written by the export itself",
                        "say it in the pipeline, and remove it here");
            } else {
                into.put(key, value);
            }
        });
    }

    /** How many commits the checkouts of this repository want: 0 for all. */
    static int depth(List<Job> jobs, Scope scope) {
        int most = 1;
        for (Job job : jobs) {
            for (Step step : job.steps()) {
                if (step instanceof Step.Checkout checkout && checkout.repository() == null) {
                    try {
                        int depth = checkout.history().depth().value(scope);
                        most = depth == 0 || most == 0 ? 0 : Math.max(most, depth);
                    } catch (EvaluationException | InvalidSourceException e) {
                        most = 0; // Known only while the job runs: then all of them are there.
                    }
                }
            }
        }
        return most;
    }

    /** The variables that the run must give. */
    static List<Pipeline.Variable> open(Exporter.Request request) {
        return request.plan().pipeline().variables().stream()
                .filter(variable -> variable.value() == null)
                .toList();
    }

    static String shellWord(String text) {
        return text.matches("[A-Za-z0-9_./:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
