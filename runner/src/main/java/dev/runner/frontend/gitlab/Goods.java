package dev.runner.frontend.gitlab;

import com.google.re2j.Pattern;
import dev.runner.pipeline.Belongings;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job's artifacts, caches and variables. */
final class Goods {
    private final Node.Fields job;
    private final Variables variables;

    Goods(Node.Fields job, Variables variables) {
        this.job = job;
        this.variables = variables;
    }

    Belongings make(List<Belongings.Source> sources) {
        return new Belongings(variables.list(), artifacts(), sources, caches(), tokens(), notes());
    }

    private Belongings.Notes notes() {
        String coverage = Node.textOf(job.present("coverage"));
        Pattern pattern = coverage == null ? null : Condition.compile(coverage);
        Node place = job.present("environment");
        Map<String, String> environment = entries("", place);
        String name = Node.textOf(place);
        if (name != null) {
            environment.put("name", name);
        }
        return new Belongings.Notes(
                pattern == null ? null : pattern.pattern(), entries("", job.present("release")), environment);
    }

    /** Texts by their keys; those of inner hashes and lists with the outer key before them. */
    private static Map<String, String> entries(String prefix, @Nullable Node node) {
        Map<String, String> all = new LinkedHashMap<>();
        if (node instanceof Node.Fields fields) {
            fields.fields().forEach((key, field) -> {
                String text = Node.textOf(field.value());
                if (text == null) {
                    all.putAll(entries(prefix + key + " ", field.value()));
                } else {
                    all.put(prefix + key, text);
                }
            });
        } else if (node instanceof Node.Items(Span _, List<Node> items)) {
            for (int i = 0; i < items.size(); i++) {
                String text = Node.textOf(items.get(i));
                if (text == null) {
                    all.putAll(entries(prefix + (i + 1) + " ", items.get(i)));
                } else {
                    all.put(prefix + (i + 1), text);
                }
            }
        }
        return all;
    }

    private Belongings.@Nullable Artifacts artifacts() {
        String published = published();
        Node.Fields none = new Node.Fields(job.span(), Map.of());
        Node.Fields fields = job.present("artifacts") instanceof Node.Fields written ? written : none;
        if (fields == none && published == null) {
            return null;
        }
        List<String> paths = new ArrayList<>(Node.texts(fields.get("paths")));
        if (published != null && !paths.contains(published)) {
            paths.add(published);
        }
        Map<String, List<String>> reports = new LinkedHashMap<>();
        if (fields.present("reports") instanceof Node.Fields kinds) {
            kinds.fields().forEach((kind, field) -> {
                Node value = field.value() instanceof Node.Fields report ? report.get("path") : field.value();
                reports.put(kind, Node.texts(value));
            });
        }
        return new Belongings.Artifacts(
                new Belongings.Artifacts.About(
                        Node.textOf(fields.present("name")),
                        Node.textOf(fields.present("expose_as")),
                        Node.textOf(fields.present("access"))),
                paths,
                Node.texts(fields.get("exclude")),
                Node.isTrue(fields.get("untracked")),
                moment(Node.textOf(fields.present("when"))),
                expiry(Node.textOf(fields.present("expire_in"))),
                reports);
    }

    /** The folder of a pages job, which is an artifact without being named; null for any other job. */
    private @Nullable String published() {
        Node pages = job.present("pages");
        if (pages == null || pages instanceof Node.Scalar && !Node.isTrue(pages)) {
            return null;
        }
        String folder = pages instanceof Node.Fields fields ? Node.textOf(fields.get("publish")) : null;
        String older = Node.textOf(job.present("publish"));
        return folder != null ? folder : older != null ? older : "public";
    }

    /** As ISO 8601 has durations. */
    private static @Nullable String expiry(@Nullable String written) {
        Duration duration = written == null || written.equals("never") ? null : Durations.parse(written);
        return duration == null ? written : duration.toString();
    }

    private Map<String, List<String>> tokens() {
        Map<String, List<String>> tokens = new LinkedHashMap<>();
        if (job.present("id_tokens") instanceof Node.Fields all) {
            all.fields().forEach((name, field) -> {
                if (field.value() instanceof Node.Fields token) {
                    tokens.put(name, Node.texts(token.get("aud")));
                }
            });
        }
        return tokens;
    }

    private static Belongings.Moment moment(@Nullable String when) {
        return switch (when) {
            case "always" -> Belongings.Moment.ALWAYS;
            case "on_failure" -> Belongings.Moment.FAILURE;
            case null, default -> Belongings.Moment.SUCCESS;
        };
    }

    private List<Belongings.Cache> caches() {
        Node node = job.present("cache");
        List<Node> all =
                node instanceof Node.Items(Span _, List<Node> items) ? items : node == null ? List.of() : List.of(node);
        List<Belongings.Cache> caches = new ArrayList<>();
        for (Node one : all) {
            if (one instanceof Node.Fields cache
                    && (cache.present("paths") != null || Node.isTrue(cache.get("untracked")))) {
                caches.add(cache(cache));
            }
        }
        return caches;
    }

    private Belongings.Cache cache(Node.Fields cache) {
        String written = Node.textOf(cache.present("policy"));
        String policy = written == null ? "pull-push" : Expansion.expandDeep(written, variables.asMap());
        boolean trusted = variables.expanded("CI_COMMIT_REF_PROTECTED").equals("true");
        String suffix = trusted && !Node.isTrue(cache.get("unprotect")) ? "-protected" : "-non_protected";
        List<String> fallbacks = new ArrayList<>();
        Node.texts(cache.get("fallback_keys")).forEach(key -> fallbacks.add(key + suffix));
        String last = variables.expanded("CACHE_FALLBACK_KEY");
        if (!last.isEmpty()) {
            fallbacks.add(last);
        }
        return new Belongings.Cache(
                key(cache.present("key"), suffix),
                fallbacks,
                Node.texts(cache.get("paths")),
                Node.isTrue(cache.get("untracked")),
                !policy.equals("push"),
                !policy.equals("pull"),
                moment(Node.textOf(cache.present("when"))));
    }

    private static Belongings.Key key(@Nullable Node node, String suffix) {
        if (node instanceof Node.Fields fields) {
            boolean commits = fields.present("files_commits") != null;
            return new Belongings.Key(
                    Node.textOf(fields.present("prefix")),
                    Node.texts(commits ? fields.get("files_commits") : fields.get("files")),
                    commits,
                    suffix);
        }
        String text = Node.textOf(node);
        return new Belongings.Key(text == null ? "default" : text, List.of(), false, suffix);
    }
}
