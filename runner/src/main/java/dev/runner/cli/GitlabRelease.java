package dev.runner.cli;

import dev.runner.cli.ReleaseServer.Answer;
import dev.runner.cli.ReleaseUpload.Item;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A release on GitLab: its files go to the project's generic packages, then the release is made with links to them.
 *
 * @param project the address of the project
 * @see <a href="https://docs.gitlab.com/user/packages/generic_packages/">Generic packages</a>
 * @see <a href="https://docs.gitlab.com/api/releases/">Releases</a>
 */
record GitlabRelease(ReleaseServer server, String project) implements ReleaseUpload.Place {
    private static final String PACKAGE = "runner";

    @Override
    public void put(String tag, List<Item> items, PrintStream out) throws IOException {
        String version = tag.startsWith("v") ? tag.substring(1) : tag;
        String address = project + "/packages/generic/" + PACKAGE + "/" + ReleaseServer.encoded(version);
        Map<String, String> there = there(version);
        for (Item item : items) {
            if (item.sha256().equals(there.get(item.name()))) {
                out.println("there already: " + item.name());
                continue;
            }
            Answer answer = server.persist(() -> server.upload("PUT", file(address, item), item.type(), item.file()));
            server.accepted("take " + item.name(), answer);
            out.println("uploaded " + item.name());
        }
        Answer release = server.get(project + "/releases/" + ReleaseServer.encoded(tag));
        // Without the right to see a release that there is not, the answer is 403.
        if (release.status() == 404 || release.status() == 403) {
            create(tag, address, items);
            out.println("published " + tag);
        } else {
            links(server.accepted("tell of the release " + tag, release).json(), tag, address, items);
        }
    }

    private static String file(String address, Item item) {
        return address + "/" + ReleaseServer.encoded(item.name());
    }

    /** The package's files of this version with their digests; the newest where there are several of one name. */
    private Map<String, String> there(String version) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        Answer packages = server.get(project + "/packages?package_type=generic&package_name=" + PACKAGE
                + "&package_version=" + ReleaseServer.encoded(version));
        for (JsonNode each : server.accepted("list packages", packages).json()) {
            if (each.path("name").asString("").equals(PACKAGE)
                    && each.path("version").asString("").equals(version)) {
                String files = project + "/packages/" + each.path("id").asLong() + "/package_files?per_page=100";
                for (JsonNode file : server.accepted("list a package's files", server.get(files))
                        .json()) {
                    digests.put(
                            file.path("file_name").asString(""),
                            file.path("file_sha256").asString(""));
                }
            }
        }
        return digests;
    }

    private void create(String tag, String address, List<Item> items) throws IOException {
        ObjectNode release =
                JsonNodeFactory.instance.objectNode().put("tag_name", tag).put("name", tag);
        ArrayNode links = release.putObject("assets").putArray("links");
        items.forEach(item -> links.add(link(address, item)));
        server.accepted("make the release " + tag, server.send("POST", project + "/releases", release));
    }

    /** Links that a release lacks. */
    private void links(JsonNode release, String tag, String address, List<Item> items) throws IOException {
        Map<String, JsonNode> there = new TreeMap<>();
        for (JsonNode each : release.path("assets").path("links")) {
            there.put(each.path("name").asString(""), each);
        }
        String links = project + "/releases/" + ReleaseServer.encoded(tag) + "/assets/links";
        for (Item item : items) {
            JsonNode old = there.get(item.name());
            if (old == null) {
                server.accepted("link " + item.name(), server.send("POST", links, link(address, item)));
            } else if (!old.path("url").asString("").equals(file(address, item))) {
                String one = links + "/" + old.path("id").asLong();
                server.accepted("link " + item.name(), server.send("PUT", one, link(address, item)));
            }
        }
    }

    private static ObjectNode link(String address, Item item) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", item.name())
                .put("url", file(address, item))
                .put(
                        "link_type",
                        item.type().startsWith("application/json")
                                        || item.type().startsWith("text")
                                ? "other"
                                : "package");
    }
}
