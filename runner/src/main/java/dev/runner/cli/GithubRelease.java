package dev.runner.cli;

import dev.runner.cli.ReleaseServer.Answer;
import dev.runner.cli.ReleaseUpload.Item;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A release on GitHub: a draft until all its files are there, which also suits repositories whose releases cannot be changed
 * once they are published.
 *
 * @param releases the address of the repository's releases
 * @see <a href="https://docs.github.com/en/rest/releases">Releases and their assets</a>
 */
record GithubRelease(ReleaseServer server, String releases) implements ReleaseUpload.Place {
    private static final int PAGE = 100;

    @Override
    public void put(String tag, List<Item> items, PrintStream out) throws IOException {
        JsonNode release = release(tag, out);
        String address = releases + "/" + release.path("id").asLong();
        String upload = release.path("upload_url").asString("").replaceAll("\\{.*", "");
        if (!release.path("id").isNumber() || upload.isEmpty()) {
            throw new IOException(
                    "GitHub's answer names no release: is " + releases + " the address of its interface?");
        }
        Map<String, JsonNode> there = assets(address);
        for (Item item : items) {
            JsonNode old = there.get(item.name());
            if (old != null && same(old, item)) {
                out.println("there already: " + item.name());
                continue;
            }
            if (old != null) {
                remove(old);
            }
            upload(address, upload, item);
            out.println("uploaded " + item.name());
        }
        if (release.path("draft").asBoolean(false)) {
            ObjectNode published = JsonNodeFactory.instance.objectNode().put("draft", false);
            server.accepted("publish the release " + tag, server.send("PATCH", address, published));
            out.println("published " + tag);
        }
    }

    /** The tag's release, or its draft, which is not found by its tag; else a new draft. */
    private JsonNode release(String tag, PrintStream out) throws IOException {
        Answer published = server.get(releases + "/tags/" + ReleaseServer.encoded(tag));
        if (published.status() != 404) {
            return server.accepted("tell of the release " + tag, published).json();
        }
        for (JsonNode each : server.accepted("list releases", server.get(releases + "?per_page=" + PAGE))
                .json()) {
            if (each.path("tag_name").asString("").equals(tag)) {
                return each;
            }
        }
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("tag_name", tag).put("name", tag).put("draft", true);
        wanted.put("prerelease", tag.contains("-")).put("generate_release_notes", true);
        JsonNode created = server.accepted("make the release " + tag, server.send("POST", releases, wanted))
                .json();
        out.println("drafted " + tag);
        return created;
    }

    private Map<String, JsonNode> assets(String address) throws IOException {
        Map<String, JsonNode> byName = new TreeMap<>();
        for (JsonNode each : server.accepted("list its files", server.get(address + "/assets?per_page=" + PAGE))
                .json()) {
            byName.put(each.path("name").asString(""), each);
        }
        return byName;
    }

    /** Whether a file came whole and is this one. Older servers tell no digest: then it is sent again. */
    private static boolean same(JsonNode asset, Item item) {
        return asset.path("state").asString("").equals("uploaded")
                && asset.path("digest").asString("").equals("sha256:" + item.sha256());
    }

    /** An upload that fails may leave an empty file behind, which must go before the next try. */
    private void upload(String address, String upload, Item item) throws IOException {
        String target = upload + "?name=" + ReleaseServer.encoded(item.name());
        boolean[] again = new boolean[1];
        Answer answer = server.persist(() -> {
            if (again[0]) {
                JsonNode broken = assets(address).get(item.name());
                if (broken != null) {
                    remove(broken);
                }
            }
            again[0] = true;
            return server.upload("POST", target, item.type(), item.file());
        });
        server.accepted("take " + item.name(), answer);
    }

    private void remove(JsonNode asset) throws IOException {
        Answer answer = server.delete(releases + "/assets/" + asset.path("id").asLong());
        if (answer.status() != 404) {
            server.accepted("remove the old " + asset.path("name").asString(""), answer);
        }
    }
}
