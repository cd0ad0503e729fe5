package dev.runner.build.embedded.buildkit;

/** A mount of a RUN. What it shows of its input is no part of it: that is told apart by the key of the input. */
public sealed interface ExecMount {
    /** Absolute. */
    String target();

    /** As the digest has it. */
    GoJson json();

    /** @param input which of the operation's; -1 for none */
    private static GoJson json(int input, String target, boolean readOnly, int type) {
        return new GoJson()
                .number("input", input)
                .text("dest", target)
                .number("output", -1)
                .flag("readonly", readOnly)
                .number("mountType", type);
    }

    /** Files of an input. */
    record Bind(String target, int input, boolean readOnly) implements ExecMount {
        @Override
        public GoJson json() {
            return ExecMount.json(input, target, readOnly, 0);
        }
    }

    /**
     * A folder that outlives the build.
     *
     * @param input what it begins with; -1 for nothing
     * @param sharing shared, private, locked: 0, 1, 2
     */
    record Cache(String target, int input, boolean readOnly, String id, int sharing) implements ExecMount {
        @Override
        public GoJson json() {
            // A name is a part of the digest only where it is that of the place, as it is by default.
            boolean usual = sharing == 0 && (id.equals(target) || target.equals("/" + id));
            return ExecMount.json(input, target, readOnly, 3)
                    .struct("cacheOpt", usual ? new GoJson().text("ID", "/" + id) : new GoJson());
        }
    }

    /** @param size in bytes; 0 for no limit */
    record Tmpfs(String target, boolean readOnly, long size) implements ExecMount {
        @Override
        public GoJson json() {
            return ExecMount.json(-1, target, readOnly, 4).struct("TmpfsOpt", new GoJson().number("size", size));
        }
    }
}
