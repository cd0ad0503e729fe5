package dev.runner.host.process;

import java.nio.charset.StandardCharsets;

/** What a short program gave. */
public record ProcessResult(int exitCode, byte[] stdout, byte[] stderr) {
    public boolean succeeded() {
        return exitCode == 0;
    }

    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
