package dev.runner.cli.docker;

/**
 * One flag of a command.
 *
 * @param letter its short form; 0 for none
 * @param type what the help shows for its value; empty for a switch
 */
record Flag(String name, char letter, String type, String says) {
    boolean isSwitch() {
        return type.isEmpty();
    }

    /** {@code -t, --tag list}, as the help lists it. */
    String head() {
        return (letter == 0 ? "      --" : "  -" + letter + ", --") + name + (type.isEmpty() ? "" : " " + type);
    }
}
