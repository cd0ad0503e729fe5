package dev.runner.step.action.storage;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.ArtifactStore;
import java.time.Duration;

/** What the actions about artifacts share: names, runs, days. */
final class ArtifactNames {
    private static final String FORBIDDEN = "\":<>|*?\r\n\\/";
    private static final int MOST_DAYS = 90;

    private ArtifactNames() {}

    static String checked(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
                throw ActionFailedException.badInput(
                        "The artifact name is not valid: " + name + ". Contains the following character: "
                                + name.charAt(i),
                        "leave out double quote, : < > | * ? \\ / and line ends");
            }
        }
        return name;
    }

    static String run(ActionContext context) {
        return context.github("run_id");
    }

    /** The input {@code retention-days}; 0 and nothing mean the default. */
    static Duration retention(ActionContext context) {
        String days = context.inputs().get("retention-days");
        if (days.isEmpty() || days.equals("0")) {
            return ArtifactStore.DEFAULT_RETENTION;
        }
        if (!days.matches("\\d{1,4}")) {
            throw ActionFailedException.badInput("Invalid retention-days", "write a number of days, 1 to 90");
        }
        int number = Integer.parseInt(days);
        if (number > MOST_DAYS) {
            context.warning("Retention days is greater than the max value allowed by the repository setting, reduce"
                    + " retention to " + MOST_DAYS + " days");
        }
        return Duration.ofDays(Math.min(number, MOST_DAYS));
    }

    static int level(ActionContext context) {
        String level = context.inputs().get("compression-level");
        if (level.isEmpty()) {
            return 6;
        }
        if (!level.matches("\\d")) {
            throw ActionFailedException.badInput("Invalid compression-level. Valid values are 0-9", null);
        }
        return Integer.parseInt(level);
    }
}
