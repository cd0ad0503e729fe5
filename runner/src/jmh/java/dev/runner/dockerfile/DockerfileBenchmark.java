package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A Dockerfile of fifty stages, and the ignore file of a large repository over a walk of its 10,000 files. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class DockerfileBenchmark {
    private static final String STAGE =
            """
            FROM base AS stage%d
            ARG VERSION=1.%<d
            ENV HOME=/home/app PATH=/opt/tool-${VERSION}/bin:$PATH
            WORKDIR /src
            COPY --chown=app:app --exclude=*.md package*.json ./
            RUN --mount=type=cache,target=/root/.cache,id=cache%<d \\
                apt-get update && \\
                apt-get install -y --no-install-recommends tool=${VERSION}
            COPY . .
            RUN <<END
            set -e
            make -j4 all
            END
            """;

    private String dockerfile = "";
    private IgnorePatterns ignored = IgnorePatterns.none();
    private final List<String> files = new ArrayList<>();

    @Setup
    public void write() {
        StringBuilder text = new StringBuilder("# syntax=docker/dockerfile:1\nFROM scratch AS base\n");
        for (int stage = 0; stage < 50; stage++) {
            text.append(STAGE.formatted(stage));
        }
        dockerfile = text.toString();
        ignored = IgnorePatterns.of(List.of(
                ".git", "**/node_modules", "**/*.class", "target", "docs/**", "!docs/README.md", "*.log", "build-?*"));
        for (int file = 0; file < 250; file++) {
            files.add("File" + file + ".java");
        }
    }

    @Benchmark
    public Dockerfile parse() {
        Diagnostics diagnostics = new Diagnostics();
        Dockerfile parsed = Dockerfile.parse(Source.of("Dockerfile", dockerfile), diagnostics);
        diagnostics.throwIfErrors();
        return parsed;
    }

    @Benchmark
    public int match() {
        int hidden = 0;
        for (int module = 0; module < 40; module++) {
            IgnorePatterns.Walk folder = ignored.walk();
            for (String name : List.of("module" + module, "src", "main", "java", "org", "example")) {
                folder = folder.child(name);
            }
            for (String file : files) {
                hidden += folder.child(file).ignored() ? 1 : 0;
            }
        }
        return hidden;
    }
}
