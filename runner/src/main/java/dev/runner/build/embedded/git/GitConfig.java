package dev.runner.build.embedded.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * As much of git's configuration as tells whether files may differ from their objects. Every file that git may read counts,
 * whatever its conditions: what might hold is taken to hold.
 *
 * @see <a href="https://git-scm.com/docs/git-config">git-config</a>
 */
final class GitConfig {
    private static final int MOST_INCLUDES = 20;

    private final Map<String, String> environment;
    private final Path home;
    private boolean converts;
    private int files;

    GitConfig(Map<String, String> environment) throws IOException {
        this.environment = environment;
        this.home = Path.of(environment.getOrDefault("HOME", "/"));
        for (String system : List.of("/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig")) {
            read(Path.of(system));
        }
        for (String named : List.of("GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL")) {
            if (environment.containsKey(named)) {
                read(Path.of(environment.get(named)));
            }
        }
        read(home.resolve(".gitconfig"));
        read(own().resolve("config"));
        environment.forEach((name, value) -> {
            if (name.startsWith("GIT_CONFIG_") || name.startsWith("GIT_ATTR_")) {
                converts |= converts("", value);
            }
        });
    }

    private Path own() {
        String folder = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return (folder.isEmpty() ? home.resolve(".config") : Path.of(folder)).resolve("git");
    }

    /** Reads a file, if it is there, with all that it includes. */
    void read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        if (++files > MOST_INCLUDES) {
            converts = true;
            return;
        }
        String section = "";
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
            String text = line.strip();
            if (text.startsWith("[")) {
                int end = text.indexOf(']');
                section = text.toLowerCase(Locale.ROOT);
                text = end < 0 ? "" : text.substring(end + 1).strip();
            }
            converts |= converts(section, text);
            if (section.startsWith("[include")
                    && text.toLowerCase(Locale.ROOT).startsWith("path")
                    && text.contains("=")) {
                include(file, text.substring(text.indexOf('=') + 1).strip());
            }
        }
    }

    private static boolean converts(String section, String text) {
        String line = text.toLowerCase(Locale.ROOT).replace(" ", "").replace("\t", "");
        boolean ends = line.contains("autocrlf") && !line.equals("autocrlf=false");
        boolean format =
                section.startsWith("[extensions") && line.startsWith("objectformat") && !line.endsWith("=sha1");
        return ends || format || line.contains("attributesfile");
    }

    private void include(Path from, String written) throws IOException {
        String path = written.replace("\"", "");
        if (path.isEmpty() || path.contains("\\") || path.startsWith("%") || path.contains("#") || path.contains(";")) {
            converts = true;
        } else if (path.startsWith("~/")) {
            read(home.resolve(path.substring(2)));
        } else if (path.startsWith("~")) {
            converts = true;
        } else {
            read(from.resolveSibling(path));
        }
    }

    /** Whether something in it lets any file differ from its object. */
    boolean mayConvert() {
        return converts;
    }

    /** The files of attributes that are no part of the working tree. */
    List<Path> attributeFiles(Path common) {
        List<Path> all = new ArrayList<>();
        all.add(common.resolve("info/attributes"));
        all.add(own().resolve("attributes"));
        all.add(Path.of("/etc/gitattributes"));
        all.add(Path.of("/usr/local/etc/gitattributes"));
        all.add(Path.of("/opt/homebrew/etc/gitattributes"));
        return all;
    }
}
