package dev.runner.cli;

import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows four commands of a shell, which is enough to tell what a workflow's jobs hand to each other. */
final class EchoExecutor implements StepExecutor {
    private static final Pattern ECHO = Pattern.compile("echo \"?(.*?)\"?( >> \"?\\$GITHUB_OUTPUT\"?)?");

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        Map<String, String> outputs = new LinkedHashMap<>();
        StepResult result = StepResult.success();
        if (!(step instanceof Step.Run run)) {
            return result;
        }
        for (String line : run.script().text(context.scope()).lines().toList()) {
            Matcher echo = ECHO.matcher(line.strip());
            if (line.strip().startsWith("exit ")) {
                int code = Integer.parseInt(line.strip().substring(5));
                return code == 0
                        ? result.withOutputs(outputs)
                        : result.withOutputs(outputs).withFailure(StepFailure.exit(code, null));
            }
            if (line.strip().startsWith("sleep ")) {
                Thread.sleep((long) (Double.parseDouble(line.strip().substring(6)) * 1000));
                continue;
            }
            if (echo.matches() && echo.group(2) != null) {
                String[] pair = echo.group(1).split("=", 2);
                outputs.put(pair[0], pair[1]);
            } else if (echo.matches()) {
                context.output().line(StepOutput.Stream.STDOUT, expand(echo.group(1), context));
            } else {
                throw new IllegalArgumentException(line);
            }
        }
        return result.withOutputs(outputs);
    }

    private static String expand(String text, StepContext context) {
        return Pattern.compile("\\$([A-Z_]+)")
                .matcher(text)
                .replaceAll(
                        name -> Matcher.quoteReplacement(context.environment().getOrDefault(name.group(1), "")));
    }
}
