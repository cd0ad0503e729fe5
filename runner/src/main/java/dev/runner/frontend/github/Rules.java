package dev.runner.frontend.github;

/**
 * The limits of a workflow.
 *
 * @param depth of mappings and lists in each other
 * @param characters of a file
 * @param jobs of a workflow and all that it calls, calling jobs included
 * @param calls of workflows by workflows, one below the other
 * @param standard what a token may do when nothing is written
 * @param backgroundSteps whether steps may run beside others, which GitHub is trying out
 */
record Rules(int depth, int characters, int jobs, int calls, Permissions standard, boolean backgroundSteps) {
    /**
     * GitHub's: ten levels of workflows, the top one and nine that are called; a token may do all, since what a
     * repository's settings forbid is not known here.
     *
     * @see <a
     *     href="https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#nesting-reusable-workflows">Nesting
     *     reusable workflows</a>
     */
    static final Rules STANDARD = new Rules(50, 1 << 20, 10_000, 9, Permissions.WRITE_ALL, false);
}
