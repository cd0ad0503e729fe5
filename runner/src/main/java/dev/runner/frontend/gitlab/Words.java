package dev.runner.frontend.gitlab;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The keywords of GitLab's CI YAML. */
final class Words {
    static final List<String> ROOT = List.of(
            "default",
            "include",
            "before_script",
            "image",
            "services",
            "after_script",
            "variables",
            "stages",
            "types",
            "cache",
            "workflow",
            "spec");

    /** What a job takes from {@code default}. */
    static final List<String> DEFAULT = List.of(
            "before_script",
            "image",
            "services",
            "after_script",
            "cache",
            "interruptible",
            "timeout",
            "retry",
            "tags",
            "artifacts",
            "hooks",
            "id_tokens",
            "identity");

    /** What jobs and triggers both have. */
    private static final Set<String> FLOW = Set.of(
            "parallel",
            "extends",
            "stage",
            "only",
            "except",
            "rules",
            "variables",
            "inherit",
            "allow_failure",
            "when",
            "needs",
            "resource_group",
            "environment",
            "interruptible",
            "start_in",
            "manual_confirmation",
            "description");

    static final Set<String> JOB = with(
            FLOW,
            "tags",
            "script",
            "image",
            "services",
            "artifacts",
            "cache",
            "dependencies",
            "before_script",
            "after_script",
            "hooks",
            "coverage",
            "retry",
            "timeout",
            "release",
            "id_tokens",
            "publish",
            "pages",
            "run",
            "secrets",
            "identity",
            "dast_configuration",
            "inputs");

    static final Set<String> BRIDGE = with(FLOW, "trigger");

    static final List<String> WHEN = List.of("on_success", "on_failure", "always", "manual", "delayed");
    static final List<String> RULE_WHEN = List.of("on_success", "on_failure", "always", "never", "manual", "delayed");

    static final Set<String> RULE = Set.of(
            "if", "changes", "exists", "when", "start_in", "allow_failure", "variables", "needs", "interruptible");
    static final Set<String> WORKFLOW_RULE =
            Set.of("if", "changes", "exists", "when", "variables", "name", "auto_cancel");

    static final Set<String> ARTIFACTS = Set.of(
            "name", "untracked", "paths", "reports", "when", "expire_in", "expose_as", "exclude", "public", "access");
    static final Set<String> REPORTS = Set.of(
            "junit",
            "codequality",
            "sast",
            "secret_detection",
            "dependency_scanning",
            "container_scanning",
            "cluster_image_scanning",
            "dast",
            "performance",
            "browser_performance",
            "load_performance",
            "license_scanning",
            "metrics",
            "lsif",
            "dotenv",
            "terraform",
            "accessibility",
            "coverage_report",
            "coverage_fuzzing",
            "api_fuzzing",
            "cyclonedx",
            "annotations",
            "repository_xray",
            "requirements",
            "requirements_v2",
            "cobertura",
            "scip");
    static final Set<String> CACHE =
            Set.of("key", "untracked", "paths", "when", "policy", "unprotect", "fallback_keys");
    static final Set<String> IMAGE = Set.of("name", "entrypoint", "ports", "pull_policy", "docker", "kubernetes");
    static final Set<String> SERVICE = Set.of(
            "name", "entrypoint", "command", "alias", "ports", "variables", "pull_policy", "docker", "kubernetes");
    static final Set<String> RETRY = Set.of("max", "when", "exit_codes");
    static final List<String> RETRY_WHEN = List.of(
            "always",
            "unknown_failure",
            "script_failure",
            "api_failure",
            "stuck_or_timeout_failure",
            "runner_system_failure",
            "runner_unsupported",
            "stale_schedule",
            "job_execution_timeout",
            "archived_failure",
            "unmet_prerequisites",
            "scheduler_failure",
            "data_integrity_failure",
            "forward_deployment_failure",
            "user_blocked",
            "project_deleted",
            "job_router_failure",
            "missing_dependency_failure",
            "insufficient_bridge_permissions",
            "downstream_bridge_project_not_found",
            "invalid_bridge_trigger",
            "upstream_bridge_project_not_found",
            "protected_environment_failure",
            "environment_creation_failure",
            "reached_max_descendant_pipelines_depth",
            "reached_max_pipeline_hierarchy_size",
            "pipeline_loop_detected",
            "no_matching_runner",
            "trace_size_exceeded",
            "builds_disabled",
            "deployment_rejected",
            "failed_outdated_deployment_job",
            "ci_quota_exceeded",
            "secrets_provider_not_found",
            "reached_downstream_pipeline_trigger_rate_limit",
            "ip_restriction_failure");
    static final Set<String> ENVIRONMENT =
            Set.of("name", "url", "action", "on_stop", "auto_stop_in", "kubernetes", "deployment_tier");
    static final Set<String> RELEASE =
            Set.of("tag_name", "tag_message", "name", "description", "ref", "milestones", "released_at", "assets");
    static final Set<String> POLICY = Set.of("refs", "kubernetes", "variables", "changes");
    static final Set<String> TRIGGER = Set.of("project", "branch", "strategy", "include", "forward", "inputs");
    static final Set<String> NEED = Set.of("job", "artifacts", "optional", "parallel", "pipeline", "project", "ref");
    static final Set<String> VARIABLE = Set.of("value", "description", "expand", "options");
    static final Set<String> WORKFLOW = Set.of("rules", "name", "auto_cancel");

    private Words() {}

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }
}
