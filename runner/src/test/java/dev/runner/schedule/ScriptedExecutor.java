package dev.runner.schedule;

import dev.runner.expression.Value;
import dev.runner.pipeline.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Executes {@code run} steps written in a tiny language, a command a line, so that a test says what happens when. */
final class ScriptedExecutor implements StepExecutor {
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            StepResult result = StepResult.success();
            if (step instanceof Step.Run run) {
                for (String line : run.script().text(context.scope()).lines().toList()) {
                    result = command(line.strip().split(" ", 2), context, result);
                }
            }
            return result;
        } finally {
            running.decrementAndGet();
        }
    }

    private StepResult command(String[] words, StepContext context, StepResult result) throws InterruptedException {
        String rest = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "", "ok" -> result;
            case "say" -> {
                context.output().line(StepOutput.Stream.STDOUT, rest);
                yield result;
            }
            case "bytes" -> {
                bytes(context, rest);
                yield result;
            }
            case "get" -> {
                String value = context.environment().getOrDefault(rest, "-");
                context.output().line(StepOutput.Stream.STDOUT, rest + "=" + value);
                yield result;
            }
            case "out" -> result.withOutputs(with(result.outputs(), rest));
            case "env" -> result.withEnvironment(with(result.environment(), rest));
            case "path" -> result.withPath(List.of(rest));
            case "commit" -> result.withContexts(Map.of("commit", Value.of(Map.of("sha", rest))));
            case "mask" -> {
                context.mask(rest);
                yield result;
            }
            case "fail" -> result.withFailure(StepFailure.exit(Integer.parseInt(rest), null));
            case "flaky" -> {
                int attempt = attempts.computeIfAbsent(context.job().key(), _ -> new AtomicInteger())
                        .incrementAndGet();
                yield attempt <= Integer.parseInt(rest) ? result.withFailure(StepFailure.exit(1, null)) : result;
            }
            case "touch" -> {
                touch(context, rest);
                yield result;
            }
            case "throw" -> throw new IllegalStateException(rest);
            case "block" -> {
                new CountDownLatch(1).await();
                yield result;
            }
            case "cleanup" -> {
                context.atJobEnd(() -> context.output().line(StepOutput.Stream.INFO, "too late"));
                yield result;
            }
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static Map<String, String> with(Map<String, String> map, String entry) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(entry.split("=", 2)[0], entry.split("=", 2)[1]);
        return more;
    }

    /** Writes one byte at a time, so that nothing is found whole. */
    private static void bytes(StepContext context, String text) {
        try {
            OutputStream out = context.output().stream(StepOutput.Stream.STDERR);
            for (byte b : text.replace("|", "\n").getBytes(StandardCharsets.UTF_8)) {
                out.write(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(StepContext context, String name) {
        try {
            Files.createFile(context.workspace().resolve(name));
            context.output().line(StepOutput.Stream.STDOUT, "touched " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
