package dev.runner.host.network;

import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import dev.runner.host.sandbox.Inside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network of containers, kept in a folder so that every process of the user can bring containers onto it:
 *
 * <pre>
 * router       the process that holds its namespace, and when that began; empty for a shared network
 * members/ID   address, file of hosts, names, ports: a line each
 * lock         held while members change
 * </pre>
 */
public final class ContainerNet {
    /** Where the machine is, as its containers see it. */
    public static final String GATEWAY = "10.213.0.1";

    private static final String PREFIX = "10.213.";
    private static final String MARK = "# containers of this network";
    private static final int MOST = 250 * 250;

    private final Path folder;
    private final long router;

    private ContainerNet(Path folder, long router) {
        this.folder = folder;
        this.router = router;
    }

    /**
     * A container on a network.
     *
     * @param address in it; 127.0.0.1 when it is shared
     * @param hosts its {@code /etc/hosts}, which is written to when others come and go
     * @param names by which others reach it
     * @param ports on which it listens, as {@code 80/tcp}; counts only where the network is shared
     */
    public record Member(String id, String address, Path hosts, List<String> names, List<String> ports) {
        public Member {
            names = List.copyOf(names);
            ports = List.copyOf(ports);
        }
    }

    /** Two containers of a shared network want one port. Its message says what helps. */
    public static final class PortTakenException extends IOException {
        private static final long serialVersionUID = 1L;

        PortTakenException(String message) {
            super(message);
        }
    }

    /** Why no network of its own can be made on this machine; null when one can. */
    public static @Nullable String hindrance(boolean namespaces) {
        if (!namespaces) {
            return "no network namespace can be made here";
        }
        if (Executables.find("ip") == null) {
            return "the program ip (package iproute2) is not installed";
        }
        return null;
    }

    /**
     * Makes a network, whose router is owned by {@code processes}.
     *
     * @param shared whether its containers are on the machine's own network
     * @throws FileAlreadyExistsException when there is one of that name
     */
    public static ContainerNet create(Path folder, boolean shared, ProcessRunner processes) throws IOException {
        Files.createDirectories(Objects.requireNonNull(folder.getParent()));
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (open(folder) != null) {
                throw e;
            }
            PosixFiles.deleteTree(folder);
            Files.createDirectory(folder);
        }
        Files.createDirectory(folder.resolve("members"));
        long self = ProcessHandle.current().pid();
        try {
            long router = shared ? 0 : startRouter(processes);
            long holder = shared ? self : router;
            Files.writeString(folder.resolve("router"), router + " " + holder + " " + Inside.startOf(holder) + "\n");
            return new ContainerNet(folder, router);
        } catch (IOException | RuntimeException e) {
            PosixFiles.deleteTree(folder);
            throw e;
        }
    }

    /** The network of a folder; null when there is none, or its router has ended. */
    public static @Nullable ContainerNet open(Path folder) throws IOException {
        try {
            String[] words = Files.readString(folder.resolve("router")).strip().split(" ");
            boolean alive = words.length == 3 && Inside.startOf(Long.parseLong(words[1])) == Long.parseLong(words[2]);
            return alive ? new ContainerNet(folder, Long.parseLong(words[0])) : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The router answers on every address: so {@link NetworkServices} takes what is meant for elsewhere. */
    private static long startRouter(ProcessRunner processes) throws IOException {
        String ip = program("ip");
        String script = String.join(
                "\n",
                "set -e",
                ip + " link set lo up",
                ip + " link add br0 type bridge",
                ip + " address add " + GATEWAY + "/16 dev br0",
                ip + " link set br0 up",
                // Some kernels have only one table of routes: then there is no way out.
                // What is meant for neighbours is none of the router's business, or it would answer in their place.
                ip + " rule add iif br0 to " + PREFIX + "0.0/16 lookup main pref 100 && " + ip
                        + " rule add iif br0 lookup 213 pref 200 && " + ip
                        + " route add local default dev lo table 213 || :",
                "echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter || :",
                "echo ready",
                "exec sleep 2147483647");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        RunningProcess process = processes.start(
                Command.of(program("unshare"), "--net", "--", program("sh"), "-c", script),
                OutputSink.to(said),
                OutputSink.to(said));
        try {
            while (!said.toString(StandardCharsets.UTF_8).endsWith("ready\n")) {
                if (process.await(Duration.ofMillis(1))) {
                    throw new IOException("no network can be made: "
                            + said.toString(StandardCharsets.UTF_8).strip());
                }
            }
            return process.pid();
        } catch (InterruptedException e) {
            process.terminate(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while a network was made");
        }
    }

    private static String program(String name) throws IOException {
        Path path = Executables.find(name);
        if (path == null) {
            throw new IOException("the program " + name + " is not on this machine");
        }
        return path.toString();
    }

    /** Whether its containers are on the machine's own network. */
    public boolean shared() {
        return router == 0;
    }

    /** The namespace of a network that is not shared. */
    Path namespace() {
        return Path.of("/proc", Long.toString(router), "ns/net");
    }

    /** The process that holds it. */
    long router() {
        return router;
    }

    /**
     * Gives a container an address and tells the others of its names.
     *
     * @throws PortTakenException on a shared network
     */
    public Member join(String id, Path hosts, List<String> names, List<String> ports) throws IOException {
        return locked(() -> {
            List<Member> members = members();
            if (shared()) {
                requireFree(members, names, ports);
            }
            Set<String> taken = new HashSet<>(List.of(GATEWAY));
            members.forEach(member -> taken.add(member.address()));
            Member member = new Member(id, shared() ? "127.0.0.1" : free(taken), hosts, names, ports);
            Files.writeString(
                    folder.resolve("members").resolve(id),
                    String.join(
                            "\n",
                            member.address(),
                            hosts.toString(),
                            String.join(" ", names),
                            String.join(" ", ports),
                            ""));
            tell();
            return member;
        });
    }

    private static void requireFree(List<Member> members, List<String> names, List<String> ports)
            throws PortTakenException {
        for (Member other : members) {
            for (String port : ports) {
                if (other.ports().contains(port)) {
                    throw new PortTakenException("the containers " + first(other.names()) + " and " + first(names)
                            + " both listen on port " + port + ", and this machine gives containers no networks of"
                            + " their own: start one of them on another port, or run where network namespaces can be"
                            + " made (as root, or with user namespaces, and with iproute2)");
                }
            }
        }
    }

    private static String first(List<String> names) {
        return names.isEmpty() ? "?" : names.getFirst();
    }

    private static String free(Set<String> taken) throws IOException {
        for (int i = 0; i < MOST; i++) {
            String address = PREFIX + i / 250 + "." + (2 + i % 250);
            if (!taken.contains(address)) {
                return address;
            }
        }
        throw new IOException("the network is full");
    }

    /** Takes a container off the network. */
    public void leave(String id) throws IOException {
        locked(() -> {
            Files.deleteIfExists(folder.resolve("members").resolve(id));
            tell();
            return id;
        });
    }

    /** Those on it now. */
    public List<Member> members() throws IOException {
        List<Member> members = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("members"))) {
            for (Path file : files) {
                try {
                    List<String> lines = Files.readAllLines(file);
                    if (lines.size() >= 4) {
                        members.add(new Member(
                                file.getFileName().toString(),
                                lines.get(0),
                                Path.of(lines.get(1)),
                                words(lines.get(2)),
                                words(lines.get(3))));
                    }
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return members;
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.split(" "));
    }

    /** The address of a name; null when nobody here is called so. */
    @Nullable
    String lookup(String name) throws IOException {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Member member : members()) {
            if (member.names().stream()
                    .anyMatch(one -> one.toLowerCase(Locale.ROOT).equals(wanted))) {
                return member.address();
            }
        }
        return null;
    }

    /** Writes everybody's names into everybody's file. In place, as the files are mounted. */
    private void tell() throws IOException {
        List<Member> members = members();
        StringBuilder names = new StringBuilder(MARK + "\n");
        for (Member member : members) {
            if (!member.names().isEmpty()) {
                names.append(member.address())
                        .append('\t')
                        .append(String.join(" ", member.names()))
                        .append('\n');
            }
        }
        for (Member member : members) {
            try {
                String text = Files.readString(member.hosts());
                int mark = text.indexOf(MARK);
                String own = mark < 0 ? text : text.substring(0, mark);
                Files.writeString(
                        member.hosts(), own + names, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                continue; // It is being removed.
            }
        }
    }

    /** Commands that connect a container to the bridge, to be run by root in its new network namespace. */
    public List<List<String>> attaching(Member member) throws IOException {
        String ip = program("ip");
        String other = "v" + member.address().replace(PREFIX, "").replace(".", "x");
        return List.of(
                List.of(
                        ip,
                        "link",
                        "add",
                        "eth0",
                        "type",
                        "veth",
                        "peer",
                        "name",
                        other,
                        "netns",
                        namespace().toString()),
                List.of(ip, "address", "add", member.address() + "/16", "dev", "eth0"),
                List.of(ip, "link", "set", "eth0", "up"),
                List.of(
                        program("nsenter"),
                        "--net=" + namespace(),
                        "--",
                        ip,
                        "link",
                        "set",
                        other,
                        "master",
                        "br0",
                        "up"),
                List.of(ip, "route", "add", "default", "via", GATEWAY));
    }

    /** Ends it; those on it are on none any more. */
    public void remove() throws IOException {
        if (router != 0) {
            ProcessHandle.of(router).ifPresent(ProcessHandle::destroyForcibly);
        }
        PosixFiles.deleteTree(folder);
    }

    /** Does something. */
    private interface Change<T> {
        T make() throws IOException;
    }

    private <T> T locked(Change<T> change) throws IOException {
        // The lock is between processes; threads of one share it.
        synchronized (ContainerNet.class) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    java.nio.channels.FileLock lock = channel.lock()) {
                Objects.requireNonNull(lock);
                return change.make();
            }
        }
    }
}
