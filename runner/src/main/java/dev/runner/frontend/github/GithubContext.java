package dev.runner.frontend.github;

import dev.runner.expression.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The context {@code github} of a run, as far as it is the same for all jobs; {@code job}, {@code workspace},
 * {@code event_path} and what is of a single step come later.
 */
final class GithubContext {
    private GithubContext() {}

    static Value.Obj of(Event event, RunFacts facts, Repository repository, String workflow) {
        String fullName = PayloadParts.fullName(repository);
        Value.Obj about = PayloadParts.object(event.payload().get("repository"));
        if (about.get("full_name") instanceof Value.Str(String name) && name.contains("/")) {
            fullName = name;
        }
        String owner = fullName.substring(0, fullName.indexOf('/'));
        String actor = actor(event, repository);
        boolean hosted = facts.server().equals(RunFacts.GITHUB);
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("token", facts.token());
        entries.put("job", "");
        entries.put("ref", event.ref());
        entries.put("sha", event.sha());
        entries.put("repository", fullName);
        entries.put("repository_owner", owner);
        entries.put("repository_owner_id", text(PayloadParts.id(owner)));
        entries.put("repositoryUrl", facts.server().replaceFirst("^[a-z]+:", "git:") + "/" + fullName + ".git");
        entries.put("run_id", String.valueOf(facts.id()));
        entries.put("run_number", String.valueOf(facts.number()));
        entries.put("retention_days", "90");
        entries.put("run_attempt", String.valueOf(facts.attempt()));
        entries.put("artifact_cache_size_limit", "10");
        entries.put("repository_visibility", "public");
        entries.put("repository_id", text(PayloadParts.id(fullName)));
        entries.put("actor_id", text(PayloadParts.id(actor)));
        entries.put("actor", actor);
        entries.put("triggering_actor", actor);
        entries.put("workflow", workflow);
        entries.put("head_ref", event.branches().head());
        entries.put("base_ref", event.branches().base());
        entries.put("event_name", event.name());
        entries.put("event", event.payload());
        entries.put("server_url", facts.server());
        entries.put("api_url", hosted ? "https://api.github.com" : facts.server() + "/api/v3");
        entries.put("graphql_url", hosted ? "https://api.github.com/graphql" : facts.server() + "/api/graphql");
        entries.put("ref_name", event.refName());
        entries.put("ref_protected", false);
        entries.put("ref_type", event.isTag() ? "tag" : "branch");
        entries.put("secret_source", "Actions");
        entries.put("workflow_ref", fullName + "/" + facts.path() + "@" + event.ref());
        entries.put("workflow_sha", event.sha());
        return (Value.Obj) Value.of(entries);
    }

    private static String text(double id) {
        return Value.of(id).text();
    }

    private static String actor(Event event, Repository repository) {
        String login = EventMaker.text(PayloadParts.object(event.payload().get("sender")), "login");
        return login.isEmpty() ? repository.user().login() : login;
    }
}
