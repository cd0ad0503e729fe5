package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** RUN and its flags. */
final class RunReader {
    private static final Flags.Known KNOWN =
            new Flags.Known(Set.of("network", "security"), Set.of(), Set.of("mount", "device"));

    private final Node node;
    private final Diagnostics diagnostics;

    RunReader(Node node, Diagnostics diagnostics) {
        this.node = node;
        this.diagnostics = diagnostics;
    }

    Instruction read() {
        Flags flags = Flags.read(node, KNOWN, diagnostics);
        List<MountFlag> mounts = new ArrayList<>();
        for (Token token : flags.all("mount")) {
            MountFlag mount = mount(token);
            if (mount != null) {
                mounts.add(mount);
            }
        }
        List<Instruction.Run.Device> devices = new ArrayList<>();
        flags.all("device").forEach(token -> addDevice(token, devices));
        return new Instruction.Run(
                node.written(),
                InstructionReader.command(node),
                mounts,
                choose(flags.token("network"), "invalid network mode", Instruction.Run.Network.values()),
                choose(flags.token("security"), "invalid security mode", Instruction.Run.Security.values()),
                devices);
    }

    private <E extends Enum<E>> @Nullable E choose(@Nullable Token token, String fault, E[] values) {
        if (token == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (E value : values) {
            String name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(token.text())) {
                return value;
            }
            names.add(name);
        }
        diagnostics.error(
                token.span(), fault + " \"" + token.text() + "\"", "write one of " + String.join(", ", names));
        return null;
    }

    private @Nullable MountFlag mount(Token token) {
        List<String> parts = commaSeparated(token);
        if (parts == null) {
            return null;
        }
        List<MountFlag.Field> fields = new ArrayList<>();
        boolean variables = false;
        for (String part : parts) {
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).toLowerCase(Locale.ROOT);
            String value = equals < 0 ? null : part.substring(equals + 1);
            boolean variable = value != null && value.indexOf('$') >= 0;
            if (key.equals("from") && variable) {
                diagnostics.error(
                        token.span(),
                        "'from' doesn't support variable expansion, define alias stage instead",
                        "write FROM " + value + " AS name, and from=name here");
                return null;
            }
            variables |= variable;
            fields.add(new MountFlag.Field(key, value));
        }
        MountFlag mount = new MountFlag(token.span(), fields);
        return variables || isRight(mount) ? mount : null;
    }

    /** A mount without variables is what it will be: its faults are known now. */
    private boolean isRight(MountFlag mount) {
        try {
            mount.mount();
            return true;
        } catch (InvalidSourceException e) {
            diagnostics.addAll(e.diagnostics());
            return false;
        }
    }

    private void addDevice(Token token, List<Instruction.Run.Device> devices) {
        List<String> parts = commaSeparated(token);
        if (parts == null) {
            return;
        }
        String name = "";
        boolean required = false;
        for (String part : parts) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            Boolean truth = equals < 0 ? Boolean.TRUE : GoValues.parseBoolean(value);
            if (key.equals("required") && truth != null) {
                required = truth;
            } else if (key.equals("name") && equals >= 0) {
                name = value;
            } else if (name.isEmpty() && !key.equals("required") && (equals < 0 || part.indexOf('/') >= 0)) {
                name = part;
            } else {
                diagnostics.error(token.span(), "unexpected key '" + key + "' in '" + part + "'", null);
                return;
            }
        }
        if (name.isEmpty()) {
            diagnostics.error(token.span(), "device name is required", "write --device=VENDOR/CLASS=NAME");
            return;
        }
        devices.add(new Instruction.Run.Device(name, required));
    }

    /** One record of CSV: a field in double quotes may hold commas, and a quote doubled. */
    private @Nullable List<String> commaSeparated(Token token) {
        String text = token.text();
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            boolean quoted = at < text.length() && text.charAt(at) == '"';
            at = quoted ? quotedField(text, at + 1, field) : plainField(text, at, field);
            fields.add(field.toString());
            if (at < 0 || (at < text.length() && text.charAt(at) != ',')) {
                diagnostics.error(token.span(), "failed to parse csv mounts: stray or unclosed quote", null);
                return null;
            }
            if (at == text.length()) {
                return fields;
            }
            at++;
        }
    }

    private static int plainField(String text, int start, StringBuilder field) {
        int comma = text.indexOf(',', start);
        int end = comma < 0 ? text.length() : comma;
        field.append(text, start, end);
        return field.indexOf("\"") >= 0 ? -1 : end;
    }

    /** Returns the offset behind the closing quote, or -1. */
    private static int quotedField(String text, int start, StringBuilder field) {
        for (int at = start; at < text.length(); at++) {
            if (text.charAt(at) != '"') {
                field.append(text.charAt(at));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at++;
            } else {
                return at + 1;
            }
        }
        return -1;
    }
}
