package dev.runner.step.gitlab;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dotenv report by GitLab's rules: {@code NAME=value} a line, no comments, no values of several lines, quotes are part
 * of the value, at most 5 KB and 150 variables.
 */
final class DotenvReport {
    private static final int LONGEST = 5 * 1024;
    private static final int MOST = 150;
    private static final Pattern LINE = Pattern.compile("^\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*?)\\s*$");

    private DotenvReport() {}

    /** A report that GitLab does not take; the job fails. */
    static final class InvalidException extends IOException {
        private static final long serialVersionUID = 1L;

        InvalidException(String message) {
            super(message);
        }
    }

    static Map<String, String> parse(String text) throws InvalidException {
        if (text.length() > LONGEST) {
            throw new InvalidException("the dotenv report is larger than 5 KB");
        }
        Map<String, String> all = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new InvalidException("the dotenv report has a line that is not NAME=value: " + line.strip());
            }
            all.put(matcher.group(1), matcher.group(2));
        }
        if (all.size() > MOST) {
            throw new InvalidException("the dotenv report has more than " + MOST + " variables");
        }
        return all;
    }
}
