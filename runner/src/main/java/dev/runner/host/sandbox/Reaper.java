package dev.runner.host.sandbox;

import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Probe;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A program of four hundred bytes that is the first process in a container and starts another, as {@code docker run --init}
 * has it. The kernel gives a first process no signal that it does not handle, and all orphans; most programs expect
 * neither. This one blocks all signals, starts the other in a process group of its own, in the terminal's foreground if
 * there is one, hands on every signal but those of background terminals, waits for orphans, and ends as the other ended:
 * with its exit code, or 128 and its signal's number.
 *
 * <p>Its words: the program's path and words. Its source, in C without a library, beside system calls: {@code
 * rt_sigprocmask(all); if (!clone(SIGCHLD)) { setpgid(0, 0); ioctl(0, TIOCSPGRP, getpid()); rt_sigprocmask(old); execve;
 * exit_group(126); } while (1) switch (s = rt_sigtimedwait(all)) { case SIGCHLD: while ((p = wait4(-1, &status, WNOHANG)) >
 * 0) if (p == child) exit_group(…); case SIGTTIN: case SIGTTOU: break; default: kill(child, s); }}
 */
final class Reaper {
    /** Where it is inside. */
    static final String PLACE = "/dev/.runner-init";

    private static final String AMD64 =
            "SInn6AAAAABBVzHSQboIAAAARTHAQVZFMfZBVUFUVb0OAAAAU0iJ+0yLL0yJ90iNRCTwTI1kJPhIiVQk+EiJRCTY"
                    + "TIniSIt0JNhIiehIx0Qk8P////8PBUUx0rg4AAAAvxEAAABMifZMifIPBUmJwUiFwA+FjQAAALhtAAAATInPTInO"
                    + "TInKDwW4JwAAAA8FvhBUAACJRCTsSI1UJOy4EAAAAA8FQboIAAAASInoTInmTInKvwIAAAAPBUUx0kqNVOsQSI1z"
                    + "EEiLexC4OwAAAA8FuOcAAAC/fgAAAEyJzkyJyg8FQb+AAAAASI1cJOy9PQAAAEmDzP9BvQEAAABBvucAAADrOHnc"
                    + "RTHSRTHAuOcAAAC/fgAAAOvISTnBdEIxwEUx0kUxwEyJ54lEJOxIid5IiehMieoPBUiFwH/cMdJIi3wk2EG6CAAA"
                    + "AEUxwEyJ+EiJ1g8FSInGSIP4EXUr676LRCTsicIPtsSD4n90Bo2CgAAAADHSSGP4RTHSRTHATInwSInWDwXrlUiN"
                    + "QOtIg/gBdqpIhfZ+pUUx0kUxwLg+AAAATInPDwXrkw==";

    private static final String ARM64 =
            "4AMAkQEAAJT/gwDR5gMAqgcAQPnpQwCR6mMAkQAAgJLhAwmq4gMKqugQgNIDAYDSBACA0uB/AakAAIDSAQAA1Igb"
                    + "gNIgAoDSAQCA0gIAgNIDAIDSAQAA1OUDAKoACAC1SBOA0gEAANSIFYDSAACA0gEAANSoA4DSAYKK0uIzAJHgDwC5"
                    + "AACA0gEAANToEIDSQACA0uEDCqoCAIDSAwGA0gEAANThAwaq4ggAkagbgNIDAIDSwgwCiyAMQfgBAADUyAuA0sAP"
                    + "gNIBAIDSAgCA0gEAANTmMwCR4AMJqigRgNIBAIDSAgCA0gMBgNIEAIDSAQAA1OEDAKofRADxoQMAVOEDBqqIIIDS"
                    + "AACAkiIAgNIDAIDSBACA0v8PALkBAADUHwAA8a39/1S/AADrof7/VOEPQLnIC4DSIhgAckAAAhEhPEjTAgCA0gB8"
                    + "QJMgAICaAQCA0gEAANTq//8XHwAA8ar7/1TIC4DSwA+A0tn//xcAVADRPwAA8QDIQfrp+v9U4AMFqigQgNIDAIDS"
                    + "AQAA1NL//xc=";

    private Reaper() {}

    /** The program for this machine, on which {@link Starter} runs. */
    static byte[] program() {
        return System.getProperty("os.arch").equals("amd64")
                ? Probe.program(EmulatedArchitecture.AMD64, Base64.getDecoder().decode(AMD64))
                : Probe.program(EmulatedArchitecture.ARM64, Base64.getDecoder().decode(ARM64));
    }

    /** The words that start a process by it. */
    static List<String> argv(List<String> words) {
        List<String> argv = new ArrayList<>(List.of(PLACE));
        argv.addAll(words);
        return argv;
    }
}
