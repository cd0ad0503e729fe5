/**
 * Networks between containers, made of what every Linux has: a network namespace with a bridge for each network, held by a
 * process that ends with us, so that nothing of the machine's own network is changed and nothing can be left in it.
 *
 * <p>Doors: {@link dev.runner.host.network.ContainerNet} (a network by its folder: who is on it, how to come on it),
 * {@link dev.runner.host.network.NetworkServices} (names and the way out, while this program lives) and
 * {@link dev.runner.host.network.PortProxy} (a port of the machine that leads to one of a container). In: names and ports.
 * Out: commands that attach a container, addresses, sockets. Where no namespace can be made a network is
 * {@linkplain dev.runner.host.network.ContainerNet#shared() shared}: its containers are on the machine's own.
 *
 * <p>Bytes between the networks go through this program, whose threads can make sockets in any namespace: no rule of a
 * firewall, no route and no helper is needed. So the way out is for TCP, to the ports of
 * {@link dev.runner.host.network.NetworkServices#WAYS_OUT}, unless slirp4netns is installed, which carries all.
 */
@NullMarked
package dev.runner.host.network;

import org.jspecify.annotations.NullMarked;
