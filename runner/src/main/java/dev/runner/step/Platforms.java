package dev.runner.step;

import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.pipeline.TemplateList;
import dev.runner.schedule.StepContext;
import java.util.List;

/** Which platforms a step is about: its own, else the pipeline's, else this machine's. */
final class Platforms {
    private Platforms() {}

    static List<Platform> of(TemplateList written, StepContext context) {
        List<String> words = written.words(context.scope());
        if (words.isEmpty() && context.scope().context("platforms") instanceof Value.Arr pipelines) {
            words = pipelines.items().stream().map(Value::text).toList();
        }
        try {
            return words.isEmpty()
                    ? List.of(Platform.host())
                    : words.stream()
                            .map(Platform::parse)
                            .map(Platform::normalized)
                            .distinct()
                            .toList();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), "write it as linux/arm64 or linux/arm/v7");
        }
    }
}
