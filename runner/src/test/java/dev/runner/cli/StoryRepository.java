package dev.runner.cli;

import dev.runner.frontend.github.Repository;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository that is told of in lines: {@code branch NAME}, {@code tag NAME}, {@code default NAME}, {@code origin URL},
 * {@code message TEXT}, {@code changed PATH}. It has two commits.
 */
final class StoryRepository implements Repository {
    private static final String PARENT = "1111111111111111111111111111111111111111";
    private static final String HEAD = "2222222222222222222222222222222222222222";

    private @Nullable String branch = "main";
    private @Nullable String tag;
    private String standard = "main";
    private String origin = "https://github.com/octo-org/octo-repo.git";
    private String message = "A change";
    private final List<Change> changes = new ArrayList<>();

    StoryRepository(List<String> lines) {
        for (String line : lines) {
            String rest = line.substring(line.indexOf(' ') + 1);
            switch (line.split(" ", 2)[0]) {
                case "branch" -> branch = rest;
                case "tag" -> {
                    tag = rest;
                    branch = null;
                }
                case "default" -> standard = rest;
                case "origin" -> origin = rest;
                case "message" -> message = rest;
                case "changed" -> changes.add(new Change(rest, Change.Kind.MODIFIED));
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    @Override
    public String folder() {
        return "repository";
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public String head() {
        return HEAD;
    }

    @Override
    public @Nullable String branch() {
        return branch;
    }

    @Override
    public @Nullable String tag() {
        return tag;
    }

    @Override
    public String defaultBranch() {
        return standard;
    }

    @Override
    public @Nullable String resolve(String ref) {
        boolean base = ref.endsWith("/" + standard) && !standard.equals(branch);
        return base ? PARENT : HEAD;
    }

    @Override
    public @Nullable String before(String ref, String commit) {
        return PARENT;
    }

    @Override
    public @Nullable Revision revision(String commit) {
        Person person = new Person("Mona Lisa", "mona@example.com");
        OffsetDateTime time = OffsetDateTime.parse("2026-01-02T03:04:05Z");
        return switch (commit) {
            case HEAD -> new Revision(HEAD, "3".repeat(40), List.of(PARENT), message, person, person, time);
            case PARENT -> new Revision(PARENT, "4".repeat(40), List.of(), "The first", person, person, time);
            default -> null;
        };
    }

    @Override
    public List<Revision> revisions(@Nullable String from, String to) {
        Revision head = revision(HEAD);
        return head == null ? List.of() : List.of(head);
    }

    @Override
    public List<Change> changes(@Nullable String from, String to) {
        return changes;
    }

    @Override
    public @Nullable String mergeBase(String one, String other) {
        return PARENT;
    }

    @Override
    public Person user() {
        return new Person("Mona Lisa", "mona@example.com");
    }
}
