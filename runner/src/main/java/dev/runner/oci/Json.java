package dev.runner.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the readers and writers of this room share: a checked tree. */
final class Json {
    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode readObject(byte[] json, String what) {
        try {
            if (JsonTree.read(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new MalformedContentException("the " + what + " is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new MalformedContentException("the " + what + " is not a JSON object", null);
    }

    static byte[] write(ObjectNode node) {
        return JsonTree.write(node);
    }

    static @Nullable String text(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    static String textOr(JsonNode node, String member, String otherwise) {
        String value = text(node, member);
        return value == null ? otherwise : value;
    }

    static String required(JsonNode node, String member, String what) {
        String value = text(node, member);
        if (value == null) {
            throw new MalformedContentException("the " + what + " lacks '" + member + "'", null);
        }
        return value;
    }

    static Digest digest(String text, String what) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedContentException("the " + what + " has a bad digest: " + e.getMessage(), e);
        }
    }

    static Map<String, String> map(JsonNode node, String member) {
        Map<String, String> map = new LinkedHashMap<>();
        if (node.get(member) instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry -> map.put(entry.getKey(), entry.getValue().asString("")));
        }
        return map;
    }

    static @Nullable List<String> strings(JsonNode node, String member) {
        if (!(node.get(member) instanceof ArrayNode array)) {
            return null;
        }
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asString("")));
        return values;
    }

    static List<String> stringsOrNone(JsonNode node, String member) {
        List<String> values = strings(node, member);
        return values == null ? List.of() : values;
    }

    static void put(ObjectNode node, String member, Map<String, String> map) {
        if (!map.isEmpty()) {
            ObjectNode object = node.putObject(member);
            map.forEach(object::put);
        }
    }

    static void put(ObjectNode node, String member, @Nullable List<String> values) {
        if (values != null) {
            ArrayNode array = node.putArray(member);
            values.forEach(array::add);
        }
    }

    static void putUnlessEmpty(ObjectNode node, String member, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            node.put(member, value);
        }
    }
}
