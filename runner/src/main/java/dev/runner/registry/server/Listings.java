package dev.runner.registry.server;

import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lists in pages: tags, and the repositories themselves. */
final class Listings {
    private final Store store;

    Listings(Store store) {
        this.store = store;
    }

    void tags(Conversation talk, String repository) throws IOException {
        if (!store.exists(repository)) {
            throw Problem.nameUnknown(repository);
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("name", repository);
        page(talk, store.tags(repository), answer, "tags");
    }

    void catalog(Conversation talk) throws IOException {
        page(talk, store.repositories(), JsonNodeFactory.instance.objectNode(), "repositories");
    }

    private static void page(Conversation talk, List<String> all, ObjectNode answer, String member) throws IOException {
        if (!talk.method().equals("GET") && !talk.isHead()) {
            throw Problem.unsupported("a list can be read");
        }
        String last = talk.parameter("last");
        List<String> rest = last == null
                ? all
                : all.stream().filter(name -> name.compareTo(last) > 0).toList();
        int size = size(talk.parameter("n"), rest.size());
        List<String> page = rest.subList(0, size);
        if (size < rest.size() && size > 0) {
            talk.set(
                    "Link",
                    "<" + talk.path() + "?n=" + size + "&last=" + Conversation.encode(page.getLast())
                            + ">; rel=\"next\"");
        }
        ArrayNode names = answer.putArray(member);
        page.forEach(names::add);
        talk.answer(200, "application/json", JsonTree.write(answer));
    }

    private static int size(@Nullable String wanted, int most) {
        try {
            int size = wanted == null ? most : Integer.parseInt(wanted);
            if (size < 0) {
                throw new NumberFormatException("negative");
            }
            return Math.min(size, most);
        } catch (NumberFormatException e) {
            throw new Problem(400, "PAGINATION_NUMBER_INVALID", "'n' is a number, 0 or more");
        }
    }
}
