package dev.runner.frontend.github;

import java.util.Set;

/**
 * GitHub's "Workflow syntax for GitHub Actions" and "Events that trigger workflows" in the notation of {@link Schema}. The
 * names that expressions may use are those of the table "Context availability".
 */
final class WorkflowSchema {
    private static final String EVENTS = """
        event-name = 'branch_protection_rule' | 'check_run' | 'check_suite' | 'create' | 'delete' | 'deployment'
            | 'deployment_status' | 'discussion' | 'discussion_comment' | 'fork' | 'gollum' | 'image_version'
            | 'issue_comment' | 'issues' | 'label' | 'merge_group' | 'milestone' | 'page_build' | 'project'
            | 'project_card' | 'project_column' | 'public' | 'pull_request' | 'pull_request_comment'
            | 'pull_request_review' | 'pull_request_review_comment' | 'pull_request_target' | 'push'
            | 'registry_package' | 'release' | 'repository_dispatch' | 'schedule' | 'status' | 'watch'
            | 'workflow_call' | 'workflow_dispatch' | 'workflow_run'
        on = event-name | (event-name)* | events
        events = { branch_protection_rule: with-edits, check_run: check-run, check_suite: check-suite, create: null,
            delete: null, deployment: null, deployment_status: null, discussion: discussion,
            discussion_comment: with-edits, fork: null, gollum: null, image_version: image-version,
            issue_comment: with-edits, issues: issues, label: with-edits, merge_group: merge-group,
            milestone: milestone, page_build: null, project: project, project_card: project-card,
            project_column: project-column, public: null, pull_request: pull-request,
            pull_request_comment: with-edits, pull_request_review: review, pull_request_review_comment: with-edits,
            pull_request_target: pull-request, push: push, registry_package: package, release: release,
            repository_dispatch: repository-dispatch, schedule: schedule, status: null, watch: watch,
            workflow_call: call, workflow_dispatch: dispatch, workflow_run: workflow-run }
        names = text+ | (text+)*
        edit = 'created' | 'edited' | 'deleted'
        with-edits = null | edits
        edits = { types: edit | edit-list }
        edit-list = (edit)*
        check-run = null | check-run-types
        check-run-types = { types: check-run-type | check-run-list }
        check-run-list = (check-run-type)*
        check-run-type = 'completed' | 'created' | 'rerequested' | 'requested_action'
        check-suite = null | check-suite-types
        check-suite-types = { types: 'completed' | check-suite-list }
        check-suite-list = ('completed')*
        discussion = null | discussion-types
        discussion-types = { types: discussion-type | discussion-list }
        discussion-list = (discussion-type)*
        discussion-type = edit | 'transferred' | 'pinned' | 'unpinned' | 'labeled' | 'unlabeled' | 'locked'
            | 'unlocked' | 'category_changed' | 'answered' | 'unanswered'
        image-version = null | image-version-filter
        image-version-filter = { types: names, names: names, versions: names }
        issues = null | issues-types
        issues-types = { types: issues-type | issues-list }
        issues-list = (issues-type)*
        issues-type = 'opened' | 'edited' | 'deleted' | 'transferred' | 'pinned' | 'unpinned' | 'closed'
            | 'reopened' | 'assigned' | 'unassigned' | 'labeled' | 'unlabeled' | 'locked' | 'unlocked'
            | 'milestoned' | 'demilestoned' | 'typed' | 'untyped' | 'field_added' | 'field_removed'
        merge-group = null | merge-group-types
        merge-group-types = { types: 'checks_requested' | merge-group-list, branches: names,
            branches-ignore: names }
        merge-group-list = ('checks_requested')*
        milestone = null | milestone-types
        milestone-types = { types: milestone-type | milestone-list }
        milestone-list = (milestone-type)*
        milestone-type = edit | 'closed' | 'opened'
        project = null | project-types
        project-types = { types: project-type | project-list }
        project-list = (project-type)*
        project-type = 'created' | 'updated' | 'closed' | 'reopened' | 'edited' | 'deleted'
        project-card = null | project-card-types
        project-card-types = { types: project-card-type | project-card-list }
        project-card-list = (project-card-type)*
        project-card-type = 'created' | 'moved' | 'converted' | 'edited' | 'deleted'
        project-column = null | project-column-types
        project-column-types = { types: project-column-type | project-column-list }
        project-column-list = (project-column-type)*
        project-column-type = 'created' | 'updated' | 'moved' | 'deleted'
        pull-request = null | pull-request-filter
        pull-request-filter = { types: pull-request-type | pull-request-list, branches: names,
            branches-ignore: names, paths: names, paths-ignore: names }
        pull-request-list = (pull-request-type)*
        pull-request-type = 'assigned' | 'unassigned' | 'labeled' | 'unlabeled' | 'opened' | 'edited' | 'closed'
            | 'reopened' | 'synchronize' | 'converted_to_draft' | 'ready_for_review' | 'locked' | 'unlocked'
            | 'milestoned' | 'demilestoned' | 'review_requested' | 'review_request_removed' | 'enqueued'
            | 'dequeued' | 'auto_merge_enabled' | 'auto_merge_disabled' | 'stacked'
        review = null | review-types
        review-types = { types: review-type | review-list }
        review-list = (review-type)*
        review-type = 'submitted' | 'edited' | 'dismissed'
        push = null | push-filter
        push-filter = { branches: names, branches-ignore: names, tags: names, tags-ignore: names, paths: names,
            paths-ignore: names }
        package = null | package-types
        package-types = { types: package-type | package-list }
        package-list = (package-type)*
        package-type = 'published' | 'updated'
        release = null | release-types
        release-types = { types: release-type | release-list }
        release-list = (release-type)*
        release-type = 'published' | 'unpublished' | 'created' | 'edited' | 'deleted' | 'prereleased' | 'released'
        repository-dispatch = null | repository-dispatch-types
        repository-dispatch-types = { types: names }
        schedule = (cron)*
        cron = { cron!: text+, timezone: text+ }
        watch = null | watch-types
        watch-types = { types: 'started' | watch-list }
        watch-list = ('started')*
        workflow-run = null | workflow-run-filter
        workflow-run-filter = { types: workflow-run-type | workflow-run-list, workflows: names, branches: names,
            branches-ignore: names }
        workflow-run-list = (workflow-run-type)*
        workflow-run-type = 'requested' | 'completed' | 'in_progress'
        call = null | call-fields
        call-fields = { inputs: call-inputs, secrets: call-secrets, outputs: call-outputs }
        call-inputs = { *text+: call-input }
        call-input = { description: text, type!: 'string' | 'boolean' | 'number', required: boolean,
            default: call-default }
        call-default [github inputs vars] = text | boolean | number
        call-secrets = { *text+: call-secret }
        call-secret = null | call-secret-fields
        call-secret-fields = { description: text, required: boolean }
        call-outputs = { *text+: call-output }
        call-output = { description: text, value!: call-output-value }
        call-output-value [github inputs vars jobs] = text
        dispatch = null | dispatch-fields
        dispatch-fields = { inputs: dispatch-inputs, *text: any }
        dispatch-inputs = null | dispatch-input-map
        dispatch-input-map = { *text+: dispatch-input }
        dispatch-input = null | dispatch-input-fields
        dispatch-input-fields = { description: text, type: 'string' | 'boolean' | 'number' | 'environment' | 'choice',
            required: boolean, default: text | boolean | number, options: (text)* }
        """;

    private static final String WORKFLOW = """
        @run = github inputs vars
        @cell = @run needs strategy matrix
        @job = @cell secrets steps job runner env
        @step = @job hashFiles(1,255)
        any = null | boolean | number | text | any-list | any-fields
        any-list = (any)*
        any-fields = { *text: any }
        workflow = { on!: on, name: text, description: text, run-name: run-name, defaults: defaults,
            env: workflow-env, permissions: permissions, concurrency: workflow-concurrency, jobs!: jobs }
        run-name [@run] = text
        defaults = { run: run-defaults }
        run-defaults = { shell: text+, working-directory: text+ }
        workflow-env [@run secrets] = { *text+: text }
        permissions = permission-map | 'read-all' | 'write-all'
        permission = 'read' | 'write' | 'none'
        read-permission = 'read' | 'none'
        write-permission = 'write' | 'none'
        permission-map = { actions: permission, artifact-metadata: permission, attestations: permission,
            checks: permission, contents: permission, copilot-requests: write-permission, deployments: permission,
            discussions: permission, id-token: write-permission, issues: permission, models: read-permission,
            packages: permission, pages: permission, pull-requests: permission, repository-projects: permission,
            security-events: permission, statuses: permission, vulnerability-alerts: read-permission }
        workflow-concurrency [@run] = text | concurrency
        job-concurrency [@cell] = text+ | concurrency
        concurrency = { group!: text+, cancel-in-progress: boolean, queue: 'single' | 'max' }
        jobs = { *text+: job }
        job = plain-job | calling-job
        plain-job = { needs: names, if: job-if, strategy: strategy, name: cell-text, runs-on!: runs-on,
            timeout-minutes: cell-number, cancel-timeout-minutes: cell-number, continue-on-error: cell-boolean,
            container: container, services: services, env: job-env, environment: environment,
            permissions: permissions, concurrency: job-concurrency, outputs: job-outputs, defaults: job-defaults,
            steps: steps, snapshot: snapshot }
        calling-job = { name: cell-text, uses!: text+, with: call-values, secrets: call-secret-values, needs: names,
            if: job-if, permissions: permissions, concurrency: job-concurrency, strategy: strategy }
        call-values = { *text+: call-value }
        call-value [@cell] = text | boolean | number
        call-secret-values = 'inherit' | call-secret-map
        call-secret-map = { *text+: call-secret-value }
        call-secret-value [@cell secrets] = text | boolean | number
        job-if [@run needs always(0,0) failure(0,MAX) cancelled(0,0) success(0,MAX)] = text
        strategy [@run needs] = { fail-fast: boolean, max-parallel: number, matrix: matrix }
        matrix = { include: matrix-rows, exclude: matrix-rows, *text+: any-list }
        matrix-rows = (matrix-row)*
        matrix-row = { *text+: any }
        runs-on [@cell] = names | runs-on-group
        runs-on-group = { group: text+, labels: names }
        cell-text [@cell] = text
        cell-number [@cell] = number
        cell-boolean [@cell] = boolean
        job-env [@cell secrets] = { *text+: text }
        environment [@cell] = text | environment-fields
        environment-fields = { name!: text, url: environment-url, deployment: boolean }
        environment-url [steps job runner env] = text
        job-outputs = { *text+: job-output }
        job-output [@job] = text
        job-defaults = { run: job-run-defaults }
        job-run-defaults [@cell env] = { shell: text+, working-directory: text+ }
        snapshot = text+ | snapshot-fields
        snapshot-fields = { image-name!: text+, if: snapshot-if, version: text+ }
        snapshot-if [@cell] = text
        container [@cell] = text | container-fields
        container-fields = { image: text+, options: text, env: container-env, ports: (text+)*, volumes: (text+)*,
            credentials: credentials }
        services [@cell] = { *text+: service }
        service = text+ | service-fields
        service-fields = { image: text+, options: text, env: container-env, ports: (text+)*, volumes: (text+)*,
            credentials: credentials, entrypoint: text, command: text }
        credentials [@run secrets env] = { username: text+, password: text+ }
        container-env = { *text+: job-output }
        steps = (step)*
        step = run-step | uses-step | wait-step | wait-all-step | cancel-step
        run-step = { name: step-text, id: text+, if: step-if, timeout-minutes: step-number, run!: step-text,
            continue-on-error: step-boolean, env: step-map, working-directory: step-text, shell: text+,
            background: boolean }
        uses-step = { name: step-text, id: text+, if: step-if, continue-on-error: step-boolean,
            timeout-minutes: step-number, uses!: text+, with: step-map, env: step-map, background: boolean }
        wait-step = { name: step-text, id: text+, continue-on-error: step-boolean, wait!: names }
        wait-all-step = { name: step-text, id: text+, continue-on-error: step-boolean, wait-all!: null | boolean }
        cancel-step = { name: step-text, id: text+, continue-on-error: step-boolean, cancel!: text+ }
        step-if [@cell steps job runner env always(0,0) failure(0,0) cancelled(0,0) success(0,0) hashFiles(1,255)]
            = text
        step-text [@step] = text
        step-number [@step] = number
        step-boolean [@step] = boolean
        step-map [@step] = { *text+: text }
        """;

    /** Keys of steps that run beside others, which GitHub is trying out. */
    static final Set<String> BACKGROUND = Set.of("background", "wait", "wait-all", "cancel");

    private WorkflowSchema() {}

    /** Read when the first workflow is. */
    private static final class Lazy {
        static final Schema SCHEMA = new Schema(EVENTS + WORKFLOW);
    }

    static Schema get() {
        return Lazy.SCHEMA;
    }
}
