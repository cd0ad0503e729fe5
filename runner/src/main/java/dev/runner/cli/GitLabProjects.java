package dev.runner.cli;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.CheckoutException;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Other projects, each in a folder or a git repository that a person names. A version of one is checked out when it is
 * first asked for; closing removes what has been checked out.
 */
final class GitLabProjects implements GitLabFolder.Projects, AutoCloseable {
    private final Map<String, String> places;
    private final Path parent;
    private final Map<String, Path> found = new HashMap<>();
    private @Nullable RunFolder folder;

    /**
     * Looks nowhere yet.
     *
     * @param places folders and git URLs by the path of a project
     * @param parent where a folder for checkouts is made
     */
    GitLabProjects(Map<String, String> places, Path parent) {
        this.places = Map.copyOf(places);
        this.parent = parent;
    }

    /** A folder's own runs and those that others begin for it are of one project. */
    @Override
    public @Nullable String key(String project) {
        String place = places.get(project);
        return place == null || isRemote(place)
                ? place
                : Path.of(place).toAbsolutePath().normalize().toString();
    }

    @Override
    public synchronized Path repository(String url, @Nullable String ref) throws IOException {
        String full = url.matches("[a-z][a-z+]*://.*") ? url : "https://" + url;
        String project = full.replaceFirst("^[a-z+]+://[^/]+/", "").replaceFirst("(\\.git)?/*$", "");
        Path known = find(project, ref);
        if (known != null) {
            return known;
        }
        String key = full + "\n" + ref;
        Path made = found.get(key);
        if (made == null) {
            made = checkOut(full, ref);
            found.put(key, made);
        }
        return made;
    }

    private static boolean isRemote(String place) {
        return place.matches("[a-z][a-z+]*://.*|[^/]+@[^/:]+:.*");
    }

    @Override
    public synchronized @Nullable Path find(String project, @Nullable String ref) throws IOException {
        String place = places.get(project);
        if (place == null) {
            return null;
        }
        String version = ref == null || ref.equals("HEAD") ? null : ref;
        if (!isRemote(place)) {
            Path local = Path.of(place).toAbsolutePath().normalize();
            if (version == null || !Files.exists(local.resolve(".git"))) {
                return local;
            }
        }
        String key = place + "\n" + version;
        Path known = found.get(key);
        if (known == null) {
            known = checkOut(place, version);
            found.put(key, known);
        }
        return known;
    }

    private Path checkOut(String place, @Nullable String ref) throws IOException {
        if (folder == null) {
            folder = RunFolder.open(parent);
        }
        Path into = folder.path().resolve("project-" + found.size());
        try {
            new Checkout().run(CheckoutRequest.of(place, into).withRef(ref), CheckoutListener.SILENT);
            return into;
        } catch (CheckoutException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (folder != null) {
            folder.close();
        }
    }
}
