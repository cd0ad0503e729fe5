package dev.runner.build.embedded.containers;

import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records as JSON and back: members by name, records in records, lists, maps of texts, and as text what reads its own
 * text. A sealed interface's records say in the member {@code is} which one they are.
 */
final class RecordText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String KIND = "is";

    private RecordText() {}

    static byte[] write(Record value) {
        return JsonTree.write(node(value, value.getClass()));
    }

    /** @throws RuntimeException of whatever kind when the text is not that of such a record */
    static <T extends Record> T read(Class<T> type, byte[] json) {
        return type.cast(java.util.Objects.requireNonNull(value(JsonTree.read(json), type)));
    }

    private static JsonNode node(@Nullable Object value, Class<?> declared) {
        return switch (value) {
            case null -> NODES.nullNode();
            case Record record when isText(record) -> NODES.stringNode(record.toString());
            case Record record -> object(record, declared);
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode();
                list.forEach(item -> array.add(node(item, Object.class)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((key, item) -> object.set(key.toString(), node(item, Object.class)));
                yield object;
            }
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Boolean flag -> NODES.booleanNode(flag);
            case Enum<?> one -> NODES.stringNode(one.name());
            default -> NODES.stringNode(value.toString());
        };
    }

    private static boolean isText(Record record) {
        return record instanceof Reference || record instanceof Platform || record instanceof Digest;
    }

    private static JsonNode object(Record record, Class<?> declared) {
        ObjectNode object = NODES.objectNode();
        if (declared != record.getClass()) {
            object.put(KIND, record.getClass().getSimpleName());
        }
        try {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                object.set(component.getName(), node(component.getAccessor().invoke(record), component.getType()));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record cannot be read: " + record.getClass(), e);
        }
        return object;
    }

    private static @Nullable Object value(@Nullable JsonNode node, Type type) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == List.class) {
                List<Object> list = new ArrayList<>();
                node.forEach(item -> list.add(java.util.Objects.requireNonNull(value(item, last))));
                return list;
            }
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(item -> {
                Object value = value(item.getValue(), last);
                if (value != null) {
                    map.put(item.getKey(), value);
                }
            });
            return map;
        }
        return simple(node, (Class<?>) type);
    }

    private static Object simple(JsonNode node, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return node.asInt();
        } else if (type == long.class || type == Long.class) {
            return node.asLong();
        } else if (type == double.class || type == Double.class) {
            return node.asDouble();
        } else if (type == boolean.class || type == Boolean.class) {
            return node.asBoolean();
        } else if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(node.asString())) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + node);
        } else if (node.isString()) {
            return text(node.asString(), type);
        } else if (type.isSealed()) {
            for (Class<?> one : type.getPermittedSubclasses()) {
                if (one.getSimpleName().equals(node.path(KIND).asString(""))) {
                    return record(node, one);
                }
            }
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + node);
        }
        return record(node, type);
    }

    private static Object text(String text, Class<?> type) {
        if (type == Reference.class) {
            return Reference.parse(text);
        } else if (type == Platform.class) {
            return Platform.parse(text);
        } else if (type == Digest.class) {
            return Digest.parse(text);
        } else if (type == Path.class) {
            return Path.of(text);
        } else if (type == Instant.class) {
            return Instant.parse(text);
        } else if (type == Duration.class) {
            return Duration.parse(text);
        }
        return text;
    }

    private static Object record(JsonNode node, Class<?> type) {
        try {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            @Nullable Object[] values = new @Nullable Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = value(node.get(components[i].getName()), components[i].getGenericType());
            }
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + node, e);
        }
    }
}
