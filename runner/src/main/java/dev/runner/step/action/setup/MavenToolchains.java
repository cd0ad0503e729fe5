package dev.runner.step.action.setup;

import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code toolchains.xml} with the JDKs that a step has chosen, beside what the user's own file says of others. The user's
 * file is never touched: {@code MAVEN_ARGS} names the job's.
 *
 * @see <a href="https://github.com/actions/setup-java/blob/main/docs/advanced-usage.md#installing-custom-java-package-type">Java
 *     toolchains</a>
 */
final class MavenToolchains {
    private static final Pattern TOOLCHAIN = Pattern.compile("<toolchain>.*?</toolchain>", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("<id>\\s*(.*?)\\s*</id>", Pattern.DOTALL);

    private final ActionContext context;

    MavenToolchains(ActionContext context) {
        this.context = context;
    }

    /** A JDK, and what it was asked for as. */
    record Chosen(String wanted, Tool jdk) {}

    void write(List<Chosen> chosen, String distribution) throws IOException {
        ActionInputs inputs = context.inputs();
        List<String> ids = inputs.lines("mvn-toolchain-id");
        if (!ids.isEmpty() && ids.size() != chosen.size()) {
            throw ActionFailedException.badInput(
                    "mvn-toolchain-id has " + ids.size() + " lines, and there are " + chosen.size() + " versions",
                    "give one id for each version, in the same order");
        }
        String vendor = inputs.isGiven("mvn-toolchain-vendor") ? inputs.get("mvn-toolchain-vendor") : distribution;
        List<String> blocks = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int index = 0; index < chosen.size(); index++) {
            Chosen one = chosen.get(index);
            String id = ids.isEmpty() ? vendor + "_" + one.wanted() : ids.get(index);
            names.add(id);
            blocks.add(block(one, vendor, id));
        }
        Path file = MavenSettings.folder(context).resolve("toolchains.xml");
        Path others = Files.exists(file)
                ? file
                : Path.of(context.environment().getOrDefault("HOME", "/"), ".m2/toolchains.xml");
        if (Files.isRegularFile(others)) {
            Matcher known = TOOLCHAIN.matcher(Files.readString(others));
            while (known.find()) {
                Matcher id = ID.matcher(known.group());
                if (!id.find() || !names.contains(id.group(1))) {
                    blocks.add("  " + known.group() + "\n");
                }
            }
        }
        MavenSettings.keep(
                context,
                file,
                "<?xml version=\"1.0\"?>\n<toolchains xmlns=\"http://maven.apache.org/TOOLCHAINS/1.1.0\">\n"
                        + String.join("", blocks) + "</toolchains>\n",
                "--toolchains");
    }

    private static String block(Chosen one, String vendor, String id) {
        return """
                  <toolchain>
                    <type>jdk</type>
                    <provides>
                      <version>%s</version>
                      <vendor>%s</vendor>
                      <id>%s</id>
                    </provides>
                    <configuration>
                      <jdkHome>%s</jdkHome>
                    </configuration>
                  </toolchain>
                """.indent(0).formatted(
                MavenSettings.escaped(one.wanted()),
                MavenSettings.escaped(vendor),
                MavenSettings.escaped(id),
                MavenSettings.escaped(one.jdk().path()));
    }
}
