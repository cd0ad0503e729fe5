package dev.runner.dockerfile;

import dev.runner.dockerfile.Mount.Bind;
import dev.runner.dockerfile.Mount.Cache;
import dev.runner.dockerfile.Mount.Owner;
import dev.runner.dockerfile.Mount.Secret;
import dev.runner.dockerfile.Mount.Sharing;
import dev.runner.dockerfile.Mount.Ssh;
import dev.runner.dockerfile.Mount.Tmpfs;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.NearNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Types one {@code --mount}: which options its type allows, their values and defaults. */
final class MountReader {
    private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
    private static final List<String> KEYS = List.of(
            "type",
            "from",
            "source",
            "target",
            "readonly",
            "id",
            "sharing",
            "required",
            "size",
            "mode",
            "uid",
            "gid",
            "env",
            "src",
            "dst",
            "destination",
            "ro",
            "rw",
            "readwrite");

    private final MountFlag flag;
    private final Map<String, String> values = new HashMap<>();
    private String type = "bind";
    private @Nullable Boolean readOnly;
    private boolean required;

    MountReader(MountFlag flag) {
        this.flag = flag;
    }

    Mount read() {
        for (MountFlag.Field field : flag.fields()) {
            take(field);
        }
        refuseForeignOptions();
        return switch (type) {
            case "cache" -> cache();
            case "tmpfs" -> tmpfs();
            case "secret" -> secret();
            case "ssh" -> ssh();
            default -> bind();
        };
    }

    /** Options count from left to right: {@code required} is known only once the type is. */
    private void take(MountFlag.Field field) {
        String key = field.key();
        String value = field.value();
        switch (key) {
            case "readonly", "ro" -> readOnly = value == null || truth(key, value);
            case "readwrite", "rw" -> readOnly = !(value == null || truth(key, value));
            case "required" -> {
                allowFor(key, "secret", "ssh");
                required = value == null || truth(key, value);
            }
            case "type" -> type = type(needed(key, value));
            case "source", "src" -> values.put("source", needed(key, value));
            case "target", "dst", "destination" -> values.put("target", needed(key, value));
            case "size" -> {
                allowFor(key, "tmpfs");
                values.put(key, needed(key, value));
            }
            case "from", "id", "sharing", "mode", "uid", "gid", "env" -> values.put(key, needed(key, value));
            default -> throw value == null ? notAPair(key) : unknownKey(key, value);
        }
    }

    private String needed(String key, @Nullable String value) {
        if (value == null) {
            throw notAPair(key);
        }
        return value;
    }

    private InvalidSourceException notAPair(String key) {
        return fault("invalid field '" + key + "' must be a key=value pair", null);
    }

    private InvalidSourceException unknownKey(String key, String value) {
        String near = NearNames.nearest(key, KEYS);
        return fault(
                "unexpected key '" + key + "' in '" + key + "=" + value + "'",
                near == null ? "known here: " + String.join(", ", KEYS) : "did you mean '" + near + "'?");
    }

    private String type(String value) {
        String name = value.toLowerCase(Locale.ROOT);
        if (TYPES.contains(name)) {
            return name;
        }
        String near = NearNames.nearest(name, TYPES);
        throw fault(
                "unsupported mount type \"" + value + "\"",
                near == null ? "known here: " + String.join(", ", TYPES) : "did you mean '" + near + "'?");
    }

    private void allowFor(String key, String... types) {
        if (!List.of(types).contains(type)) {
            throw fault("unexpected key '" + key + "' for mount type '" + type + "'", null);
        }
    }

    private void refuseForeignOptions() {
        if (type.equals("bind") || type.equals("tmpfs")) {
            for (String key : List.of("mode", "uid", "gid")) {
                if (values.containsKey(key)) {
                    throw fault(key + " not allowed for \"" + type + "\" type mounts", null);
                }
            }
        }
        if (values.containsKey("sharing") && !type.equals("cache")) {
            throw fault(
                    type.equals("secret")
                            ? "secret mount should not define sharing"
                            : "invalid cache sharing set for " + type + " mount",
                    null);
        }
    }

    private Bind bind() {
        return new Bind(target(), values.get("from"), values.getOrDefault("source", "/"), readOnly == null || readOnly);
    }

    private Cache cache() {
        String id = values.getOrDefault("id", "");
        return new Cache(
                target(),
                id.isEmpty() ? CleanPath.of(target()) : id,
                readOnly != null && readOnly,
                sharing(values.getOrDefault("sharing", "shared")),
                values.get("from"),
                values.get("source"),
                owner(0755));
    }

    private Tmpfs tmpfs() {
        String size = values.get("size");
        return new Tmpfs(target(), size == null ? 0 : bytes(size), readOnly != null && readOnly);
    }

    /** A secret's name is its id, else its source, else the last part of its target. */
    private Secret secret() {
        if (values.containsKey("from")) {
            throw fault("secret mount should not have a from", null);
        }
        String source = values.getOrDefault("source", "");
        String target = values.getOrDefault("target", "");
        String id = values.getOrDefault("id", "");
        if (!source.isEmpty() && !id.isEmpty()) {
            throw fault("both source and id can't be set", null);
        }
        String name = source.isEmpty() ? id : source;
        if (name.isEmpty() && target.isEmpty()) {
            throw fault("invalid secret mount. one of source, target required", "name it: id=NAME");
        }
        name = name.isEmpty() ? lastPart(target) : name;
        String environment = values.get("env");
        String place = target.isEmpty() ? (environment == null ? "/run/secrets/" + lastPart(name) : null) : target;
        return new Secret(name, place, environment, required, owner(0400));
    }

    private Ssh ssh() {
        if (!values.getOrDefault("source", "").isEmpty()) {
            throw fault("ssh does not support source", null);
        }
        String id = values.getOrDefault("id", "");
        return new Ssh(id.isEmpty() ? "default" : id, values.get("target"), required, owner(0600));
    }

    private String target() {
        return values.getOrDefault("target", "");
    }

    private static String lastPart(String path) {
        String clean = CleanPath.of(path);
        return clean.substring(clean.lastIndexOf('/') + 1);
    }

    private Owner owner(int defaultMode) {
        String mode = values.get("mode");
        return new Owner(mode == null ? defaultMode : number("mode", mode, 8), number("uid", 10), number("gid", 10));
    }

    private int number(String key, int radix) {
        String value = values.get(key);
        return value == null ? 0 : number(key, value, radix);
    }

    private int number(String key, String value, int radix) {
        try {
            return Integer.parseUnsignedInt(value.startsWith("+") ? "" : value, radix);
        } catch (NumberFormatException e) {
            InvalidSourceException fault = fault("invalid value " + value + " for " + key, null);
            fault.initCause(e);
            throw fault;
        }
    }

    private Sharing sharing(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "shared" -> Sharing.SHARED;
            case "private" -> Sharing.PRIVATE;
            case "locked" -> Sharing.LOCKED;
            default ->
                throw fault("unsupported sharing value \"" + value + "\"", "known here: shared, private, locked");
        };
    }

    private boolean truth(String key, String value) {
        Boolean truth = GoValues.parseBoolean(value);
        if (truth == null) {
            throw fault("invalid value for " + key + ": " + value, "write true or false");
        }
        return truth;
    }

    private long bytes(String value) {
        Long bytes = GoValues.parseBytes(value);
        if (bytes == null) {
            throw fault("invalid value for size: " + value, "write a number and a unit: 64m");
        }
        return bytes;
    }

    private InvalidSourceException fault(String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(flag.span(), message, remedy));
    }
}
