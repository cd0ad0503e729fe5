package dev.runner.host.sandbox;

import dev.runner.host.process.Executables;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes shell text whose words mean exactly themselves. */
final class Shell {
    private Shell() {}

    static String quote(Object word) {
        return "'" + word.toString().replace("'", "'\\''") + "'";
    }

    /** Bytes as an argument of the shell's own printf: no program is started to write them. */
    static String printed(byte[] bytes) {
        StringBuilder text = new StringBuilder("'");
        for (byte b : bytes) {
            boolean plain = b >= ' ' && b < 127 && b != '\\' && b != '%' && b != '\'';
            text.append(plain ? String.valueOf((char) b) : String.format("\\%03o", b & 0xFF));
        }
        return text.append("'").toString();
    }

    static String line(List<?> words) {
        return words.stream().map(Shell::quote).collect(Collectors.joining(" "));
    }

    /** A program's path: scripts do not look into PATH, which may be the image's. */
    static String tool(String name) throws SandboxException {
        Path path = Executables.find(name);
        if (path == null) {
            throw new SandboxException(
                    SandboxException.Reason.UNAVAILABLE, "the program " + name + " is not on this machine", null);
        }
        return path.toString();
    }
}
