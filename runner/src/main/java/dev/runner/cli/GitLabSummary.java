package dev.runner.cli;

import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.step.gitlab.GitLabSteps;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the jobs of a run tell at their ends: how much code they have tested, what they expose, where they have deployed. */
final class GitLabSummary implements RunListener {
    private final Map<String, String> shares = new TreeMap<>();
    private final Set<String> told = new TreeSet<>();

    @Override
    public void on(RunEvent event) {
        if (!(event instanceof RunEvent.OutputLine line) || line.stream() != Stream.INFO) {
            return;
        }
        String text = line.text();
        if (text.startsWith(GitLabSteps.COVERAGE)) {
            shares.put(
                    line.step().job().name(),
                    text.substring(GitLabSteps.COVERAGE.length()).replace("%", ""));
        }
        // A child's lines stand behind the names of its jobs.
        String own = text.substring(text.lastIndexOf(" | ") + 1).replaceFirst("^\\| ", "");
        if (own.startsWith(GitLabSteps.EXPOSED) || own.startsWith(GitLabSteps.ENVIRONMENT)) {
            told.add(own);
        }
    }

    /** A line for each; empty when no job has told anything. */
    String text() {
        return coverage() + told.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** One line with every job's share and, of several, the mean. */
    private String coverage() {
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
