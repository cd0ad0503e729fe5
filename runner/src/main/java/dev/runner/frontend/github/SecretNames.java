package dev.runner.frontend.github;

import dev.runner.expression.NamedReference;
import java.util.Set;
import java.util.TreeSet;

/** The secrets that a workflow reads by name. */
final class SecretNames {
    private SecretNames() {}

    /** Also of the workflows that it calls; names that differ by case only are one. */
    static Set<String> of(Workflow workflow) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        collect(workflow, names);
        return names;
    }

    private static void collect(Workflow workflow, Set<String> names) {
        collect(workflow.root(), names);
        for (Workflow.Job job : workflow.jobs()) {
            if (job.call() != null) {
                collect(job.call().workflow(), names);
            }
        }
    }

    private static void collect(Token token, Set<String> names) {
        switch (token) {
            case Token.Computed computed -> {
                for (NamedReference reference : computed.template().references()) {
                    if (reference.root().equals("secrets") && reference.path().size() > 1) {
                        String name = reference.path().get(1);
                        if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                            names.add(name);
                        }
                    }
                }
            }
            case Token.Items items -> items.items().forEach(item -> collect(item, names));
            case Token.Fields fields -> {
                for (Token.Field field : fields.fields()) {
                    collect(field.key(), names);
                    collect(field.value(), names);
                }
            }
            case Token.Text _, Token.Number _, Token.Truth _, Token.Nothing _, Token.Insert _ -> {}
        }
    }
}
