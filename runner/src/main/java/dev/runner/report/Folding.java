package dev.runner.report;

import dev.runner.schedule.RunEvent.Annotation;
import java.time.Instant;

/** How a CI system wants what it folds and what it shows beside the code to be written into a log. */
sealed interface Folding {
    /** Begins what is folded. */
    String open(String title, Instant at);

    /** Ends what was begun last. */
    String close(Instant at);

    /** A line of somebody else's, so that the system takes it for nothing but text. */
    String line(String text);

    /** A remark; it is text that is clean already, without line end. */
    String remark(Annotation.Level level, Annotation.Place place, String message);

    /** @see <a href="https://docs.github.com/actions/reference/workflow-commands-for-github-actions">Workflow commands</a> */
    record GitHub() implements Folding {
        @Override
        public String open(String title, Instant at) {
            return "::group::" + title;
        }

        @Override
        public String close(Instant at) {
            return "::endgroup::";
        }

        /** What a step prints would else be obeyed: it may set outputs of the step that all of this runs in. */
        @Override
        public String line(String text) {
            int colons = text.indexOf("::");
            boolean command =
                    colons >= 0 && text.substring(0, colons).codePoints().allMatch(GitHub::isSkipped);
            return (command ? "| " : "") + text.replace("##[", "## [");
        }

        private static boolean isSkipped(int c) {
            return Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT;
        }

        @Override
        public String remark(Annotation.Level level, Annotation.Place place, String message) {
            StringBuilder command = new StringBuilder("::")
                    .append(
                            switch (level) {
                                case NOTICE -> "notice";
                                case WARNING -> "warning";
                                case ERROR -> "error";
                            });
            String separator = " ";
            if (place.file() != null) {
                command.append(separator).append("file=").append(property(place.file()));
                separator = ",";
                if (place.line() > 0) {
                    command.append(",line=").append(place.line());
                }
                if (place.column() > 0) {
                    command.append(",col=").append(place.column());
                }
                if (place.endLine() > 0) {
                    command.append(",endLine=").append(place.endLine());
                }
                if (place.endColumn() > 0) {
                    command.append(",endColumn=").append(place.endColumn());
                }
            }
            if (place.title() != null) {
                command.append(separator).append("title=").append(property(place.title()));
            }
            return command.append("::").append(data(message)).toString();
        }

        private static String data(String text) {
            return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
        }

        private static String property(String text) {
            return data(text).replace(":", "%3A").replace(",", "%2C");
        }
    }

    /** @see <a href="https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections">Collapsible sections</a> */
    final class GitLab implements Folding {
        private static final String ERASE = "\u001b[0K";
        private static final String BOLD = "\u001b[1m";
        private static final String PLAIN = "\u001b[0m";

        private int number;

        @Override
        public String open(String title, Instant at) {
            number++;
            return marker("start", at) + "\r" + ERASE + BOLD + title + PLAIN;
        }

        @Override
        public String close(Instant at) {
            return marker("end", at) + "\r" + ERASE;
        }

        private String marker(String word, Instant at) {
            return ERASE + "section_" + word + ":" + at.getEpochSecond() + ":runner_step_" + number;
        }

        @Override
        public String line(String text) {
            return text;
        }

        @Override
        public String remark(Annotation.Level level, Annotation.Place place, String message) {
            return Annotations.text(level, place, message, new Style(true));
        }
    }
}
