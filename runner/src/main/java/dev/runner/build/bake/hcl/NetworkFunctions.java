package dev.runner.build.bake.hcl;

import static dev.runner.build.bake.hcl.HclArguments.MANY;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Functions on blocks of addresses, as {@code 10.0.0.0/8} (RFC 4632, RFC 4291). */
final class NetworkFunctions {
    private NetworkFunctions() {}

    static void add(Table table) {
        table.add(
                "cidrhost",
                2,
                a -> HclValue.of(host(Block.parse(a.text(0)), a.number(1).toBigInteger())));
        table.add("cidrnetmask", 1, a -> HclValue.of(mask(Block.parse(a.text(0)))));
        table.add(
                "cidrsubnet",
                3,
                a -> HclValue.of(Block.parse(a.text(0))
                        .subnet(a.integer(1), a.number(2).toBigInteger())
                        .toString()));
        table.add("cidrsubnets", 1, MANY, NetworkFunctions::subnets);
    }

    /** An address and how many of its bits are the network's. */
    private record Block(BigInteger address, int prefix, int bits) {
        static Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                String name = slash < 0 ? "" : text.substring(0, slash);
                if (!name.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
                    throw new HclFault("\"" + text + "\" is no block of addresses as 10.0.0.0/8");
                }
                byte[] bytes = InetAddress.getByName(name).getAddress();
                int prefix = Integer.parseInt(text.substring(slash + 1));
                int bits = bytes.length * 8;
                if (prefix < 0 || prefix > bits) {
                    throw new HclFault("\"" + text + "\" has a prefix that is not between 0 and " + bits);
                }
                BigInteger address = new BigInteger(1, bytes);
                return new Block(address.shiftRight(bits - prefix).shiftLeft(bits - prefix), prefix, bits);
            } catch (UnknownHostException | NumberFormatException e) {
                throw new HclFault("\"" + text + "\" is no block of addresses as 10.0.0.0/8");
            }
        }

        Block subnet(int newBits, BigInteger number) {
            int longer = prefix + newBits;
            if (longer > bits) {
                throw new HclFault("there are not " + newBits + " bits left after a prefix of " + prefix);
            }
            if (number.signum() < 0 || number.bitLength() > newBits) {
                throw new HclFault("subnet " + number + " does not fit into " + newBits + " bits");
            }
            return new Block(address.or(number.shiftLeft(bits - longer)), longer, bits);
        }

        @Override
        public String toString() {
            return text(address, bits) + "/" + prefix;
        }
    }

    private static String text(BigInteger address, int bits) {
        byte[] bytes = new byte[bits / 8];
        byte[] number = address.toByteArray();
        int length = Math.min(number.length, bytes.length);
        System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return bits == 32 ? text : compressed(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The longest run of zero groups, at least two, becomes {@code ::} (RFC 5952, section 4.2). */
    private static String compressed(String text) {
        String[] groups = text.split(":");
        int best = -1;
        int longest = 1;
        for (int from = 0; from < groups.length; from++) {
            int to = from;
            while (to < groups.length && groups[to].equals("0")) {
                to++;
            }
            if (to - from > longest) {
                best = from;
                longest = to - from;
            }
        }
        if (best < 0) {
            return text;
        }
        List<String> all = List.of(groups);
        return String.join(":", all.subList(0, best)) + "::"
                + String.join(":", all.subList(best + longest, all.size()));
    }

    private static String host(Block block, BigInteger number) {
        int free = block.bits() - block.prefix();
        BigInteger size = BigInteger.ONE.shiftLeft(free);
        BigInteger place = number.signum() < 0 ? size.add(number) : number;
        if (place.signum() < 0 || place.compareTo(size) >= 0) {
            throw new HclFault("the block has no host " + number);
        }
        return text(block.address().or(place), block.bits());
    }

    private static String mask(Block block) {
        if (block.bits() != 32) {
            throw new HclFault("only IPv4 has masks");
        }
        BigInteger ones = BigInteger.ONE.shiftLeft(block.prefix()).subtract(BigInteger.ONE);
        return text(ones.shiftLeft(block.bits() - block.prefix()), block.bits());
    }

    /** One after the other, each beginning where it may. */
    private static HclValue subnets(HclArguments a) {
        Block block = Block.parse(a.text(0));
        List<HclValue> found = new ArrayList<>();
        BigInteger next = block.address();
        BigInteger end = block.address().add(BigInteger.ONE.shiftLeft(block.bits() - block.prefix()));
        for (int i = 1; i < a.values().size(); i++) {
            int prefix = block.prefix() + a.integer(i);
            if (a.integer(i) < 1 || prefix > block.bits()) {
                throw new HclFault("argument " + (i + 1) + " does not fit the prefix " + block.prefix());
            }
            BigInteger size = BigInteger.ONE.shiftLeft(block.bits() - prefix);
            BigInteger from =
                    next.add(size).subtract(BigInteger.ONE).divide(size).multiply(size);
            if (from.add(size).compareTo(end) > 0) {
                throw new HclFault("there is no room left for argument " + (i + 1));
            }
            found.add(HclValue.of(new Block(from, prefix, block.bits()).toString()));
            next = from.add(size);
        }
        return new HclValue.Lst(found);
    }
}
