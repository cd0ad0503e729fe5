package dev.runner.host.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A shell that outlives us by a moment. It reads which process groups live from a pipe that only this program writes
 * to; when the pipe ends, however that came about, it kills those that are left. Without it, {@code kill -9} of this
 * program would reach the children themselves, by {@code PR_SET_PDEATHSIG}, but not theirs.
 */
final class Guardian implements AutoCloseable {
    private static final String SCRIPT = """
            groups=' '
            while read -r change group; do
              case $change in
                +) groups="$groups$group " ;;
                -) groups="${groups%% $group *} ${groups#* $group }" ;;
              esac
            done
            for group in $groups; do kill -s KILL -- "-$group"; done
            """;

    private final Process process;
    private final OutputStream changes;

    private Guardian(Process process) {
        this.process = process;
        this.changes = process.getOutputStream();
    }

    /** Starts one. To be called by the thread that starts all children. */
    static Guardian start(List<String> session) throws IOException {
        List<String> argv = new java.util.ArrayList<>(session);
        argv.addAll(List.of("/bin/sh", "-c", SCRIPT));
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        return new Guardian(builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    synchronized void watch(long group) throws IOException {
        write("+ " + group + "\n");
    }

    synchronized void forget(long group) throws IOException {
        write("- " + group + "\n");
    }

    private void write(String change) throws IOException {
        changes.write(change.getBytes(StandardCharsets.US_ASCII));
        changes.flush();
    }

    @Override
    public void close() throws IOException {
        changes.close();
    }
}
