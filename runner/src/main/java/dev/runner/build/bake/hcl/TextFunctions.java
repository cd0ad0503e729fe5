package dev.runner.build.bake.hcl;

import static dev.runner.build.bake.hcl.HclArguments.MANY;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Functions on texts. Lengths and places count what people see as one character, as in HCL. */
final class TextFunctions {
    private static final Pattern GROUP_NAME = Pattern.compile("\\(\\?P?<([A-Za-z][A-Za-z0-9]*)>");

    private TextFunctions() {}

    static void add(Table table) {
        table.add("chomp", 1, a -> HclValue.of(a.text(0).replaceFirst("[\\r\\n]+\\z", "")));
        table.add("indent", 2, a -> HclValue.of(a.text(1).replace("\n", "\n" + " ".repeat(a.integer(0)))));
        table.add("lower", 1, a -> HclValue.of(a.text(0).toLowerCase(Locale.ROOT)));
        table.add("upper", 1, a -> HclValue.of(a.text(0).toUpperCase(Locale.ROOT)));
        table.add("title", 1, a -> HclValue.of(title(a.text(0))));
        table.add("trim", 2, a -> HclValue.of(trim(a.text(0), a.text(1))));
        table.add("trimspace", 1, a -> HclValue.of(a.text(0).strip()));
        table.add("trimprefix", 2, a -> HclValue.of(withoutPrefix(a.text(0), a.text(1))));
        table.add("trimsuffix", 2, a -> HclValue.of(withoutSuffix(a.text(0), a.text(1))));
        table.add("replace", 3, a -> HclValue.of(a.text(0).replace(a.text(1), a.text(2))));
        table.add("strlen", 1, a -> HclValue.of(characters(a.text(0)).size()));
        table.add("byteslen", 1, a -> HclValue.of(a.text(0).getBytes(StandardCharsets.UTF_8).length));
        table.add("bytesslice", 3, TextFunctions::bytesSlice);
        table.add("substr", 3, a -> HclValue.of(substring(a.text(0), a.integer(1), a.integer(2))));
        table.add(
                "reverse",
                1,
                a -> HclValue.of(String.join("", characters(a.text(0)).reversed())));
        table.add("join", 2, MANY, TextFunctions::join);
        table.add("split", 2, a -> HclValue.texts(List.of(a.text(1).split(Pattern.quote(a.text(0)), -1))));
        table.add(
                "sanitize",
                1,
                a -> HclValue.of(a.text(0)
                        .codePoints()
                        .mapToObj(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')
                                ? Character.toString(c)
                                : "_")
                        .collect(java.util.stream.Collectors.joining())));
        table.add("basename", 1, a -> HclValue.of(basename(a.text(0))));
        table.add("dirname", 1, a -> HclValue.of(dirname(a.text(0))));
        table.add("regex", 2, TextFunctions::regex);
        table.add("regexall", 2, TextFunctions::regexAll);
        table.add("regex_replace", 3, TextFunctions::regexReplace);
        table.add(
                "format",
                1,
                MANY,
                a -> HclValue.of(HclFormat.format(
                        a.text(0), a.values().subList(1, a.values().size()))));
        table.add("formatlist", 1, MANY, TextFunctions::formatList);
    }

    /** What people see as one character may be several code points. */
    private static List<String> characters(String text) {
        List<String> characters = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getCharacterInstance(Locale.ROOT);
        breaks.setText(text);
        for (int from = breaks.first(), to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
            characters.add(text.substring(from, to));
        }
        return characters;
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean start = true;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(start ? Character.toTitleCase(c) : c);
            start = !(Character.isLetterOrDigit(c) || c == '_' || c == '\'');
        }
        return out.toString();
    }

    private static String trim(String text, String cut) {
        int from = 0;
        int to = text.length();
        while (from < to && cut.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && cut.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    private static String withoutPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String withoutSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static HclValue bytesSlice(HclArguments a) {
        byte[] bytes = a.text(0).getBytes(StandardCharsets.UTF_8);
        int from = a.integer(1);
        int length = a.integer(2);
        if (from < 0 || length < 0 || from + length > bytes.length) {
            throw new HclFault("the range is outside of " + bytes.length + " bytes");
        }
        return HclValue.of(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    private static String substring(String text, int offset, int length) {
        List<String> all = characters(text);
        int from = offset < 0 ? Math.max(0, all.size() + offset) : Math.min(offset, all.size());
        int to = length < 0 ? all.size() : Math.min(all.size(), from + length);
        return String.join("", all.subList(from, to));
    }

    private static HclValue join(HclArguments a) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i < a.values().size(); i++) {
            texts.addAll(a.texts(i));
        }
        return HclValue.of(String.join(a.text(0), texts));
    }

    /** As Go's path.Base: slashes at the end go first. */
    private static String basename(String path) {
        String bare = path.replaceFirst("/+\\z", "");
        if (bare.isEmpty()) {
            return path.isEmpty() ? "." : "/";
        }
        return bare.substring(bare.lastIndexOf('/') + 1);
    }

    /** As Go's path.Dir: cleaned. */
    private static String dirname(String path) {
        int slash = path.lastIndexOf('/');
        String folder = slash < 0 ? "" : path.substring(0, slash + 1);
        List<String> parts = new ArrayList<>();
        boolean rooted = folder.startsWith("/");
        for (String part : folder.split("/+")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(rooted && part.equals(".."))) {
                parts.add(part);
            }
        }
        String clean = (rooted ? "/" : "") + String.join("/", parts);
        return clean.isEmpty() ? "." : clean;
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text.replace("(?P<", "(?<"));
        } catch (PatternSyntaxException e) {
            throw new HclFault("the pattern is invalid: " + e.getDescription());
        }
    }

    private static HclValue regex(HclArguments a) {
        Matcher matcher = pattern(a.text(0)).matcher(a.text(1));
        if (!matcher.find()) {
            throw new HclFault("the pattern did not match any part of the text");
        }
        return groups(matcher, a.text(0));
    }

    private static HclValue regexAll(HclArguments a) {
        List<HclValue> found = new ArrayList<>();
        Matcher matcher = pattern(a.text(0)).matcher(a.text(1));
        while (matcher.find()) {
            found.add(groups(matcher, a.text(0)));
        }
        return new HclValue.Lst(found);
    }

    /** The whole match without groups; a list of groups; an object of named ones. */
    private static HclValue groups(Matcher matcher, String pattern) {
        if (matcher.groupCount() == 0) {
            return HclValue.of(matcher.group());
        }
        Map<String, HclValue> named = new LinkedHashMap<>();
        Matcher names = GROUP_NAME.matcher(pattern);
        while (names.find()) {
            named.put(names.group(1), orNull(matcher.group(names.group(1))));
        }
        if (!named.isEmpty()) {
            return new HclValue.Obj(named);
        }
        List<HclValue> groups = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            groups.add(orNull(matcher.group(i)));
        }
        return new HclValue.Lst(groups);
    }

    private static HclValue orNull(@org.jspecify.annotations.Nullable String text) {
        return text == null ? HclValue.NULL : HclValue.of(text);
    }

    /** The replacement names groups as Go does: {@code $1}, {@code ${1}}, {@code ${name}}, {@code $$}. */
    private static HclValue regexReplace(HclArguments a) {
        Matcher matcher = pattern(a.text(1)).matcher(a.text(0));
        StringBuilder out = new StringBuilder();
        int last = 0;
        while (matcher.find()) {
            out.append(a.text(0), last, matcher.start());
            expand(a.text(2), matcher, out);
            last = matcher.end();
        }
        return HclValue.of(out.append(a.text(0).substring(last)).toString());
    }

    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\{(\\w+)}|(\\w+))");

    private static void expand(String replacement, Matcher match, StringBuilder out) {
        Matcher reference = REFERENCE.matcher(replacement);
        int last = 0;
        while (reference.find()) {
            out.append(replacement, last, reference.start());
            String name = reference.group(1) != null ? reference.group(1) : reference.group(2);
            if (name == null) {
                out.append('$');
            } else {
                out.append(group(match, name));
            }
            last = reference.end();
        }
        out.append(replacement.substring(last));
    }

    private static String group(Matcher match, String name) {
        try {
            String text = name.matches("\\d+") ? match.group(Integer.parseInt(name)) : match.group(name);
            return text == null ? "" : text;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "";
        }
    }

    private static HclValue formatList(HclArguments a) {
        int length = -1;
        for (HclValue value : a.values().subList(1, a.values().size())) {
            if (value instanceof HclValue.Lst(List<HclValue> items)) {
                if (length >= 0 && length != items.size()) {
                    throw new HclFault("the lists have different lengths");
                }
                length = items.size();
            }
        }
        List<HclValue> texts = new ArrayList<>();
        for (int i = 0; i < (length < 0 ? 1 : length); i++) {
            int at = i;
            texts.add(HclValue.of(HclFormat.format(
                    a.text(0),
                    a.values().subList(1, a.values().size()).stream()
                            .map(value -> value instanceof HclValue.Lst(List<HclValue> items) ? items.get(at) : value)
                            .toList())));
        }
        return new HclValue.Lst(texts);
    }
}
