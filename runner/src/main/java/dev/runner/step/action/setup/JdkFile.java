package dev.runner.step.action.setup;

import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A JDK in an archive, which {@code distribution: jdkfile} unpacks into the tool cache under the version that is asked for. */
final class JdkFile {
    /** $1 the archive, $2 the folder in the tool cache: whole at once, or not there. */
    private static final String UNPACK = """
            set -e
            [ -d "$2" ] && exit 0
            mkdir -p "$2.part"
            trap 'rm -rf "$2.part"' EXIT
            case $1 in *.zip) unzip -q "$1" -d "$2.part";; *) tar -xf "$1" -C "$2.part";; esac
            home=$(find "$2.part" -maxdepth 4 -path '*/bin/java' | head -n 1)
            [ -n "$home" ] || { echo "there is no bin/java in $1" >&2; exit 1; }
            mv "${home%/bin/java}" "$2"
            """;

    private final ActionContext context;

    JdkFile(ActionContext context) {
        this.context = context;
    }

    /** The JDK, where the job's steps see it. */
    Tool unpacked(String version) throws IOException, InterruptedException {
        String file = context.inputs().get("jdkFile");
        ToolVersion exact = ToolVersion.parse(version.strip());
        if (file.isEmpty()) {
            throw ActionFailedException.badInput("'jdkFile' is not specified", "name the archive of a JDK");
        }
        if (exact == null) {
            throw ActionFailedException.badInput(
                    "a JDK of a file has a whole version, and '" + version + "' is none", "write 21.0.4 or 21");
        }
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("amd64") ? "x64" : "arm64";
        String folder = context.inside(context.toolCache()) + "/Java_jdkfile_jdk/"
                + version.strip().replace('+', '-') + "/" + arch;
        String archive = context.inside(context.workspace().resolve(file).normalize());
        context.execute(List.of("mkdir", "-p", parent(folder)), Map.of(), null);
        if (context.execute(List.of("sh", "-c", UNPACK, "sh", archive, folder), Map.of(), null) != 0) {
            throw ActionFailedException.failed("the JDK in " + file + " could not be unpacked", "see the lines above");
        }
        return new Tool(exact, folder, "");
    }

    private static String parent(String folder) {
        return folder.substring(0, folder.lastIndexOf('/'));
    }
}
