package dev.runner.host.emulator;

import java.util.HexFormat;

/**
 * An architecture that QEMU's user mode can stand in for, with what the kernel needs to recognise its programs and the
 * machine code of a program that does nothing but {@code exit(42)}.
 *
 * <p>Numbers: ELF's {@code e_machine} and {@code e_flags} from the processors' ABI supplements, system call numbers
 * from the kernel's tables.
 */
public enum EmulatedArchitecture {
    // mov eax,60; mov edi,42; syscall
    AMD64("amd64", "x86_64", new Elf(64, false, 62, 0), "b83c000000 bf2a000000 0f05"),
    // mov eax,1; mov ebx,42; int 0x80
    I386("386", "i386", new Elf(32, false, 3, 0), "b801000000 bb2a000000 cd80"),
    // mov x8,93; mov x0,42; svc 0
    ARM64("arm64", "aarch64", new Elf(64, false, 183, 0), "a80b80d2 400580d2 010000d4"),
    // mov r7,1; mov r0,42; svc 0 (EABI 5)
    ARM("arm", "arm", new Elf(32, false, 40, 0x05000000), "0170a0e3 2a00a0e3 000000ef"),
    // li a7,93; li a0,42; ecall
    RISCV64("riscv64", "riscv64", new Elf(64, false, 243, 0), "9308d005 1305a002 73000000"),
    // li r0,1; li r3,42; sc (ELFv2)
    PPC64LE("ppc64le", "ppc64le", new Elf(64, false, 21, 2), "01000038 2a006038 02000044"),
    // lghi r2,42; svc 1
    S390X("s390x", "s390x", new Elf(64, true, 22, 0), "a729002a 0a01"),
    // li v0,5058; li a0,42; syscall (n64)
    MIPS64LE("mips64le", "mips64el", new Elf(64, false, 8, 0x60000000), "c2130224 2a000424 0c000000"),
    MIPS64("mips64", "mips64", new Elf(64, true, 8, 0x60000000), "240213c2 2404002a 0000000c"),
    // ori a7,zero,93; ori a0,zero,42; syscall 0 (LP64D)
    LOONG64("loong64", "loongarch64", new Elf(64, false, 258, 0x43), "0b748103 04a88003 00002b00");

    /** What an ELF header says of the processor. */
    record Elf(int bits, boolean bigEndian, int machine, int flags) {}

    private final String platformName;
    private final String qemuName;
    private final Elf elf;
    private final String exitCode;

    EmulatedArchitecture(String platformName, String qemuName, Elf elf, String exitCode) {
        this.platformName = platformName;
        this.qemuName = qemuName;
        this.elf = elf;
        this.exitCode = exitCode;
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

    Elf elf() {
        return elf;
    }

    /** Machine code that ends its process with code 42. */
    byte[] exitProgram() {
        return HexFormat.of().parseHex(exitCode.replace(" ", ""));
    }
}
