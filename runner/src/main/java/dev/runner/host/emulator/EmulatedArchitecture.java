package dev.runner.host.emulator;

/** An architecture that QEMU's user mode can stand in for, with what the kernel needs to recognise its programs. */
public enum EmulatedArchitecture {
    AMD64("amd64", "x86_64"),
    I386("386", "i386"),
    ARM64("arm64", "aarch64"),
    ARM("arm", "arm"),
    RISCV64("riscv64", "riscv64"),
    PPC64LE("ppc64le", "ppc64le"),
    S390X("s390x", "s390x"),
    MIPS64LE("mips64le", "mips64el"),
    MIPS64("mips64", "mips64"),
    LOONG64("loong64", "loongarch64");

    private final String platformName;
    private final String qemuName;

    EmulatedArchitecture(String platformName, String qemuName) {
        this.platformName = platformName;
        this.qemuName = qemuName;
    }

    /** As platforms write it: {@code arm64}. */
    public String platformName() {
        return platformName;
    }

    /** As QEMU's binaries are called: {@code aarch64} in {@code qemu-aarch64-static}. */
    public String qemuName() {
        return qemuName;
    }

    /** The name of the entry in binfmt_misc that this program and most packages use. */
    public String entryName() {
        return "qemu-" + qemuName;
    }
}
