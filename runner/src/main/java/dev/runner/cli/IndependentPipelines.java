package dev.runner.cli;

import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.secret.Masker;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Pipelines that jobs have begun and do not wait for. They end before the program does, and fail nothing but themselves. */
final class IndependentPipelines {
    private final List<Begun> begun = new ArrayList<>();
    private final Map<String, List<String>> lines = new LinkedHashMap<>();

    private record Begun(String name, Run run, Function<RunResult, String> summary) {}

    /** @param summary what is told of its end */
    synchronized void add(String name, Run run, Function<RunResult, String> summary) {
        begun.add(new Begun(name, run, summary));
    }

    /** Keeps what there is to show of a pipeline until its end. */
    synchronized void hear(String name, RunEvent event) {
        String text = switch (event) {
            case RunEvent.OutputLine line -> line.step().job().name() + " | " + line.text();
            case RunEvent.JobFinished job ->
                job.job().name() + ": " + job.result().word();
            default -> null;
        };
        if (text != null) {
            lines.computeIfAbsent(name, _ -> new ArrayList<>()).add(text);
        }
    }

    /** Waits for all of them, those that they begin too, and shows each. */
    void finish(Masker masker, PrintWriter out) {
        for (int i = 0; i < size(); i++) {
            Begun one = get(i);
            RunResult result = await(one.run());
            out.println("Independent pipeline of " + one.name() + ": "
                    + result.result().word());
            shown(one.name()).forEach(line -> out.println("  | " + masker.mask(line)));
            out.print(one.summary().apply(result));
            out.flush();
        }
    }

    private synchronized int size() {
        return begun.size();
    }

    private synchronized Begun get(int index) {
        return begun.get(index);
    }

    private synchronized List<String> shown(String name) {
        List<String> own = lines.remove(name);
        return own == null ? List.of() : own;
    }

    /** Waits for a run; an interrupt cancels it, a second one kills what still runs. */
    static RunResult await(Run run) {
        while (true) {
            try {
                return run.await();
            } catch (InterruptedException e) {
                run.cancel();
            }
        }
    }
}
