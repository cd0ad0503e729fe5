package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** A repository that is asked over a transport. */
final class RemoteSource implements Source {
    /** A status, not three digits of a port, a path or a key's fingerprint. */
    private static final Pattern STATUS_404 = Pattern.compile("(?<![\\w/.:-])404(?![\\w/.:-])");

    private static final Pattern STATUS_403 = Pattern.compile("(?<![\\w/.:-])403(?![\\w/.:-])");

    /** Seconds without a byte after which a server counts as gone. */
    private static final int SILENCE = 60;

    private static final RefSpec ALL_BRANCHES = new RefSpec("+refs/heads/*:refs/remotes/origin/*");

    private final Location.Remote location;
    private final GitCredentials credentials;
    private final CheckoutListener listener;
    private final SshAccess ssh;

    RemoteSource(Location.Remote location, GitCredentials credentials, CheckoutListener listener) {
        this.location = location;
        this.credentials = credentials;
        this.listener = listener;
        this.ssh = new SshAccess(credentials);
        if ("http".equals(location.uri().getScheme()) && credentials.password() != null && !loopback()) {
            throw new CheckoutException(
                    Reason.UNSAFE,
                    origin(),
                    "credentials are not sent over plain http: use https for " + origin(),
                    null);
        }
    }

    private boolean loopback() {
        String host = String.valueOf(location.uri().getHost()).toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.equals("[::1]");
    }

    @Override
    public String origin() {
        return location.shown();
    }

    @Override
    public Tip bring(Repository target, @Nullable String ref, CheckoutRequest.Scope scope) throws IOException {
        Map<String, Ref> advertised = advertised(target);
        if (advertised.isEmpty()) {
            throw new CheckoutException(
                    Reason.EMPTY, origin(), "the repository " + origin() + " has no commit yet", null);
        }
        Wanted wanted = wanted(advertised, ref);
        switch (wanted) {
            case Wanted.Named named -> fetch(target, specs(named, scope), scope.depth(), scope.tags());
            case Wanted.Exact exact -> fetchExact(target, exact.id(), names(advertised, exact.id()), scope);
            case Wanted.Abbreviated _ -> fetch(target, List.of(ALL_BRANCHES), 0, true);
        }
        return tip(target, wanted, advertised);
    }

    /** What a ref turned out to be. */
    private sealed interface Wanted {
        /** A ref of the server. */
        record Named(Ref ref) implements Wanted {}

        /** A commit by its full SHA. */
        record Exact(ObjectId id) implements Wanted {}

        /** A commit by the beginning of its SHA. */
        record Abbreviated(String digits) implements Wanted {}
    }

    private Wanted wanted(Map<String, Ref> advertised, @Nullable String ref) {
        if (ref == null) {
            return new Wanted.Named(head(advertised));
        }
        if (ObjectId.isId(ref)) {
            return new Wanted.Exact(ObjectId.fromString(ref));
        }
        for (String prefix : List.of("", Constants.R_HEADS, Constants.R_TAGS, Constants.R_REFS)) {
            Ref found = prefix.isEmpty() && !ref.startsWith(Constants.R_REFS) ? null : advertised.get(prefix + ref);
            if (found != null) {
                return new Wanted.Named(found);
            }
        }
        if (AbbreviatedObjectId.isId(ref) && ref.length() >= 4) {
            Set<ObjectId> ids = new LinkedHashSet<>();
            AbbreviatedObjectId wanted = AbbreviatedObjectId.fromString(ref);
            for (Ref each : advertised.values()) {
                ObjectId id = each.getPeeledObjectId() == null ? each.getObjectId() : each.getPeeledObjectId();
                if (id != null && wanted.prefixCompare(id) == 0) {
                    ids.add(id);
                }
            }
            return ids.size() == 1 ? new Wanted.Exact(ids.iterator().next()) : new Wanted.Abbreviated(ref);
        }
        throw noSuchRef(ref, null);
    }

    private static boolean names(Map<String, Ref> advertised, ObjectId id) {
        return advertised.values().stream()
                .anyMatch(ref -> id.equals(ref.getObjectId()) || id.equals(ref.getPeeledObjectId()));
    }

    private CheckoutException noSuchRef(String ref, @Nullable Throwable cause) {
        return new CheckoutException(
                Reason.NO_SUCH_REF, origin(), "no branch, tag or commit '" + ref + "' in " + origin(), cause);
    }

    private Ref head(Map<String, Ref> advertised) {
        Ref head = advertised.get(Constants.HEAD);
        if (head == null || head.getObjectId() == null) {
            throw new CheckoutException(
                    Reason.NO_SUCH_REF,
                    origin(),
                    "HEAD of " + origin() + " names a branch that has no commit: give a ref",
                    null);
        }
        if (head.isSymbolic()) {
            return head.getLeaf();
        }
        List<Ref> same = advertised.values().stream()
                .filter(ref -> ref.getName().startsWith(Constants.R_HEADS)
                        && head.getObjectId().equals(ref.getObjectId()))
                .toList();
        return same.size() == 1 ? same.getFirst() : head;
    }

    private static List<RefSpec> specs(Wanted.Named named, CheckoutRequest.Scope scope) {
        List<RefSpec> specs = new ArrayList<>();
        String name = named.ref().getName();
        String destination = destination(name);
        if (scope.depth() == 0) {
            specs.add(ALL_BRANCHES);
        }
        if (scope.depth() != 0 || !name.startsWith(Constants.R_HEADS)) {
            specs.add(new RefSpec("+" + name + ":" + destination));
        }
        return specs;
    }

    /** Where a ref of the server is kept. */
    private static String destination(String name) {
        if (name.startsWith(Constants.R_HEADS)) {
            return "refs/remotes/origin/" + name.substring(Constants.R_HEADS.length());
        }
        if (name.startsWith(Constants.R_TAGS) || !name.startsWith(Constants.R_REFS)) {
            return name.startsWith(Constants.R_TAGS) ? name : "refs/remotes/origin/" + name;
        }
        return "refs/remotes/" + name.substring(Constants.R_REFS.length());
    }

    /** Asks for the commit itself; a server that gives only what it advertises is asked for all of that. */
    private void fetchExact(Repository target, ObjectId id, boolean advertised, CheckoutRequest.Scope scope)
            throws IOException {
        // For a file URL, JGit serves itself, and prints the trace of a commit that is not there.
        if (scope.depth() != 0 && (advertised || !location.file())) {
            try {
                fetch(target, List.of(new RefSpec(id.name())), scope.depth(), scope.tags());
                return;
            } catch (CheckoutException e) {
                if (e.reason() == Reason.UNAUTHORIZED) {
                    throw e;
                }
                listener.note("the server does not give " + id.name() + " alone; fetching all branches");
            }
        }
        fetch(target, List.of(ALL_BRANCHES), 0, true);
        if (!target.getObjectDatabase().has(id) && !location.file()) {
            try {
                fetch(target, List.of(new RefSpec(id.name())), 0, true);
            } catch (CheckoutException e) {
                throw noSuchRef(id.name(), e);
            }
        }
    }

    private Tip tip(Repository target, Wanted wanted, Map<String, Ref> advertised) throws IOException {
        return switch (wanted) {
            case Wanted.Named(Ref ref) -> {
                Ref fetched = target.getRefDatabase().exactRef(destination(ref.getName()));
                ObjectId id = fetched == null ? ref.getObjectId() : fetched.getObjectId();
                String name = ref.getName();
                yield tip(
                        target,
                        Objects.requireNonNull(id),
                        name.startsWith(Constants.R_HEADS) ? name.substring(Constants.R_HEADS.length()) : null,
                        name.startsWith(Constants.R_TAGS) ? name.substring(Constants.R_TAGS.length()) : null,
                        advertised);
            }
            case Wanted.Exact(ObjectId id) -> tip(target, id, null, null, advertised);
            case Wanted.Abbreviated(String digits) -> {
                List<ObjectId> commits = new ArrayList<>();
                try (RevWalk walk = new RevWalk(target)) {
                    for (ObjectId id : walk.getObjectReader().resolve(AbbreviatedObjectId.fromString(digits))) {
                        if (walk.parseAny(id) instanceof RevCommit) {
                            commits.add(id.copy());
                        }
                    }
                }
                yield LocalSource.one(
                        commits, digits, origin(), id -> tip(target, id, null, null, advertised), this::noSuchRef);
            }
        };
    }

    private Tip tip(
            Repository target,
            ObjectId named,
            @Nullable String branch,
            @Nullable String tag,
            Map<String, Ref> advertised)
            throws IOException {
        try (RevWalk walk = new RevWalk(target)) {
            RevCommit commit = walk.parseCommit(named);
            List<String> tags = advertised.values().stream()
                    .filter(ref -> ref.getName().startsWith(Constants.R_TAGS))
                    .filter(ref -> commit.equals(ref.getObjectId()) || commit.equals(ref.getPeeledObjectId()))
                    .map(ref -> ref.getName().substring(Constants.R_TAGS.length()))
                    .toList();
            return new Tip(commit.copy(), branch, tag != null ? tag : Tip.highest(tags));
        } catch (MissingObjectException e) {
            throw noSuchRef(named.name(), e);
        }
    }

    private Map<String, Ref> advertised(Repository target) {
        try (Transport transport = open(target);
                FetchConnection connection = transport.openFetch()) {
            return connection.getRefsMap();
        } catch (org.eclipse.jgit.errors.NotSupportedException | TransportException e) {
            throw failure(e);
        }
    }

    private void fetch(Repository target, List<RefSpec> specs, int depth, boolean tags) {
        try (Transport transport = open(target)) {
            transport.setTagOpt(tags || depth == 0 ? TagOpt.FETCH_TAGS : TagOpt.NO_TAGS);
            if (depth > 0) {
                transport.setDepth(depth);
            }
            transport.fetch(new FetchProgress(listener), specs);
        } catch (org.eclipse.jgit.errors.NotSupportedException | TransportException e) {
            throw failure(e);
        }
    }

    private Transport open(Repository target) throws org.eclipse.jgit.errors.NotSupportedException, TransportException {
        Transport transport = Transport.open(target, location.uri());
        transport.setCredentialsProvider(new HostCredentials(location, credentials));
        transport.setTimeout(SILENCE);
        transport.setCheckFetchedObjects(false);
        if (transport instanceof SshTransport secure) {
            secure.setSshSessionFactory(ssh.sessions());
        }
        return transport;
    }

    /** What a transport's fault means; the exceptions have no more than their texts to tell by. */
    private CheckoutException failure(Exception fault) {
        StringBuilder all = new StringBuilder();
        for (Throwable each = fault; each != null; each = each.getCause()) {
            all.append(each.getMessage()).append('\n');
        }
        String text = all.toString().toLowerCase(Locale.ROOT);
        Reason reason = Reason.NETWORK;
        if (text.contains("cannot log in")) {
            reason = Reason.UNAUTHORIZED;
        } else if (fault instanceof NoRemoteRepositoryException
                || STATUS_404.matcher(text).find()
                || text.contains("not found")) {
            reason = Reason.NOT_FOUND;
        } else if (text.contains("host key") || text.contains("server key") || text.contains("key verif")) {
            reason = Reason.UNKNOWN_HOST_KEY;
        } else if (text.contains("not authorized")
                || text.contains("authentication is required")
                || text.contains("auth")
                || STATUS_403.matcher(text).find()) {
            reason = Reason.UNAUTHORIZED;
        } else if (fault instanceof org.eclipse.jgit.errors.NotSupportedException) {
            reason = Reason.UNSUPPORTED;
        }
        String message = Location.redacted(String.valueOf(fault.getMessage()));
        return new CheckoutException(reason, origin(), "cannot fetch from " + origin() + ": " + message, fault);
    }

    @Override
    public void close() {
        ssh.close();
    }
}
