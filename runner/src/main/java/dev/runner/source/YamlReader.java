package dev.runner.source;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Text to {@link YamlNode}s, with the limits that keep a hostile file from eating the machine. Aliases are expanded in
 * place; what they expand to counts against {@link Limits#nodes}, so that a "billion laughs" file is an error and not
 * an outage.
 */
public final class YamlReader {
    /**
     * @param codeUnits longest text accepted
     * @param depth deepest nesting of mappings and sequences
     * @param nodes most nodes after aliases are expanded
     */
    public record Limits(int codeUnits, int depth, int nodes) {
        /** 4 MiB of text, 100 levels, 200,000 nodes. */
        public static final Limits DEFAULT = new Limits(4 << 20, 100, 200_000);
    }

    private final Source source;
    private final Limits limits;
    private final int[] codePointOffsets;
    private final Map<Node, Boolean> open = new IdentityHashMap<>();
    private int nodes;

    private YamlReader(Source source, Limits limits) {
        this.source = source;
        this.limits = limits;
        this.codePointOffsets = supplementaryOffsets(source.text());
    }

    /**
     * Reads a stream of documents.
     *
     * @return the root nodes; an empty document gives none
     * @throws InvalidSourceException at the first syntax error (YAML cannot be read past one) or broken limit
     */
    public static List<YamlNode> readAll(Source source, Limits limits) {
        return new YamlReader(source, limits).documents();
    }

    /**
     * Reads exactly one document.
     *
     * @return its root, or null when the text holds nothing but comments
     * @throws InvalidSourceException also when there is more than one document
     */
    public static @Nullable YamlNode read(Source source, Limits limits) {
        List<YamlNode> documents = readAll(source, limits);
        if (documents.size() > 1) {
            throw new InvalidSourceException(Diagnostic.error(
                    documents.get(1).span(), "a second YAML document starts here", "remove the '---' before it"));
        }
        return documents.isEmpty() ? null : documents.getFirst();
    }

    private List<YamlNode> documents() {
        if (source.text().length() > limits.codeUnits) {
            throw fault(source.span(0, 0), "the file is longer than " + limits.codeUnits + " characters", null);
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(limits.codeUnits);
        options.setNestingDepthLimit(limits.depth);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        options.setProcessComments(false);
        List<YamlNode> roots = new ArrayList<>();
        String text = source.text().substring(lead());
        try {
            for (Node root : new Yaml(options).composeAll(new StringReader(text))) {
                roots.add(convert(root, 0));
            }
        } catch (MarkedYAMLException e) {
            throw fault(spanOf(e), describe(e), null);
        } catch (YAMLException e) {
            throw fault(source.span(0, 0), firstLine(String.valueOf(e.getMessage())), null);
        }
        return roots;
    }

    /** A byte order mark is not part of the document. */
    private int lead() {
        return source.text().startsWith("\uFEFF") ? 1 : 0;
    }

    private YamlNode convert(Node node, int depth) {
        Span span = span(node);
        if (++nodes > limits.nodes) {
            throw fault(span, "aliases expand to more than " + limits.nodes + " nodes", "write the text out instead");
        }
        if (depth > limits.depth) {
            throw fault(span, "nested deeper than " + limits.depth + " levels", null);
        }
        if (open.put(node, true) != null) {
            throw fault(span, "an alias refers to the node it stands in", null);
        }
        try {
            return switch (node) {
                case ScalarNode scalar ->
                    new YamlNode.Scalar(span, tag(node), node.getAnchor(), scalar.getValue(), style(scalar));
                case SequenceNode sequence ->
                    new YamlNode.Sequence(
                            span,
                            tag(node),
                            node.getAnchor(),
                            sequence.getValue().stream()
                                    .map(item -> convert(item, depth + 1))
                                    .toList());
                case MappingNode mapping ->
                    new YamlNode.Mapping(
                            span,
                            tag(node),
                            node.getAnchor(),
                            mapping.getValue().stream()
                                    .map(entry -> entry(entry, depth + 1))
                                    .toList());
                default -> throw fault(span, "an unexpected YAML node", null);
            };
        } finally {
            open.remove(node);
        }
    }

    private YamlNode.Entry entry(NodeTuple tuple, int depth) {
        return new YamlNode.Entry(convert(tuple.getKeyNode(), depth), convert(tuple.getValueNode(), depth));
    }

    /** snakeyaml resolves implicit tags itself; only those a person wrote are of interest here. */
    private @Nullable String tag(Node node) {
        Tag tag = node.getTag();
        int at = offset(node.getStartMark());
        String text = source.text();
        boolean written = at < text.length() && text.charAt(at) == '!'
                || tag != null && !tag.getValue().startsWith(Tag.PREFIX);
        return written && tag != null ? tag.getValue() : null;
    }

    private static YamlNode.Style style(ScalarNode scalar) {
        DumperOptions.ScalarStyle style = scalar.getScalarStyle();
        return switch (style) {
            case SINGLE_QUOTED -> YamlNode.Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED -> YamlNode.Style.DOUBLE_QUOTED;
            case LITERAL -> YamlNode.Style.LITERAL;
            case FOLDED -> YamlNode.Style.FOLDED;
            case PLAIN, JSON_SCALAR_STYLE -> YamlNode.Style.PLAIN;
        };
    }

    private Span span(Node node) {
        int start = offset(node.getStartMark());
        return source.span(start, Math.max(start, offset(node.getEndMark())));
    }

    private int offset(@Nullable Mark mark) {
        if (mark == null) {
            return 0;
        }
        return toCodeUnits(mark.getIndex() + lead());
    }

    /** snakeyaml counts code points, {@link Source} counts code units: add one for each pair before the place. */
    private int toCodeUnits(int codePoints) {
        int offset = codePoints;
        for (int pair : codePointOffsets) {
            if (pair >= codePoints) {
                break;
            }
            offset++;
        }
        return Math.min(offset, source.text().length());
    }

    /** The code point index of each surrogate pair. */
    private static int[] supplementaryOffsets(String text) {
        return text.codePoints().anyMatch(Character::isSupplementaryCodePoint) ? pairs(text) : new int[0];
    }

    private static int[] pairs(String text) {
        int[] points = text.codePoints().toArray();
        return IntStream.range(0, points.length)
                .filter(i -> Character.isSupplementaryCodePoint(points[i]))
                .toArray();
    }

    private Span spanOf(MarkedYAMLException e) {
        int at = offset(e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark());
        return source.span(at, at + 1);
    }

    private static String describe(MarkedYAMLException e) {
        String problem = firstLine(String.valueOf(e.getProblem()));
        return e.getContext() == null ? problem : problem + " (" + firstLine(e.getContext()) + ")";
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static InvalidSourceException fault(Span span, String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }
}
