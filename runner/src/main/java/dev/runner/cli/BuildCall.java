package dev.runner.cli;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of a {@code runner build}, in two: the names that the image gets, and all the rest, which says what is built.
 * Read without the command's flags, because those take longer to set up than all that an unchanged build has to do.
 *
 * @param names in order, as they stand in the words
 * @param rest the words with a mark where a name was
 */
record BuildCall(List<String> names, List<String> rest) {
    private static final String MARK = "\0";

    BuildCall {
        names = List.copyOf(names);
        rest = List.copyOf(rest);
    }

    /** The call that some arguments are; null when they are not plainly one of {@code build}. */
    static @Nullable BuildCall of(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("build")) {
            return null;
        }
        List<String> names = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (int at = 1; at < arguments.size(); at++) {
            String word = arguments.get(at);
            boolean next = (word.equals("-t") || word.equals("--tag")) && at + 1 < arguments.size();
            if (next) {
                names.add(arguments.get(++at));
            } else if (word.startsWith("--tag=")) {
                names.add(word.substring("--tag=".length()));
            }
            rest.add(next || word.startsWith("--tag=") ? MARK : word);
        }
        return names.stream().allMatch(BuildCall::isName) ? new BuildCall(names, rest) : null;
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && Character.isLetterOrDigit(text.charAt(0));
    }

    /**
     * A name for all that may decide what is built, besides files and images: this program, the folder, the words, and the
     * variables that a word may mean. A digest, as words may hold what nobody else should read.
     */
    String key(Map<String, String> environment) {
        StringBuilder text = new StringBuilder();
        add(text, program());
        add(text, Path.of("").toAbsolutePath().toString());
        add(text, environment.getOrDefault("SOURCE_DATE_EPOCH", ""));
        add(text, environment.getOrDefault(ChosenEngines.VARIABLE, ""));
        add(text, settings(Locations.of(environment).configFile()));
        for (String word : rest) {
            add(text, word);
            String variable = word.substring(word.indexOf('=') + 1);
            add(text, environment.getOrDefault(variable, ""));
        }
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** Another engine, or other places of registries. */
    private static String settings(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return "";
        }
    }

    private static void add(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

    /** Another program may build otherwise. */
    private static String program() {
        String path = System.getProperty("java.class.path", "");
        int end = path.indexOf(System.getProperty("path.separator", ":"));
        Path file = Path.of(end < 0 ? path : path.substring(0, end));
        try {
            return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return file.toString();
        }
    }
}
