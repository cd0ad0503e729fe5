package dev.runner.build.embedded;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.PortMapping;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.containers.ContainerShelf;
import dev.runner.host.network.ContainerNet;
import dev.runner.host.network.NetworkServices;
import dev.runner.host.network.PortProxy;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.HeldSpec.Attachment;
import dev.runner.host.sandbox.Inside;
import dev.runner.host.sandbox.NetworkMode;
import dev.runner.oci.ImageConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The networks that this process made, and how containers come on networks. */
final class ContainerNetworks implements AutoCloseable {
    private final ContainerShelf shelf;
    private final ProcessRunner processes;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    private record Made(ContainerNet net, NetworkServices services) {
        void end() throws IOException {
            services.close();
            net.remove();
        }
    }

    ContainerNetworks(ContainerShelf shelf, ProcessRunner processes) {
        this.shelf = shelf;
        this.processes = processes;
    }

    /** @param namespaces whether containers can have namespaces here */
    String create(String name, boolean namespaces) throws IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException("a network's name is letters, digits and _.-, not '" + name + "'");
        }
        String hindrance = ContainerNet.hindrance(namespaces);
        String note = "";
        Made network;
        Path folder = shelf.networks().resolve(name);
        try {
            network = make(folder, hindrance != null);
        } catch (FileAlreadyExistsException e) {
            throw new ContainerFailedException("network with name " + name + " already exists", e);
        } catch (IOException e) {
            // A kernel without bridges, or a jail that lets nobody make them.
            hindrance = String.valueOf(e.getMessage());
            network = make(folder, true);
        }
        made.put(name, network);
        if (hindrance != null) {
            note = "the containers share this machine's network, with their names in /etc/hosts: " + hindrance;
        }
        return note.isEmpty() ? network.services.note() : note;
    }

    private Made make(Path folder, boolean shared) throws IOException {
        ContainerNet net = ContainerNet.create(folder, shared, processes);
        try {
            return new Made(net, NetworkServices.start(net, processes));
        } catch (IOException | RuntimeException e) {
            net.remove();
            throw e;
        }
    }

    void remove(String name) throws IOException {
        Made own = made.remove(name);
        if (own != null) {
            own.end();
            return;
        }
        ContainerNet other = ContainerNet.open(shelf.networks().resolve(name));
        if (other == null) {
            throw new ContainerFailedException("network " + name + " not found", null);
        }
        other.remove();
    }

    /** A container's place in a network, to be closed when the container has ended. */
    final class Place implements AutoCloseable {
        private final ContainerSpec spec;
        private final String id;
        private final Attachment attachment;
        private final NetworkMode mode;
        private final @Nullable ContainerNet net;
        private final ContainerNet.@Nullable Member member;
        private final boolean ownNet;
        private final List<String> notes;
        private final List<PortProxy> proxies = new ArrayList<>();

        private Place(
                About about,
                Attachment attachment,
                NetworkMode mode,
                @Nullable ContainerNet net,
                ContainerNet.@Nullable Member member,
                List<String> notes) {
            this.spec = about.spec();
            this.id = about.id();
            this.attachment = attachment;
            this.mode = mode;
            this.net = net;
            this.member = member;
            this.ownNet = net != null && spec.networking().network() instanceof ContainerNetwork.Private;
            this.notes = notes;
        }

        Attachment attachment() {
            return attachment;
        }

        NetworkMode mode() {
            return mode;
        }

        String address() {
            return member == null ? "" : member.address();
        }

        List<String> notes() {
            return List.copyOf(notes);
        }

        /** Opens the ports of the machine, once the container is there; what they are. */
        List<PortMapping> publish(ImageConfig image) throws IOException {
            List<PortMapping> wanted = new ArrayList<>(spec.networking().ports());
            if (spec.networking().publishAll()) {
                for (String port : image.config().exposedPorts()) {
                    wanted.addAll(PortMapping.parse(port));
                }
            }
            List<PortMapping> ports = new ArrayList<>();
            for (PortMapping port : wanted) {
                ports.add(publish(port));
            }
            return ports;
        }

        private PortMapping publish(PortMapping port) throws IOException {
            if (net == null || member == null) {
                // On the machine's own network it listens itself.
                return new PortMapping(port.address(), port.containerPort(), port.containerPort(), port.protocol());
            }
            if (net.shared() && (port.hostPort() == 0 || port.hostPort() == port.containerPort())) {
                return new PortMapping(port.address(), port.containerPort(), port.containerPort(), port.protocol());
            }
            InetSocketAddress local = new InetSocketAddress(port.address(), port.hostPort());
            try {
                PortProxy proxy = PortProxy.start(
                        local,
                        net,
                        new InetSocketAddress(member.address(), port.containerPort()),
                        port.protocol() == PortMapping.Protocol.UDP);
                proxies.add(proxy);
                return new PortMapping(port.address(), proxy.port(), port.containerPort(), port.protocol());
            } catch (BindException e) {
                throw new ContainerFailedException(
                        "the port " + port.address() + ":" + port.hostPort() + " cannot be published: "
                                + e.getMessage(),
                        e);
            }
        }

        @Override
        public void close() throws IOException {
            proxies.forEach(PortProxy::close);
            if (ownNet) {
                Made own = made.remove(privateName(id));
                if (own != null) {
                    own.end();
                }
            } else if (net != null) {
                net.leave(id);
            }
        }
    }

    private static String privateName(String id) {
        return "private-" + id.substring(0, 12);
    }

    /**
     * Brings a container on its network, and writes its files of names.
     *
     * @param namespaces whether it has namespaces
     * @param others finds containers by name
     */
    Place place(About about, ContainerFolder folder, ImageConfig image, boolean namespaces, Others others)
            throws IOException {
        ContainerSpec.Networking wanted = about.spec().networking();
        writeFiles(about, folder, "127.0.0.1", true);
        List<String> notes = new ArrayList<>();
        switch (wanted.network()) {
            case ContainerNetwork.Host _ -> {
                return new Place(about, Attachment.NONE, NetworkMode.HOST, null, null, notes);
            }
            case ContainerNetwork.None _ -> {
                if (!namespaces) {
                    throw new ContainerFailedException(
                            "the network 'none' needs a network namespace, which cannot be made here", null);
                }
                return new Place(about, Attachment.NONE, NetworkMode.NONE, null, null, notes);
            }
            case ContainerNetwork.OfContainer other -> {
                Inside inside = others.find(other.container());
                Attachment joined = namespaces ? new Attachment(inside.network(), List.of()) : Attachment.NONE;
                return new Place(about, joined, NetworkMode.HOST, null, null, notes);
            }
            case ContainerNetwork.Private _ -> {
                String note = create(privateName(about.id()), namespaces);
                if (!note.isEmpty()) {
                    notes.add(note);
                }
                return joined(about, privateName(about.id()), folder, List.of(hostname(about)), image, notes);
            }
            case ContainerNetwork.Named named -> {
                return joined(about, named.name(), folder, names(about), image, notes);
            }
        }
    }

    private static List<String> names(About about) {
        ContainerSpec.Networking networking = about.spec().networking();
        String hostname = networking.hostname();
        return Stream.concat(
                        Stream.of(about.name(), about.id().substring(0, 12), hostname == null ? "" : hostname),
                        networking.aliases().stream())
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    private Place joined(
            About about,
            String network,
            ContainerFolder folder,
            List<String> names,
            ImageConfig image,
            List<String> notes)
            throws IOException {
        ContainerNet net = ContainerNet.open(shelf.networks().resolve(network));
        if (net == null) {
            throw new ContainerFailedException("network " + network + " not found", null);
        }
        List<String> ports = Stream.concat(
                        image.config().exposedPorts().stream(),
                        about.spec().networking().ports().stream()
                                .map(port -> port.containerPort() + "/"
                                        + port.protocol().word()))
                .distinct()
                .toList();
        Path hosts = writeFiles(about, folder, net.shared() ? "127.0.0.1" : ContainerNet.GATEWAY, false);
        if (!net.shared()) {
            write(folder, "resolv.conf", resolvers(about.spec().networking(), ContainerNet.GATEWAY));
        }
        try {
            ContainerNet.Member member = net.join(about.id(), hosts, names, ports);
            Attachment attachment = net.shared() ? Attachment.NONE : new Attachment(null, net.attaching(member));
            return new Place(about, attachment, net.shared() ? NetworkMode.HOST : NetworkMode.NONE, net, member, notes);
        } catch (ContainerNet.PortTakenException e) {
            throw new ContainerFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The machine's lines with what was wished for in place of the same kind.
     *
     * @param own our own name server, which knows the network's names; null for the machine's
     */
    private static String resolvers(ContainerSpec.Networking networking, @Nullable String own) throws IOException {
        ContainerSpec.Resolver wished = networking.resolver();
        Path file = Path.of("/etc/resolv.conf");
        List<String> lines = new ArrayList<>();
        List<String> servers = new ArrayList<>(wished.servers());
        if (own != null && (servers.isEmpty() || networking.network() instanceof ContainerNetwork.Named)) {
            servers.addFirst(
                    own); // The others are asked when it is silent: without it there are no names of containers.
        }
        servers.forEach(server -> lines.add("nameserver " + server));
        if (!wished.searched().isEmpty() && !wished.searched().equals(List.of("."))) {
            lines.add("search " + String.join(" ", wished.searched()));
        }
        if (!wished.options().isEmpty()) {
            lines.add("options " + String.join(" ", wished.options()));
        }
        for (String line : Files.isReadable(file) ? Files.readAllLines(file) : List.<String>of()) {
            boolean replaced = switch (line.split("[ \t]", 2)[0]) {
                case "nameserver" -> !servers.isEmpty();
                case "search", "domain" -> !wished.searched().isEmpty();
                case "options" -> !wished.options().isEmpty();
                default -> line.startsWith("#") || line.isBlank();
            };
            if (!replaced) {
                lines.add(line);
            }
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static String hostname(About about) {
        String given = about.spec().networking().hostname();
        return given == null ? about.id().substring(0, 12) : given;
    }

    /**
     * @param gateway this machine, as the container sees it
     * @param alone whether no network will tell of its own name
     */
    private static Path writeFiles(About about, ContainerFolder folder, String gateway, boolean alone)
            throws IOException {
        StringBuilder hosts = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        if (alone) {
            hosts.append("127.0.1.1\t").append(hostname(about)).append('\n');
        }
        about.spec()
                .networking()
                .extraHosts()
                .forEach((name, address) -> hosts.append(address.equals("host-gateway") ? gateway : address)
                        .append('\t')
                        .append(name)
                        .append('\n'));
        write(folder, "hostname", hostname(about) + "\n");
        write(folder, "resolv.conf", resolvers(about.spec().networking(), null));
        return write(folder, "hosts", hosts.toString());
    }

    private static Path write(ContainerFolder folder, String name, String text) throws IOException {
        Path file = folder.path().resolve(name);
        Files.writeString(file, text);
        PosixFiles.chmod(file, 0644);
        return file;
    }

    /** Finds containers that run. */
    @FunctionalInterface
    interface Others {
        /** @throws ContainerFailedException when there is none of that name, or it does not run */
        Inside find(String nameOrId) throws IOException;
    }

    @Override
    public void close() throws IOException {
        for (String name : List.copyOf(made.keySet())) {
            Made own = made.remove(name);
            if (own != null) {
                own.end();
            }
        }
    }
}
