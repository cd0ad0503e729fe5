package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the settings of a job, or of {@code default}, are well formed. */
final class SettingCheck {
    private static final int MOST_COPIES = 200;

    private final Shapes shapes;

    SettingCheck(Shapes shapes) {
        this.shapes = shapes;
    }

    /** What {@code default} may have, too. */
    void shared(String where, Node.Fields job) {
        for (String key : List.of("before_script", "after_script")) {
            shapes.commands(where + ":" + key, job.get(key));
        }
        image(where + ":image", job.present("image"), Words.IMAGE);
        services(where, job.present("services"));
        artifacts(where + ":artifacts", job.present("artifacts"));
        caches(where, job.present("cache"));
        retry(where + ":retry", job.present("retry"));
        shapes.duration(where + ":timeout config", job.present("timeout"));
        shapes.truth(where + ":interruptible config", job.get("interruptible"));
        shapes.texts(where + ":tags config", job.get("tags"));
        if (job.present("hooks") instanceof Node hooks
                && shapes.hash(where + ":hooks", hooks) instanceof Node.Fields h) {
            shapes.keys(where + ":hooks", h, List.of("pre_get_sources_script"));
            shapes.commands(where + ":hooks:pre_get_sources_script", h.get("pre_get_sources_script"));
        }
        tokens(where + ":id_tokens", job.present("id_tokens"));
        if (job.present("identity") instanceof Node identity && !"google_cloud".equals(Node.textOf(identity))) {
            shapes.error(identity, where + ":identity config should be one of: google_cloud");
        }
    }

    private void tokens(String where, @Nullable Node node) {
        if (node == null || !(shapes.hash(where, node) instanceof Node.Fields tokens)) {
            return;
        }
        for (Map.Entry<String, Node.Field> entry : tokens.fields().entrySet()) {
            String at = where + ":" + entry.getKey();
            if (shapes.hash(at, entry.getValue().value()) instanceof Node.Fields token) {
                shapes.keys(at, token, List.of("aud"));
                if (token.present("aud") == null) {
                    shapes.error(entry.getValue().key(), at + " config missing required keys: aud", null);
                }
                shapes.textsOrText(at + " aud", token.get("aud"));
            }
        }
    }

    private void image(String where, @Nullable Node node, Collection<String> keys) {
        if (node == null) {
            return;
        }
        if (!(node instanceof Node.Fields fields)) {
            if (!Node.isText(node)) {
                shapes.error(node, where + " config should be a hash or a string");
            }
            return;
        }
        shapes.keys(where, fields, new TreeSet<>(keys));
        if (fields.present("name") == null) {
            shapes.error(node, where + " name can't be blank");
        }
        shapes.text(where + " name", fields.get("name"));
        shapes.textsOrText(where + " entrypoint", fields.get("entrypoint"));
        shapes.textsOrText(where + " command", fields.get("command"));
        for (String policy : Node.texts(fields.get("pull_policy"))) {
            if (!List.of("always", "if-not-present", "never").contains(policy)) {
                shapes.error(node, where + ":pull_policy config unknown value: " + policy);
            }
        }
        if (fields.present("docker") instanceof Node.Fields docker) {
            shapes.keys(where + ":docker", docker, List.of("platform", "user"));
        }
    }

    private void services(String where, @Nullable Node node) {
        if (node == null) {
            return;
        }
        if (!(node instanceof Node.Items(Span _, List<Node> items))) {
            shapes.error(node, where + ":services config should be an array");
            return;
        }
        for (Node service : Rules.flat(items)) {
            image(where + ":services:service", service, Words.SERVICE);
            if (service instanceof Node.Fields fields) {
                shapes.variables(where + ":services:service:variables", fields.get("variables"), false);
                shapes.text(where + ":services:service alias", fields.get("alias"));
            }
        }
    }

    private void artifacts(String where, @Nullable Node node) {
        if (node == null || !(shapes.hash(where, node) instanceof Node.Fields fields)) {
            return;
        }
        shapes.keys(where, fields, new TreeSet<>(Words.ARTIFACTS));
        shapes.texts(where + " paths", fields.get("paths"));
        shapes.texts(where + " exclude", fields.get("exclude"));
        shapes.truth(where + " untracked", fields.get("untracked"));
        shapes.truth(where + " public", fields.get("public"));
        shapes.text(where + " name", fields.get("name"));
        shapes.oneOf(where + " when", fields.get("when"), List.of("on_success", "on_failure", "always"));
        shapes.oneOf(where + " access", fields.get("access"), List.of("none", "developer", "all", "maintainer"));
        if (fields.present("expire_in") instanceof Node expiry && !"never".equals(Node.textOf(expiry))) {
            shapes.duration(where + " expire in", expiry);
        }
        if (fields.present("expose_as") instanceof Node && fields.present("paths") == null) {
            shapes.error(node, where + " paths can't be blank");
        }
        if (fields.present("reports") instanceof Node reports
                && shapes.hash(where + ":reports", reports) instanceof Node.Fields kinds) {
            shapes.keys(where + ":reports", kinds, new TreeSet<>(Words.REPORTS));
        }
    }

    private void caches(String where, @Nullable Node node) {
        if (node == null) {
            return;
        }
        List<Node> all = node instanceof Node.Items(Span _, List<Node> items) ? items : List.of(node);
        if (all.size() > 4) {
            shapes.error(node, where + ":caches config no more than 4 caches can be created");
        }
        for (Node one : all) {
            if (!(one instanceof Node.Fields cache)) {
                shapes.error(one, where + ":cache config should be a hash");
                continue;
            }
            String at = where + ":cache";
            shapes.keys(at, cache, new TreeSet<>(Words.CACHE));
            shapes.texts(at + " paths", cache.get("paths"));
            shapes.texts(at + " fallback keys", cache.get("fallback_keys"));
            shapes.truth(at + " untracked", cache.get("untracked"));
            shapes.truth(at + " unprotect", cache.get("unprotect"));
            String policy = Node.textOf(cache.get("policy"));
            if (policy != null
                    && !policy.contains("$")
                    && !List.of("pull", "push", "pull-push").contains(policy)) {
                shapes.error(one, at + " policy should be one of: pull-push, push, pull");
            }
            shapes.oneOf(at + " when", cache.get("when"), List.of("on_success", "on_failure", "always"));
            key(at + ":key", cache.present("key"));
        }
    }

    private void key(String where, @Nullable Node node) {
        if (node instanceof Node.Fields fields) {
            shapes.keys(where, fields, List.of("files", "files_commits", "prefix"));
            boolean contents = fields.present("files") != null;
            if (contents == (fields.present("files_commits") != null)) {
                shapes.error(node, where + " config must use exactly one of these keys: files, files_commits");
            }
            Node files = contents ? fields.get("files") : fields.get("files_commits");
            shapes.texts(where + ":files config", files);
            if (Node.texts(files).size() > 2) {
                shapes.error(node, where + ":files config has too many items (maximum is 2)");
            }
        } else if (node instanceof Node.Scalar(Span _, Node.Kind _, String text)) {
            if (text.contains("/") && !text.contains("$")) {
                shapes.error(node, where + " config cannot contain the \"/\" character");
            } else if (text.equals(".") || text.equals("..")) {
                shapes.error(node, where + " config cannot be \".\" or \"..\"");
            }
        } else if (node != null) {
            shapes.error(node, where + " should be a hash, a string or a symbol");
        }
    }

    private void retry(String where, @Nullable Node node) {
        if (node == null) {
            return;
        }
        Node most = node;
        if (node instanceof Node.Fields fields) {
            shapes.keys(where, fields, new TreeSet<>(Words.RETRY));
            most = fields.present("max");
            for (String reason : Node.texts(fields.get("when"))) {
                if (!Words.RETRY_WHEN.contains(reason)) {
                    String near = dev.runner.source.NearNames.nearest(reason, Words.RETRY_WHEN);
                    shapes.error(
                            node.span(),
                            where + " when is unknown: " + reason,
                            near == null ? null : "did you mean '" + near + "'?");
                }
            }
            codes(where + " exit codes", fields.get("exit_codes"));
        }
        if (most == null) {
            return;
        }
        String what = node == most ? where + " config" : where + " max";
        if (!(most instanceof Node.Scalar scalar) || scalar.kind() != Node.Kind.INTEGER) {
            shapes.error(most, node == most ? where + " has an unsupported type" : what + " is not a number");
        } else if (Long.parseLong(scalar.text()) > 2) {
            shapes.error(most, what + " must be less than or equal to 2");
        } else if (Long.parseLong(scalar.text()) < 0) {
            shapes.error(most, what + " must be greater than or equal to 0");
        }
    }

    void codes(String what, @Nullable Node node) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        List<Node> all = node instanceof Node.Items(Span _, List<Node> items) ? items : List.of(node);
        if (!all.stream().allMatch(one -> one instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.INTEGER)) {
            shapes.error(node, what + " should be an array of integers or an integer");
        }
    }

    void parallel(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        if (node instanceof Node.Fields fields) {
            shapes.keys(where + ":parallel", fields, List.of("matrix"));
            matrix(where + ":parallel:matrix", node, fields.get("matrix"));
            return;
        }
        if (!(node instanceof Node.Scalar scalar) || scalar.kind() != Node.Kind.INTEGER) {
            shapes.error(node, where + ":parallel should be an integer or a hash");
        } else if (Long.parseLong(scalar.text()) < 1) {
            shapes.error(node, where + ":parallel config must be greater than or equal to 1");
        } else if (Long.parseLong(scalar.text()) > MOST_COPIES) {
            shapes.error(node, where + ":parallel config must be less than or equal to " + MOST_COPIES);
        }
    }

    private void matrix(String where, Node at, @Nullable Node node) {
        if (!(node instanceof Node.Items(Span _, List<Node> entries))) {
            shapes.error(node == null ? at : node, where + " config should be an array of hashes");
            return;
        }
        long total = 0;
        for (Node entry : entries) {
            if (!(entry instanceof Node.Fields variables)) {
                shapes.error(entry, where + " config should be an array of hashes");
                continue;
            }
            long product = 1;
            for (Node.Field field : variables.fields().values()) {
                boolean good = field.value() instanceof Node.Scalar
                        || field.value() instanceof Node.Items(Span _, List<Node> values)
                                && !values.isEmpty()
                                && values.stream().allMatch(Node.Scalar.class::isInstance);
                if (!good) {
                    shapes.error(
                            field.value(),
                            where + ":number config should be a hash of key value pairs, value can be an array");
                }
                product *= Math.max(1, Node.texts(field.value()).size());
            }
            total += product;
        }
        if (total > MOST_COPIES) {
            shapes.error(node, where + " config generates too many jobs (maximum is " + MOST_COPIES + ")");
        }
    }

    void inherit(String where, @Nullable Node node) {
        if (node == null
                || Node.isNull(node)
                || !(shapes.hash(where + ":inherit", node) instanceof Node.Fields fields)) {
            return;
        }
        shapes.keys(where + ":inherit", fields, List.of("default", "variables"));
        for (String key : List.of("default", "variables")) {
            Node value = fields.present(key);
            if (value instanceof Node.Items(Span _, List<Node> items)) {
                for (Node item : items) {
                    String name = String.valueOf(Node.textOf(item));
                    if (key.equals("default") && !Words.DEFAULT.contains(name)) {
                        shapes.error(item, where + ":inherit:default config contains unknown values: " + name);
                    }
                }
            } else if (value != null && !(value instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN)) {
                shapes.error(value, where + ":inherit:" + key + " should be a bool or array of strings");
            }
        }
    }

    void environment(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node) || Node.isText(node)) {
            return;
        }
        String at = where + ":environment";
        if (!(node instanceof Node.Fields fields)) {
            shapes.error(node, at + " config should be a hash or a string");
            return;
        }
        shapes.keys(at, fields, new TreeSet<>(Words.ENVIRONMENT));
        if (fields.present("name") == null) {
            shapes.error(node, at + " name can't be blank");
        }
        shapes.oneOf(at + " action", fields.get("action"), List.of("start", "stop", "prepare", "verify", "access"));
        shapes.oneOf(
                at + " deployment tier",
                fields.get("deployment_tier"),
                List.of("production", "staging", "testing", "development", "other"));
        shapes.text(at + " url", fields.get("url"));
        shapes.text(at + " on stop", fields.get("on_stop"));
        Node ends = fields.present("auto_stop_in");
        String text = Node.textOf(ends);
        if (ends != null
                && (text == null || !text.contains("$") && !text.equals("never") && Durations.parse(text) == null)) {
            shapes.error(ends, at + " auto stop in should be a duration");
        }
    }

    void release(String where, @Nullable Node node) {
        if (node == null
                || Node.isNull(node)
                || !(shapes.hash(where + ":release", node) instanceof Node.Fields fields)) {
            return;
        }
        shapes.keys(where + ":release", fields, new TreeSet<>(Words.RELEASE));
        for (String key : List.of("tag_name", "description")) {
            if (fields.present(key) == null) {
                shapes.error(node, where + ":release config missing required keys: " + key);
            }
        }
    }

    void trigger(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node) || Node.isText(node)) {
            return;
        }
        if (!(node instanceof Node.Fields fields)) {
            shapes.error(node, where + ":trigger has to be either a string or a hash");
            return;
        }
        shapes.keys(where + ":trigger", fields, new TreeSet<>(Words.TRIGGER));
        if (fields.present("project") == null && fields.present("include") == null) {
            shapes.error(node, where + ":trigger config should contain either `project` or `include`");
        }
        shapes.oneOf(where + ":trigger strategy", fields.get("strategy"), List.of("depend", "mirror"));
        if (fields.present("forward") instanceof Node.Fields forward) {
            shapes.keys(where + ":trigger:forward", forward, List.of("yaml_variables", "pipeline_variables"));
        }
    }

    void run(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        if (!(node instanceof Node.Items(Span _, List<Node> steps))) {
            shapes.error(node, where + ":run config should be an array");
            return;
        }
        for (Node step : steps) {
            if (shapes.hash(where + ":run:step", step) instanceof Node.Fields fields) {
                shapes.keys(where + ":run:step", fields, List.of("name", "step", "func", "script", "env", "inputs"));
                String name = Node.textOf(fields.present("name"));
                if (name == null) {
                    shapes.error(step, where + ":run:step name can't be blank");
                } else if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    shapes.error(
                            step, where + ":run:step name has letters, digits and underscores, and no digit first");
                }
                long works = Stream.of("step", "func", "script")
                        .filter(key -> fields.present(key) != null)
                        .count();
                if (works != 1) {
                    shapes.error(step, where + ":run:step config should have exactly one of: step, func, script");
                }
            }
        }
    }

    void secrets(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node) || !(shapes.hash(where + ":secrets", node) instanceof Node.Fields all)) {
            return;
        }
        all.fields().forEach((name, field) -> {
            String at = where + ":secrets:" + name;
            if (shapes.hash(at, field.value()) instanceof Node.Fields secret) {
                shapes.keys(
                        at,
                        secret,
                        List.of(
                                "vault",
                                "file",
                                "token",
                                "azure_key_vault",
                                "gcp_secret_manager",
                                "gitlab_secrets_manager",
                                "aws_secrets_manager",
                                "akeyless"));
            }
        });
    }

    void policy(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        Node refs = node;
        if (node instanceof Node.Fields fields) {
            shapes.keys(where, fields, new TreeSet<>(Words.POLICY));
            refs = fields.get("refs");
            shapes.textsOrText(where + " variables", fields.get("variables"));
            shapes.texts(where + " changes", fields.get("changes"));
            shapes.oneOf(where + " kubernetes", fields.get("kubernetes"), List.of("active"));
        }
        for (String ref : Node.texts(refs)) {
            if (ref.startsWith("/")
                    && ref.lastIndexOf('/') > 0
                    && Condition.compile(ref.replaceFirst("@.*$", "")) == null) {
                shapes.error(
                        node, where + " config should be an array of strings or regular expressions using re2 syntax");
            }
        }
        if (node instanceof Node.Scalar && !Node.isText(node)) {
            shapes.error(node, where + " has to be either an array of conditions or a hash");
        }
    }
}
