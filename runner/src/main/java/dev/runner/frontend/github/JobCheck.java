package dev.runner.frontend.github;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules of single keys of a job that the schema cannot say. */
final class JobCheck {
    private static final List<String> GROUPS = List.of("organization", "org", "enterprise", "ent");

    private final Faults faults;

    JobCheck(Faults faults) {
        this.faults = faults;
    }

    void check(Token.Fields job) {
        if (job.get("runs-on") instanceof Token.Fields runsOn && runsOn.get("group") instanceof Token.Text group) {
            group(group);
        }
        container(job.get("container"));
        if (job.get("services") instanceof Token.Fields services) {
            services.fields().forEach(service -> container(service.value()));
        }
        if (job.get("strategy") instanceof Token.Fields strategy
                && strategy.get("matrix") instanceof Token.Fields matrix) {
            matrix(matrix);
        }
    }

    /** The name of a group of runners, which may say whether it is the organization's or the enterprise's. */
    private void group(Token.Text group) {
        String name = group.value();
        int slash = name.indexOf('/');
        if (slash < 0) {
            return;
        }
        if (slash == name.length() - 1 || slash == 0) {
            faults.add(group, "Invalid runs-on group name '" + name + "'.");
        } else if (name.indexOf('/', slash + 1) >= 0
                || !GROUPS.contains(name.substring(0, slash).toLowerCase(Locale.ROOT))) {
            faults.add(
                    group,
                    "Invalid runs-on group name '" + name
                            + "'. Please use 'organization/' or 'enterprise/' prefix to target a single runner group.");
        }
    }

    /** What is computed may be a whole container, so only one that is fully written must name its image. */
    private void container(@Nullable Token container) {
        if (container instanceof Token.Fields fields
                && fields.get("image") == null
                && !computes(fields)
                && faults.noneIn(fields.span())) {
            faults.add(container, "Container image cannot be empty");
        }
    }

    private static boolean computes(Token token) {
        return switch (token) {
            case Token.Computed _, Token.Insert _ -> true;
            case Token.Items items -> items.items().stream().anyMatch(JobCheck::computes);
            case Token.Fields fields ->
                fields.fields().stream().anyMatch(field -> computes(field.key()) || computes(field.value()));
            case Token.Text _, Token.Number _, Token.Truth _, Token.Nothing _ -> false;
        };
    }

    private void matrix(Token.Fields matrix) {
        for (Token.Field field : matrix.fields()) {
            boolean axis = field.key() instanceof Token.Text(String name, var _)
                    && !Set.of("include", "exclude").contains(name);
            if (axis && field.value() instanceof Token.Items(List<Token> items, var _) && items.isEmpty()) {
                faults.add(field.value(), "Matrix vector '" + field.key().literal() + "' does not contain any values");
            }
        }
    }
}
