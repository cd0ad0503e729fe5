package dev.runner.build.bake;

import dev.runner.dockerfile.GoMatch;
import dev.runner.source.NearNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code --set PATTERN.KEY[.NAME][+]=VALUE}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/bake/#set">docker buildx bake --set</a>
 */
final class BakeOverrides {
    private static final List<String> KEYS = List.of(
            "annotations",
            "args",
            "attest",
            "cache-from",
            "cache-to",
            "call",
            "context",
            "contexts",
            "dockerfile",
            "entitlements",
            "extra-hosts",
            "labels",
            "load",
            "network",
            "no-cache",
            "no-cache-filter",
            "output",
            "platform",
            "pull",
            "push",
            "secrets",
            "shm-size",
            "ssh",
            "tags",
            "target",
            "ulimits");
    private static final List<String> ADDED_ALWAYS = List.of("annotations", "attest", "entitlements");

    private final Map<String, Map<String, Override>> byTarget = new LinkedHashMap<>();

    private BakeOverrides() {}

    /** @param appended whether the values are added to what the files say */
    private record Override(List<String> values, boolean appended) {}

    /** @throws BakeException for a text of another form, an unknown key, or a pattern that no target matches */
    static BakeOverrides parse(List<String> texts, Collection<String> targets, BakeInputs inputs) {
        BakeOverrides overrides = new BakeOverrides();
        texts.forEach(text -> overrides.add(text, targets, inputs));
        return overrides;
    }

    private void add(String text, Collection<String> targets, BakeInputs inputs) {
        int equals = text.indexOf('=');
        String left = equals < 0 ? text : text.substring(0, equals);
        boolean appended = left.endsWith("+");
        String path = appended ? left.substring(0, left.length() - 1) : left;
        String[] parts = path.split("\\.", 3);
        if (parts.length < 2) {
            throw new BakeException("invalid override key " + path + ", expected target.name");
        }
        String key = parts[1];
        if (!KEYS.contains(key)) {
            String near = NearNames.nearest(key, KEYS);
            throw new BakeException("unknown key: " + key + (near == null ? "" : " (did you mean " + near + "?)"));
        }
        boolean named = List.of("args", "contexts", "labels", "extra-hosts").contains(key);
        if (named && parts.length != 3) {
            throw new BakeException("invalid key " + left + ", " + key + " requires name");
        }
        String value = equals < 0 ? null : text.substring(equals + 1);
        if (value == null) {
            if (!key.equals("args")) {
                throw new BakeException("invalid override " + text + ", expected target.name=value");
            }
            value = inputs.environment().get(parts[2]);
            if (value == null) {
                return;
            }
        }
        String whole = named ? key + "." + parts[2] : key;
        for (String name : matching(parts[0], targets)) {
            Map<String, Override> all = byTarget.computeIfAbsent(name, _ -> new LinkedHashMap<>());
            Override before = all.get(whole);
            List<String> values = before == null ? new ArrayList<>() : new ArrayList<>(before.values());
            values.add(value);
            all.put(whole, new Override(values, appended));
        }
    }

    private static List<String> matching(String pattern, Collection<String> targets) {
        if (targets.contains(pattern)) {
            return List.of(pattern);
        }
        List<String> names =
                targets.stream().filter(name -> GoMatch.match(pattern, name)).toList();
        if (names.isEmpty()) {
            throw new BakeException("could not find any target matching '" + pattern + "'");
        }
        return names;
    }

    BakeTarget apply(BakeTarget target) {
        BakeTarget result = target;
        List<Map.Entry<String, Override>> ordered =
                new ArrayList<>(byTarget.getOrDefault(target.name(), Map.of()).entrySet());
        // These look at the outputs, whatever else changes them.
        ordered.sort(Comparator.comparing(entry -> List.of("push", "load").indexOf(entry.getKey())));
        for (Map.Entry<String, Override> entry : ordered) {
            result = apply(result, entry.getKey(), entry.getValue());
        }
        return result;
    }

    private static BakeTarget apply(BakeTarget target, String path, Override override) {
        int dot = path.indexOf('.');
        String key = dot < 0 ? path : path.substring(0, dot);
        String last = override.values().getLast();
        if (key.equals("push")) {
            return pushed(target, flag(key, last));
        }
        if (key.equals("load")) {
            return flag(key, last) ? loaded(target) : target;
        }
        BakeAttribute attribute = switch (key) {
            case "platform" -> BakeAttribute.PLATFORMS;
            case "secrets" -> BakeAttribute.SECRET;
            default -> BakeAttribute.find(key);
        };
        if (attribute == null) {
            throw new BakeException("unknown key: " + key);
        }
        boolean added = override.appended() || ADDED_ALWAYS.contains(key);
        return switch (attribute.kind()) {
            case TEXT -> target.with(attribute, new BakeValue.Text(last));
            case FLAG -> target.with(attribute, new BakeValue.Flag(flag(key, last)));
            case PAIRS -> {
                Map<String, String> pairs = new LinkedHashMap<>(target.pairs(attribute));
                pairs.put(path.substring(dot + 1), last);
                yield target.with(attribute, new BakeValue.Pairs(pairs));
            }
            case TEXTS -> {
                List<String> texts = new ArrayList<>(added ? target.texts(attribute) : List.of());
                texts.addAll(override.values());
                yield target.with(attribute, new BakeValue.Texts(texts));
            }
            case ENTRIES -> {
                List<Map<String, String>> entries = new ArrayList<>(added ? target.entries(attribute) : List.of());
                for (String value : override.values()) {
                    Map<String, String> fields = BakeEntries.parse(attribute, value);
                    if (fields != null) {
                        entries.add(fields);
                    }
                }
                yield target.with(attribute, new BakeValue.Entries(entries));
            }
        };
    }

    private static boolean flag(String key, String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new BakeException("invalid value " + value + " for boolean key " + key);
        };
    }

    /** An image output pushes or not; where there is none but for Docker, one is added. */
    private static BakeTarget pushed(BakeTarget target, boolean push) {
        List<Map<String, String>> outputs = new ArrayList<>();
        boolean add = push;
        for (Map<String, String> output : target.entries(BakeAttribute.OUTPUT)) {
            String type = output.getOrDefault("type", "");
            Map<String, String> changed = new TreeMap<>(output);
            if (type.equals("image")) {
                changed.put("push", String.valueOf(push));
            }
            if (push || !type.equals("registry")) {
                outputs.add(changed);
            }
            add &= type.equals("docker");
        }
        if (add) {
            outputs.add(new TreeMap<>(Map.of("type", "image", "push", "true")));
        }
        return target.with(BakeAttribute.OUTPUT, new BakeValue.Entries(outputs));
    }

    /** Docker gets it, too, unless it does already or the result is files. */
    private static BakeTarget loaded(BakeTarget target) {
        List<Map<String, String>> outputs = new ArrayList<>(target.entries(BakeAttribute.OUTPUT));
        for (Map<String, String> output : outputs) {
            String type = output.getOrDefault("type", "");
            boolean daemon = type.equals("docker") && !output.containsKey("dest");
            if (daemon || !List.of("docker", "image", "registry", "oci").contains(type)) {
                return target;
            }
        }
        outputs.add(new TreeMap<>(Map.of("type", "docker")));
        return target.with(BakeAttribute.OUTPUT, new BakeValue.Entries(outputs));
    }
}
