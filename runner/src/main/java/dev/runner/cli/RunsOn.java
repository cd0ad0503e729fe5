package dev.runner.cli;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where jobs run by the labels of their {@code runs-on}: the part of {@code config.yml}
 *
 * <pre>{@code
 * runs-on:
 *   ubuntu-latest: host
 *   ubuntu-22.04: ubuntu:22.04
 * }</pre>
 *
 * <p>and the flag {@code --runs-on}. What is not named runs on this machine.
 */
final class RunsOn {
    static final String KEY = "runs-on";
    private static final String HOST = "host";

    private RunsOn() {}

    /**
     * Images by label.
     *
     * @param flags {@code LABEL=IMAGE} or {@code LABEL=host}; they win over the file
     * @throws dev.runner.source.InvalidSourceException when that part of the file has another shape
     */
    static Map<String, String> images(Path file, List<String> flags) throws IOException {
        Map<String, String> images = new LinkedHashMap<>();
        if (Files.exists(file)) {
            Diagnostics diagnostics = new Diagnostics();
            if (YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT) instanceof YamlNode.Mapping mapping) {
                for (YamlNode.Entry entry : mapping.entries()) {
                    if (entry.key() instanceof YamlNode.Scalar key
                            && key.value().equals(KEY)) {
                        images.putAll(of(entry.value(), diagnostics));
                    }
                }
            }
            diagnostics.throwIfErrors();
        }
        images.putAll(Arguments.pairs("--runs-on", flags, Map.of()));
        images.values().removeIf(HOST::equals);
        return images;
    }

    static Map<String, String> of(YamlNode node, Diagnostics diagnostics) {
        Map<String, String> images = new LinkedHashMap<>();
        if (!(node instanceof YamlNode.Mapping mapping)) {
            diagnostics.error(node.span(), "expected labels with an image or 'host' each");
            return images;
        }
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key() instanceof YamlNode.Scalar label && entry.value() instanceof YamlNode.Scalar image) {
                images.put(label.value(), image.value());
            } else {
                diagnostics.error(entry.value().span(), "expected an image or 'host'");
            }
        }
        return images;
    }
}
