package dev.runner.frontend.gitlab;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables that GitLab sets by itself. Numbers that its database gives (pipeline, project, user) are derived from
 * the commit or fixed, so that a run can be repeated.
 */
final class Predefined {
    private final GitLabEvent event;
    private final Map<String, String> all = new LinkedHashMap<>();

    Predefined(GitLabEvent event) {
        this.event = event;
    }

    Map<String, String> ofPipeline() {
        all.put("CI", "true");
        all.put("GITLAB_CI", "true");
        pipeline();
        commit();
        project();
        server();
        registry();
        user();
        if (event.isMergeRequest()) {
            mergeRequest();
        }
        return all;
    }

    private void pipeline() {
        String id = number(event.commit().sha());
        all.put("CI_PIPELINE_ID", id);
        all.put("CI_PIPELINE_IID", "1");
        all.put("CI_PIPELINE_SOURCE", event.source());
        if (event.source().equals("trigger")) {
            all.put("CI_PIPELINE_TRIGGERED", "true");
        }
        all.put("CI_PIPELINE_CREATED_AT", event.commit().timestamp());
        all.put("CI_PIPELINE_URL", url() + "/-/pipelines/" + id);
        all.put("CI_CONFIG_PATH", ".gitlab-ci.yml");
    }

    private void commit() {
        GitLabEvent.Commit commit = event.commit();
        String message = commit.message();
        int line = message.indexOf('\n');
        String title = line < 0 ? message : message.substring(0, line);
        all.put("CI_COMMIT_SHA", commit.sha());
        all.put(
                "CI_COMMIT_SHORT_SHA",
                commit.sha().substring(0, Math.min(8, commit.sha().length())));
        all.put("CI_COMMIT_BEFORE_SHA", event.isMergeRequest() ? GitLabEvent.Commit.NONE : commit.before());
        all.put("CI_COMMIT_REF_NAME", event.refName());
        all.put("CI_COMMIT_REF_SLUG", slug(event.refName()));
        if (event.isTag()) {
            put("CI_COMMIT_TAG", event.ref().tag());
            all.put("CI_COMMIT_TAG_MESSAGE", message);
        } else if (!event.isMergeRequest()) {
            put("CI_COMMIT_BRANCH", event.ref().branch());
        }
        all.put("CI_COMMIT_REF_PROTECTED", Boolean.toString(isProtected()));
        all.put("CI_COMMIT_MESSAGE", message);
        all.put("CI_COMMIT_TITLE", title);
        all.put(
                "CI_COMMIT_DESCRIPTION",
                line < 0 ? "" : message.substring(line + 1).stripLeading());
        all.put("CI_COMMIT_AUTHOR", commit.author());
        all.put("CI_COMMIT_TIMESTAMP", commit.timestamp());
    }

    /** The default branch is, as in every new project, and tags are taken to be. */
    private boolean isProtected() {
        return event.isTag()
                || event.project().defaultBranch().equals(event.ref().branch());
    }

    private void project() {
        String path = event.project().path();
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        String namespace = slash < 0 ? "" : path.substring(0, slash);
        int root = namespace.indexOf('/');
        all.put("CI_PROJECT_ID", "1");
        all.put("CI_PROJECT_NAME", name);
        all.put("CI_PROJECT_TITLE", name);
        all.put("CI_PROJECT_DESCRIPTION", "");
        all.put("CI_PROJECT_PATH", path);
        all.put("CI_PROJECT_PATH_SLUG", slug(path));
        all.put("CI_PROJECT_NAMESPACE", namespace);
        all.put("CI_PROJECT_NAMESPACE_ID", "1");
        all.put("CI_PROJECT_NAMESPACE_SLUG", slug(namespace));
        all.put("CI_PROJECT_ROOT_NAMESPACE", root < 0 ? namespace : namespace.substring(0, root));
        all.put("CI_PROJECT_URL", url());
        all.put("CI_PROJECT_VISIBILITY", "private");
        all.put("CI_PROJECT_REPOSITORY_LANGUAGES", "");
        all.put("CI_PROJECT_CLASSIFICATION_LABEL", "");
        all.put("CI_REPOSITORY_URL", url() + ".git");
        all.put("CI_DEFAULT_BRANCH", event.project().defaultBranch());
        all.put("CI_DEFAULT_BRANCH_SLUG", slug(event.project().defaultBranch()));
        all.put("CI_PAGES_DOMAIN", "pages." + host());
        all.put("CI_PAGES_HOSTNAME", slug(namespace) + ".pages." + host());
        all.put("CI_PAGES_URL", "https://" + slug(namespace) + ".pages." + host() + "/" + name);
    }

    private void server() {
        String server = event.project().server();
        int scheme = server.indexOf("://");
        String host = host();
        int colon = host.lastIndexOf(':');
        String protocol = scheme < 0 ? "https" : server.substring(0, scheme);
        all.put("CI_SERVER", "yes");
        all.put("CI_SERVER_NAME", "GitLab");
        all.put("CI_SERVER_URL", server);
        all.put("CI_SERVER_HOST", colon < 0 ? host : host.substring(0, colon));
        all.put("CI_SERVER_FQDN", host);
        all.put("CI_SERVER_PORT", colon < 0 ? (protocol.equals("http") ? "80" : "443") : host.substring(colon + 1));
        all.put("CI_SERVER_PROTOCOL", protocol);
        all.put("CI_SERVER_VERSION", "18.5.0");
        all.put("CI_SERVER_VERSION_MAJOR", "18");
        all.put("CI_SERVER_VERSION_MINOR", "5");
        all.put("CI_SERVER_VERSION_PATCH", "0");
        all.put("CI_SERVER_REVISION", "0000000");
        all.put("CI_API_V4_URL", server + "/api/v4");
        all.put("CI_API_GRAPHQL_URL", server + "/api/graphql");
        all.put("CI_TEMPLATE_REGISTRY_HOST", "registry.gitlab.com");
        all.put("GITLAB_FEATURES", "");
    }

    private void registry() {
        String registry = event.project().registry();
        String path = event.project().path().toLowerCase(Locale.ROOT);
        int slash = path.indexOf('/');
        String group = slash < 0 ? path : path.substring(0, slash);
        all.put("CI_REGISTRY", registry);
        all.put("CI_REGISTRY_IMAGE", registry + "/" + path);
        String images = event.project().images();
        String proxy = "/dependency_proxy/containers";
        all.put("CI_DEPENDENCY_PROXY_SERVER", images == null ? host() : images.replaceFirst("/.*", ""));
        all.put("CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX", images == null ? host() + "/" + group + proxy : images);
        all.put(
                "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX",
                images == null ? host() + "/" + path.replaceFirst("/[^/]*$", "") + proxy : images);
    }

    private void user() {
        String author = event.commit().author();
        int open = author.indexOf('<');
        String name = open < 0 ? author : author.substring(0, open).strip();
        String mail =
                open < 0 ? "" : author.substring(open + 1).replace(">", "").strip();
        all.put("GITLAB_USER_ID", "1");
        all.put("GITLAB_USER_NAME", name);
        all.put("GITLAB_USER_EMAIL", mail);
        all.put("GITLAB_USER_LOGIN", mail.isEmpty() ? slug(name) : mail.replaceFirst("@.*", ""));
    }

    private void mergeRequest() {
        GitLabEvent.Ref ref = event.ref();
        all.put("CI_MERGE_REQUEST_ID", "1");
        all.put("CI_MERGE_REQUEST_IID", "1");
        all.put("CI_MERGE_REQUEST_REF_PATH", "refs/merge-requests/1/head");
        all.put("CI_MERGE_REQUEST_PROJECT_ID", "1");
        all.put("CI_MERGE_REQUEST_PROJECT_PATH", event.project().path());
        all.put("CI_MERGE_REQUEST_PROJECT_URL", url());
        put("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ref.branch());
        put("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ref.target());
        all.put("CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED", "true");
        all.put("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "");
        all.put("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "");
        all.put("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1");
        all.put("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", event.project().path());
        all.put("CI_MERGE_REQUEST_SOURCE_PROJECT_URL", url());
        all.put("CI_MERGE_REQUEST_SOURCE_BRANCH_PROTECTED", "false");
        all.put("CI_MERGE_REQUEST_EVENT_TYPE", "detached");
        all.put("CI_MERGE_REQUEST_APPROVED", "false");
        all.put("CI_MERGE_REQUEST_DRAFT", "false");
        all.put("CI_MERGE_REQUEST_SQUASH_ON_MERGE", "false");
        put("CI_MERGE_REQUEST_TITLE", all.get("CI_COMMIT_TITLE"));
        all.put("CI_MERGE_REQUEST_DESCRIPTION", "");
        all.put("CI_MERGE_REQUEST_DIFF_BASE_SHA", event.commit().before());
        all.put("CI_MERGE_REQUEST_DIFF_ID", "1");
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            all.put(name, value);
        }
    }

    private String url() {
        return event.project().server() + "/" + event.project().path();
    }

    private String host() {
        return event.project().server().replaceFirst("^[a-z]+://", "");
    }

    /** Nine digits at most, from the start of a SHA. */
    static String number(String sha) {
        String start = sha.length() < 7 ? "1" : sha.substring(0, 7);
        try {
            return Long.toString(Math.max(1, Long.parseLong(start, 16)));
        } catch (NumberFormatException e) {
            return "1";
        }
    }

    /** Lower case, at most 63 characters, all but letters and digits a hyphen, none at the ends. */
    static String slug(String text) {
        String slug = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        slug = slug.length() > 63 ? slug.substring(0, 63) : slug;
        return slug.replaceAll("^-+|-+$", "");
    }
}
