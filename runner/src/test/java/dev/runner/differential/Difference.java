package dev.runner.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One fact that is not the same.
 *
 * @param reference BuildKit's value, or what says that there is none
 * @param ours the embedded engine's
 */
record Difference(String name, String field, String reference, String ours) {
    private static final String ABSENT = "(absent)";

    static List<Difference> between(String name, Map<String, String> reference, Map<String, String> ours) {
        TreeSet<String> fields = new TreeSet<>(reference.keySet());
        fields.addAll(ours.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String field : fields) {
            String one = reference.getOrDefault(field, ABSENT);
            String other = ours.getOrDefault(field, ABSENT);
            if (!one.equals(other) && !isReusedFolder(one, other)) {
                differences.add(new Difference(name, field, one, other));
            }
        }
        return differences;
    }

    /**
     * Whether only the time of a folder differs, and BuildKit's is the build's. A Docker Engine receives a context over
     * what it had of another, and a folder that both have keeps the time of that; so this says nothing.
     */
    private static boolean isReusedFolder(String reference, String ours) {
        return reference.startsWith("folder ")
                && reference.endsWith(" at now")
                && ours.startsWith(reference.substring(0, reference.length() - "now".length()));
    }
}
