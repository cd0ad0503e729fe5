package dev.runner.host.sandbox;

/** A sandbox that more processes can join for as long as its first one lives. */
public interface HeldSandbox extends RunningSandbox {
    /** How to join it, also from other programs of this user. */
    Inside inside();
}
