package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON documents as templates see them: fields by the names that Go's types have, members by those of the document. */
final class JsonValues {
    /** Members that hold names of the user's choice. */
    private static final Set<String> MAPS =
            Set.of("annotations", "Labels", "labels", "ExposedPorts", "Volumes", "data", "Data");

    private static final Map<String, String> SPELLINGS = Map.of(
            "os",
            "OS",
            "rootfs",
            "RootFS",
            "diff_ids",
            "DiffIDs",
            "urls",
            "URLs",
            "os.version",
            "OSVersion",
            "os.features",
            "OSFeatures",
            "id",
            "ID");

    private JsonValues() {}

    static @Nullable Object of(JsonNode node) {
        return of(node, false);
    }

    /** @param asMap whether the members are names of the user's choice */
    static @Nullable Object of(JsonNode node, boolean asMap) {
        if (node.isObject()) {
            return asMap ? map(node) : struct(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(of(item, asMap)));
            return items;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        return node.isNumber()
                ? (Object) node.doubleValue()
                : node.isNull() || node.isMissingNode() ? null : node.asString("");
    }

    private static Map<String, @Nullable Object> map(JsonNode node) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        node.properties().forEach(member -> members.put(member.getKey(), of(member.getValue(), true)));
        return members;
    }

    private static Struct struct(JsonNode node) {
        Struct struct = Struct.of("struct");
        node.properties()
                .forEach(member -> struct.named(
                        field(member.getKey()),
                        member.getKey(),
                        of(member.getValue(), MAPS.contains(member.getKey()))));
        return struct;
    }

    private static String field(String member) {
        String known = SPELLINGS.get(member);
        if (known != null) {
            return known;
        }
        StringBuilder name = new StringBuilder();
        for (String word : member.split("[_.]")) {
            name.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
