package dev.runner.cli;

import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.step.gitlab.GitLabSteps;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How much code the jobs of a run have tested, as they say at their ends. */
final class CoverageSummary implements RunListener {
    private final Map<String, String> shares = new TreeMap<>();

    @Override
    public void on(RunEvent event) {
        if (event instanceof RunEvent.OutputLine line
                && line.stream() == Stream.INFO
                && line.text().startsWith(GitLabSteps.COVERAGE)) {
            shares.put(
                    line.step().job().name(),
                    line.text().substring(GitLabSteps.COVERAGE.length()).replace("%", ""));
        }
    }

    /** One line with every job's share and, of several, the mean; empty when no job has told one. */
    String text() {
        if (shares.isEmpty()) {
            return "";
        }
        String each = shares.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "%")
                .collect(Collectors.joining(", "));
        double mean = shares.values().stream()
                .mapToDouble(Double::parseDouble)
                .average()
                .orElse(0);
        String all = shares.size() == 1 ? "" : String.format(Locale.ROOT, " (pipeline %.2f%%)", mean);
        return GitLabSteps.COVERAGE + each + all + "\n";
    }
}
