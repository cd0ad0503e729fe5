package dev.runner.cli;

import dev.runner.pipeline.Pipeline;
import dev.runner.plan.Plan;
import dev.runner.plan.Planner;
import dev.runner.schedule.Inputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * {@code runner ci}: what the GitHub Action and the GitLab component call. Runs the pipeline that the input {@code pipeline}
 * names, or a build by the other inputs, in the folder that is there and not in a copy: what a CI job finds afterwards.
 */
final class CiCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    @Override
    public void declare(Flags all) {
        all.command("ci", "Run what the inputs of the GitHub Action or the GitLab component say (RUNNER_INPUTS).");
        all.spec().usageMessage().hidden(true);
    }

    CiCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = new LinkedHashMap<>(parent.environment());
        CiInputs inputs = new CiInputs(environment);
        environment.keySet().removeIf(CiInputs::isOne);
        List<String> words = new ArrayList<>(List.of("exec"));
        words.addAll(inputs.words("arguments"));
        String outputs = environment.getOrDefault("GITHUB_OUTPUT", "");
        if (!outputs.isEmpty()) {
            words.add("--report=outputs=" + outputs);
        }
        if (inputs.isGiven("pipeline")) {
            return pipeline(inputs, environment, words);
        }
        RunnerCommand root = parent.with(environment);
        ExecCommand exec = new ExecCommand(root);
        CommandLine line = Flags.of(exec);
        line.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        Path here = Path.of("").toAbsolutePath();
        CiWorkflow workflow = new CiWorkflow(inputs, environment, here);
        Pipeline pipeline = workflow.pipeline();
        return run(exec, root, Planner.plan(pipeline, workflow.inputs().plan()), workflow.inputs(), here);
    }

    private static int run(ExecCommand exec, RunnerCommand root, Plan plan, Inputs inputs, Path here)
            throws IOException, InterruptedException {
        try (Toolbox toolbox = root.toolbox(exec.registry);
                PipelineRun run = PipelineRun.prepare(exec.flags, root, toolbox, plan, inputs, here)) {
            return PipelineRun.exitCode(run.inPlace(here).execute(plan));
        }
    }

    private int pipeline(CiInputs inputs, Map<String, String> environment, List<String> words) {
        for (String input : CiWorkflow.LOGIN) {
            if (inputs.isGiven(input)) {
                throw new UsageException("'" + input + "' is for a build without a pipeline; " + inputs.get("pipeline")
                        + " has login steps of its own, whose secrets come from 'env' of the step");
            }
        }
        if (CiWorkflow.usesCacheService(inputs, environment)) {
            environment.putIfAbsent("RUNNER_CACHE_FROM", CiWorkflow.cacheSource());
            environment.putIfAbsent("RUNNER_CACHE_TO", CiWorkflow.cacheTarget());
        }
        words.add(inputs.get("pipeline"));
        return Main.run(parent.with(environment), words);
    }
}
