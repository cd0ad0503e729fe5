package dev.runner.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Image configs from and to JSON. */
final class ConfigJson {
    private static final Set<String> KNOWN =
            Set.of("created", "author", "architecture", "variant", "os", "os.version", "config", "rootfs", "history");

    private ConfigJson() {}

    static ImageConfig read(byte[] json) {
        ObjectNode node = Json.readObject(json, "image config");
        Platform platform = new Platform(
                Json.required(node, "os", "image config"),
                Json.required(node, "architecture", "image config"),
                Json.textOr(node, "variant", ""),
                Json.textOr(node, "os.version", ""));
        Map<String, String> extra = new LinkedHashMap<>();
        node.properties().forEach(member -> {
            if (!KNOWN.contains(member.getKey())) {
                extra.put(member.getKey(), JsonTree.text(member.getValue()));
            }
        });
        return new ImageConfig(
                Json.text(node, "created"),
                Json.text(node, "author"),
                platform,
                node.get("config") instanceof ObjectNode config ? readExecution(config) : ImageConfig.Execution.EMPTY,
                readDiffIds(node),
                readHistory(node),
                extra);
    }

    private static ImageConfig.Execution readExecution(ObjectNode node) {
        return new ImageConfig.Execution(
                Json.textOr(node, "User", ""),
                Json.stringsOrNone(node, "Env"),
                Json.strings(node, "Entrypoint"),
                Json.strings(node, "Cmd"),
                Json.textOr(node, "WorkingDir", ""),
                keys(node, "ExposedPorts"),
                keys(node, "Volumes"),
                Json.map(node, "Labels"),
                Json.textOr(node, "StopSignal", ""),
                node.get("Healthcheck") instanceof ObjectNode health ? readHealthcheck(health) : null,
                Json.strings(node, "Shell"),
                Json.stringsOrNone(node, "OnBuild"),
                node.path("ArgsEscaped").asBoolean(false));
    }

    private static List<String> keys(ObjectNode node, String member) {
        return node.get(member) instanceof ObjectNode object ? List.copyOf(object.propertyNames()) : List.of();
    }

    private static ImageConfig.Healthcheck readHealthcheck(ObjectNode node) {
        return new ImageConfig.Healthcheck(
                Json.stringsOrNone(node, "Test"),
                node.path("Interval").asLong(0),
                node.path("Timeout").asLong(0),
                node.path("StartPeriod").asLong(0),
                node.path("StartInterval").asLong(0),
                node.path("Retries").asInt(0));
    }

    private static List<Digest> readDiffIds(ObjectNode node) {
        List<Digest> diffIds = new ArrayList<>();
        for (String text : Json.stringsOrNone(node.path("rootfs"), "diff_ids")) {
            diffIds.add(Json.digest(text, "image config"));
        }
        return diffIds;
    }

    private static List<ImageConfig.History> readHistory(ObjectNode node) {
        List<ImageConfig.History> history = new ArrayList<>();
        for (JsonNode entry : node.path("history")) {
            history.add(new ImageConfig.History(
                    Json.text(entry, "created"),
                    Json.text(entry, "created_by"),
                    Json.text(entry, "author"),
                    Json.text(entry, "comment"),
                    entry.path("empty_layer").asBoolean(false)));
        }
        return history;
    }

    static byte[] write(ImageConfig image) {
        ObjectNode node = Json.object();
        Json.putUnlessEmpty(node, "author", image.author());
        node.put("architecture", image.platform().architecture());
        Json.putUnlessEmpty(node, "variant", image.platform().variant());
        node.put("os", image.platform().os());
        Json.putUnlessEmpty(node, "os.version", image.platform().osVersion());
        node.set("config", write(image.config()));
        Json.putUnlessEmpty(node, "created", image.created());
        ArrayNode history = node.putArray("history");
        image.history().forEach(entry -> history.add(write(entry)));
        ObjectNode rootfs = node.putObject("rootfs");
        rootfs.put("type", "layers");
        Json.put(
                rootfs,
                "diff_ids",
                image.diffIds().stream().map(Digest::toString).toList());
        image.extra().forEach((name, json) -> node.set(name, JsonTree.read(json)));
        return Json.write(node);
    }

    private static ObjectNode write(ImageConfig.Execution config) {
        ObjectNode node = Json.object();
        Json.putUnlessEmpty(node, "User", config.user());
        putSet(node, "ExposedPorts", config.exposedPorts());
        putUnlessNone(node, "Env", config.env());
        Json.put(node, "Entrypoint", config.entrypoint());
        Json.put(node, "Cmd", config.command());
        if (config.healthcheck() != null) {
            node.set("Healthcheck", write(config.healthcheck()));
        }
        if (config.argsEscaped()) {
            node.put("ArgsEscaped", true);
        }
        putSet(node, "Volumes", config.volumes());
        Json.putUnlessEmpty(node, "WorkingDir", config.workingDirectory());
        putUnlessNone(node, "OnBuild", config.onBuild());
        Json.put(node, "Labels", new TreeMap<>(config.labels()));
        Json.putUnlessEmpty(node, "StopSignal", config.stopSignal());
        Json.put(node, "Shell", config.shell());
        return node;
    }

    private static ObjectNode write(ImageConfig.Healthcheck health) {
        ObjectNode node = Json.object();
        putUnlessNone(node, "Test", health.test());
        putUnlessZero(node, "Interval", health.interval());
        putUnlessZero(node, "Timeout", health.timeout());
        putUnlessZero(node, "StartPeriod", health.startPeriod());
        putUnlessZero(node, "StartInterval", health.startInterval());
        putUnlessZero(node, "Retries", health.retries());
        return node;
    }

    private static ObjectNode write(ImageConfig.History entry) {
        ObjectNode node = Json.object();
        Json.putUnlessEmpty(node, "created", entry.created());
        Json.putUnlessEmpty(node, "created_by", entry.createdBy());
        Json.putUnlessEmpty(node, "author", entry.author());
        Json.putUnlessEmpty(node, "comment", entry.comment());
        if (entry.emptyLayer()) {
            node.put("empty_layer", true);
        }
        return node;
    }

    private static void putSet(ObjectNode node, String member, List<String> keys) {
        if (!keys.isEmpty()) {
            ObjectNode set = node.putObject(member);
            keys.forEach(set::putObject);
        }
    }

    private static void putUnlessNone(ObjectNode node, String member, @Nullable List<String> values) {
        if (values != null && !values.isEmpty()) {
            Json.put(node, member, values);
        }
    }

    private static void putUnlessZero(ObjectNode node, String member, long value) {
        if (value != 0) {
            node.put(member, value);
        }
    }
}
