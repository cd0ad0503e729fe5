package dev.runner.export;

import dev.runner.expression.Expression;
import dev.runner.expression.Value;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job's condition in a system's words, so that no machine starts for nothing. Only what is about the branch and the tag is
 * said there; all else is judged by the program when the job has begun, as it is on one machine.
 */
final class Conditions {
    private static final Set<String> STATUS = Set.of("success", "failure", "always", "cancelled");

    private Conditions() {}

    /** Whether it asks how other jobs have ended, so that the job must begin whatever that was. */
    static boolean isAboutStatus(@Nullable Expression condition) {
        return condition != null && condition.functions().stream().anyMatch(STATUS::contains);
    }

    /** For GitHub's {@code if}; null when it cannot be said there. */
    static @Nullable String forGithub(@Nullable Expression condition) {
        return condition == null ? null : condition.write(new Github());
    }

    /** For {@code rules: - if:} of GitLab; null when it cannot be said there. */
    static @Nullable String forGitLab(@Nullable Expression condition) {
        return condition == null ? null : condition.write(new GitLab());
    }

    private record Github() implements Expression.Words {
        @Override
        public @Nullable String path(List<String> path) {
            return switch (String.join(".", path)) {
                case "commit.branch" -> "(github.ref_type == 'branch' && (github.head_ref || github.ref_name) || '')";
                case "commit.tag" -> "(github.ref_type == 'tag' && github.ref_name || '')";
                default -> null;
            };
        }

        @Override
        public String literal(Value value) {
            return value instanceof Value.Str text
                    ? "'" + text.text().replace("'", "''") + "'"
                    : value instanceof Value.Null ? "null" : value.text();
        }

        @Override
        public @Nullable String call(String name, List<String> arguments) {
            return Set.of("startsWith", "endsWith", "contains", "format").contains(name)
                    ? name + "(" + String.join(", ", arguments) + ")"
                    : null;
        }

        @Override
        public String not(String operand) {
            return "!" + (operand.startsWith("(") || operand.matches("\\w+\\(.*\\)") ? operand : "(" + operand + ")");
        }

        @Override
        public String compare(String sign, String left, String right) {
            return left + " " + sign + " " + right;
        }

        @Override
        public String logic(boolean all, List<String> operands) {
            return "(" + String.join(all ? " && " : " || ", operands) + ")";
        }
    }

    private record GitLab() implements Expression.Words {
        @Override
        public @Nullable String path(List<String> path) {
            return switch (String.join(".", path)) {
                case "commit.branch" -> "$CI_COMMIT_BRANCH";
                case "commit.tag" -> "$CI_COMMIT_TAG";
                default -> null;
            };
        }

        @Override
        public @Nullable String literal(Value value) {
            return value.text().contains("\"") || value.text().contains("$") ? null : '"' + value.text() + '"';
        }

        @Override
        public @Nullable String call(String name, List<String> arguments) {
            if (arguments.size() != 2 || !isName(arguments.getFirst()) || isName(arguments.getLast())) {
                return null;
            }
            String text = pattern(arguments.getLast());
            return switch (name) {
                case "startsWith" -> arguments.getFirst() + " =~ /^" + text + "/i";
                case "endsWith" -> arguments.getFirst() + " =~ /" + text + "$/i";
                case "contains" -> arguments.getFirst() + " =~ /" + text + "/i";
                default -> null;
            };
        }

        private static boolean isName(String operand) {
            return operand.matches("\\$\\w+");
        }

        private static String pattern(String literal) {
            return GitLabFile.escaped(literal.substring(1, literal.length() - 1));
        }

        @Override
        public @Nullable String not(String operand) {
            return isName(operand) ? operand + " == null" : null;
        }

        /** GitHub compares without case, and takes what is missing for the empty text. */
        @Override
        public @Nullable String compare(String sign, String left, String right) {
            boolean equal = sign.equals("==");
            if (!equal && !sign.equals("!=") || isName(left) == isName(right)) {
                return null;
            }
            String name = isName(left) ? left : right;
            String literal = isName(left) ? right : left;
            if (literal.equals("\"\"")) {
                return name + " " + sign + " null";
            }
            return name + (equal ? " =~ " : " !~ ") + "/^" + pattern(literal) + "$/i";
        }

        @Override
        public String logic(boolean all, List<String> operands) {
            return "(" + String.join(all ? " && " : " || ", operands) + ")";
        }
    }
}
