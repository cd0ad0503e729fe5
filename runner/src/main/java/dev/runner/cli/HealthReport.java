package dev.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** What {@code runner doctor} found, part by part. */
final class HealthReport {
    /** How a thing stands. */
    enum State {
        OK("ok"),
        /** Absent or worse than it could be; the program goes on without it. */
        LACKS("no"),
        /** Images cannot be built for it. */
        BROKEN("!!");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param part such as {@code machine}
     * @param mend the command or setting that mends it; empty when it needs none
     */
    record Check(String part, String name, State state, String detail, String mend) {}

    private final List<Check> checks = new ArrayList<>();
    private String part = "";

    /** What comes next belongs to this part. */
    void part(String name) {
        part = name;
    }

    void ok(String name, String detail) {
        checks.add(new Check(part, name, State.OK, detail, ""));
    }

    /** @param mend shown when it does not work */
    void say(boolean works, String name, String detail, String mend) {
        checks.add(new Check(part, name, works ? State.OK : State.LACKS, detail, works ? "" : mend));
    }

    void broken(String name, String detail, String mend) {
        checks.add(new Check(part, name, State.BROKEN, detail, mend));
    }

    boolean works() {
        return checks.stream().noneMatch(check -> check.state() == State.BROKEN);
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    void print(PrintWriter out) {
        String shown = "";
        for (Check check : checks) {
            if (!check.part().equals(shown)) {
                out.println((shown.isEmpty() ? "" : "\n") + check.part());
                shown = check.part();
            }
            out.printf("  %-4s %-13s %s%n", check.state().word, check.name(), check.detail());
            if (!check.mend().isEmpty()) {
                out.printf("       %-13s mend: %s%n", "", check.mend());
            }
        }
    }

    /** {@code works}, and {@code checks} with {@code part}, {@code name}, {@code state}, {@code detail} and {@code mend}. */
    String json() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Check check : checks) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("part", check.part());
            fields.put("name", check.name());
            fields.put("state", check.state().name().toLowerCase(java.util.Locale.ROOT));
            fields.put("detail", check.detail());
            if (!check.mend().isEmpty()) {
                fields.put("mend", check.mend());
            }
            all.add(fields);
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("works", works());
        root.put("checks", all);
        return Objects.requireNonNull(
                        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root)) + "\n";
    }
}
