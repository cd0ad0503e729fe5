package dev.runner.cli;

import dev.runner.build.BuildEvent;
import dev.runner.build.Miss;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code --progress=rawjson}: one event a line, {@code {"event": "vertex-started", …}}. */
final class BuildEventJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private BuildEventJson() {}

    static String line(BuildEvent event) {
        ObjectNode node = MAPPER.createObjectNode();
        switch (event) {
            case BuildEvent.VertexStarted started ->
                node.put("event", "vertex-started").put("id", started.id()).put("name", started.name());
            case BuildEvent.VertexOutput output ->
                node.put("event", "vertex-output")
                        .put("id", output.id())
                        .put("stream", output.stream() == BuildEvent.Stream.OUTPUT ? "stdout" : "stderr")
                        .put("line", output.line());
            case BuildEvent.VertexFinished finished -> {
                node.put("event", "vertex-finished")
                        .put("id", finished.id())
                        .put("cached", finished.cached())
                        .put("milliseconds", finished.duration().toMillis());
                missed(node, finished.miss());
            }
            case BuildEvent.VertexFailed failed ->
                node.put("event", "vertex-failed")
                        .put("id", failed.id())
                        .put("cancelled", failed.cancelled())
                        .put("message", failed.message());
            case BuildEvent.Transfer transfer ->
                node.put("event", "transfer")
                        .put("direction", transfer.direction() == BuildEvent.Direction.PULL ? "pull" : "push")
                        .put("what", transfer.what())
                        .put("done", transfer.done())
                        .put("total", transfer.total());
            case BuildEvent.Warning warning -> node.put("event", "warning").put("message", warning.message());
        }
        return MAPPER.writeValueAsString(node);
    }

    private static void missed(ObjectNode node, @Nullable Miss miss) {
        node.put("missed", miss == null ? null : miss.text());
        if (miss != null) {
            ObjectNode why =
                    node.putObject("why").put("kind", miss.kind().toString()).put("more", miss.more());
            ArrayNode changes = why.putArray("changes");
            miss.changes().forEach(changes::add);
        }
    }
}
