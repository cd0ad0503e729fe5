package dev.runner.expression;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An expression such as a job's condition, read from text and evaluated. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExpressionBenchmark {
    private static final String TEXT = "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/v')"
            + " && contains(fromJSON('[\"main\", \"release\"]'), matrix.branch)"
            + " && format('{0}-{1}', matrix.os, join(github.labels, ',')) != 'x'";

    private final Span span = Source.of("workflow.yml", TEXT).all();
    private final dev.runner.expression.Scope scope = dev.runner.expression.Scope.of(Map.of(
            "github",
            Value.of(Map.of("event_name", "push", "ref", "refs/tags/v1.2", "labels", List.of("a", "b"))),
            "matrix",
            Value.of(Map.of("branch", "main", "os", "linux"))));
    private Expression parsed = Expression.parse(span, new Diagnostics());

    @Setup
    public void check() {
        if (!parsed.evaluate(scope).equals(Value.of(true))) {
            throw new IllegalStateException("the expression is " + parsed.evaluate(scope));
        }
    }

    @Benchmark
    public Expression parse() {
        parsed = Expression.parse(span, new Diagnostics());
        return parsed;
    }

    @Benchmark
    public Value evaluate() {
        return parsed.evaluate(scope);
    }
}
