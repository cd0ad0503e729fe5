package dev.runner.differential;

import dev.runner.source.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a case says of itself: scalars, lists and maps by name. */
final class CaseOptions {
    private static final Set<String> KNOWN = Set.of(
            "arguments",
            "contexts",
            "dockerfile",
            "either",
            "emulated",
            "epoch",
            "fails",
            "file",
            "files",
            "flags",
            "labels",
            "platforms",
            "rewrite",
            "says",
            "secrets",
            "setup",
            "target");

    private final Map<String, YamlNode> entries = new LinkedHashMap<>();

    CaseOptions(YamlNode.Mapping mapping) {
        mapping.entries().forEach(entry -> entries.put(scalar(entry.key()), entry.value()));
    }

    private CaseOptions() {}

    static CaseOptions none() {
        return new CaseOptions();
    }

    /** A misspelt option would make another case of it. */
    void refuseUnknown() {
        entries.forEach((name, value) -> {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("no option of a case: " + name + " at " + value.span());
            }
        });
    }

    /** The flags of {@code docker buildx build} that the options stand for. */
    List<String> flags() {
        Stream.Builder<String> flags = Stream.builder();
        map("arguments").forEach((name, value) -> flags.add("--build-arg=" + name + "=" + value));
        map("labels").forEach((name, value) -> flags.add("--label=" + name + "=" + value));
        List<String> platforms = list("platforms");
        flags.add("--platform=" + (platforms.isEmpty() ? "linux/amd64" : String.join(",", platforms)));
        String target = text("target");
        if (target != null) {
            flags.add("--target=" + target);
        }
        list("flags").forEach(flags::add);
        return flags.build().toList();
    }

    Map<String, String> map(String key) {
        Map<String, String> map = new LinkedHashMap<>();
        if (entries.get(key) instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(entry -> map.put(scalar(entry.key()), scalar(entry.value())));
        }
        return map;
    }

    /** The items of a list; a scalar is a list of one. */
    List<String> list(String key) {
        return switch (entries.get(key)) {
            case YamlNode.Sequence sequence ->
                sequence.items().stream().map(CaseOptions::scalar).toList();
            case YamlNode.Scalar scalar -> List.of(scalar.value());
            case null, default -> List.of();
        };
    }

    @Nullable
    String text(String key) {
        YamlNode node = entries.get(key);
        return node == null ? null : scalar(node);
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    /** Puts a text under another name, if it is there. */
    void copyText(String key, String name, Map<String, String> into) {
        String text = text(key);
        if (text != null) {
            into.put(name, text);
        }
    }

    boolean is(String key, boolean otherwise) {
        String text = text(key);
        return text == null ? otherwise : text.equals("true");
    }

    static String scalar(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar.value();
        }
        throw new IllegalArgumentException("not a scalar: " + node.span());
    }
}
