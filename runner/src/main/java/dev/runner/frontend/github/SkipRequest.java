package dev.runner.frontend.github;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a commit's message can ask for: that workflows do not run for its push or its pull request. */
final class SkipRequest {
    private static final List<String> WORDS =
            List.of("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]");
    private static final Pattern TRAILER =
            Pattern.compile("\\R\\R(?:.+\\R)*skip-checks:\\s*true\\s*$", Pattern.CASE_INSENSITIVE);

    private SkipRequest() {}

    static @Nullable String refusal(Event event, Repository repository) {
        if (!event.name().equals("push") && !event.name().equals("pull_request")) {
            return null;
        }
        String given = EventMaker.text(PayloadParts.object(event.payload().get("head_commit")), "message");
        Repository.Revision revision = repository.revision(event.sha());
        String message = given.isEmpty() && revision != null ? revision.message() : given;
        for (String word : WORDS) {
            if (message.toLowerCase(Locale.ROOT).contains(word)) {
                return "the commit's message says " + word;
            }
        }
        return TRAILER.matcher(message).find() ? "the commit's message says skip-checks: true" : null;
    }
}
