package dev.runner.host.sandbox;

import java.util.regex.Pattern;

/** Why a sandbox does not take a process: what it could not keep it refuses, and says which one could. */
final class Refusals {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Refusals() {}

    static SandboxException of(String sandbox, String what) {
        return new SandboxException(
                SandboxException.Reason.UNSUPPORTED,
                "the sandbox '" + sandbox + "' cannot keep " + what
                        + ": that needs crun or runc, and root or user namespaces (`runner doctor` says more)",
                null);
    }

    /** Variables that would direct the machine's programs which start the process, or that no shell can pass on. */
    static void checkVariables(String sandbox, SandboxSpec spec) throws SandboxException {
        checkVariables(sandbox, spec.process());
    }

    static void checkVariables(String sandbox, SandboxProcess process) throws SandboxException {
        for (String name : process.environment().keySet()) {
            if (name.startsWith("LD_")
                    || name.startsWith("PROOT_")
                    || name.equals("GCONV_PATH")
                    || name.equals("GLIBC_TUNABLES")) {
                throw of(sandbox, "the variable " + name);
            }
            if (!VARIABLE.matcher(name).matches()) {
                throw of(sandbox, "a variable named '" + name + "'");
            }
        }
    }

    /** A user who does not exist here, as in the namespace of somebody without subordinate ids. */
    static void checkUser(SandboxSpec spec) throws SandboxException {
        SandboxProcess.User user = spec.process().user();
        if (!Kernel.hasUser(user.uid()) || !Kernel.hasGroup(user.gid())) {
            throw new SandboxException(
                    SandboxException.Reason.UNSUPPORTED,
                    "the step runs as " + Integer.toUnsignedString(user.uid()) + ":"
                            + Integer.toUnsignedString(user.gid()) + ", whom this user namespace does not have:"
                            + " install uidmap and give yourself subordinate ids, or install proot"
                            + " (`runner doctor` says more)",
                    null);
        }
    }

    /** What needs mounts or namespaces. */
    static void checkPlain(String sandbox, SandboxSpec spec) throws SandboxException {
        checkVariables(sandbox, spec);
        if (spec.limits().shmBytes() != null) {
            throw of(sandbox, "the size of /dev/shm, as nothing can be mounted");
        }
        if (spec.network().mode() == NetworkMode.NONE) {
            throw of(sandbox, "the network 'none', as there is no namespace for it");
        }
    }
}
